#!/bin/sh
# The benchmark suite: each figure beside its ceiling measured in the same run, as a Markdown table and as JSON.
# RESULTS.md beside this file says what the rows mean.
#
# usage: run.sh [--quick] [--only NAME,…] [--build DIR] [--out DIR] [--seconds N]      run.sh --help
set -eu
PYTHONPATH=$(dirname "$0") PYTHONDONTWRITEBYTECODE=1 exec python3 -m suite "$@"
