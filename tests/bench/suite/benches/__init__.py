"""One module a bench, each with run(bench)."""
