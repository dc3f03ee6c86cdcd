// Nothing: the target that the tests' precompiled headers belong to.
