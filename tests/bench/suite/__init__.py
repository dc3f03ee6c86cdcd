"""The benchmark suite: `sh tests/bench/run.sh`. RESULTS.md beside it says what each row means."""
