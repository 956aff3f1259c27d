#!/usr/bin/env bash
# bench.sh: the benchmarks are ignored tests of the API crate, run one at a time so that they do not disturb each other.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
exec cargo test --release -p kept-api --test it -- --ignored --nocapture --test-threads=1 bench
