#!/usr/bin/env bash
# bench.sh: builds the server as it is shipped and measures it beside what it stands on: the raw database, the web
# framework, the spreadsheet libraries and, where Python can have it, DuckDB. One run, one table, on stdout and in
# target/bench/. About eight minutes after the build; KEPT_BENCH_SIZE=S takes two, M (5 million entries) half an hour.
# Method and limits: docs/PERFORMANCE.md.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
"$ROOT/e2e/tools/setup.sh" run
step "the server and the benchmark, optimised" cargo bench -p kept-api --bench book --no-run

venv=$ROOT/.peers/bench
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -c 'import duckdb, numpy' 2>/dev/null; then
  say "DuckDB into .peers/bench, to compare with"
  mkdir -p "$ROOT/.peers"; rm -rf "$venv"
  { python3 -m venv "$venv" && "$venv/bin/pip" -q --disable-pip-version-check install 'duckdb>=1,<2' numpy; } || rm -rf "$venv"
fi
if [ -x "$venv/bin/python" ]; then export KEPT_BENCH_PYTHON=$venv/bin/python
else say "no DuckDB here: its comparisons are left out"; fi

mkdir -p "$TARGET_DIR/bench"
export KEPT_BENCH_OUT=${KEPT_BENCH_OUT:-$TARGET_DIR/bench/$(date +%Y%m%d-%H%M%S)-${KEPT_BENCH_SIZE:-T}.md}
measure=(cargo bench -q -p kept-api --bench book)
if compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || [ -n "${PGBIN:-}" ]; then
  KEPT_PG_DURABLE=1 "$ROOT/e2e/tools/postgres.sh" "${measure[@]}"
else
  "${measure[@]}"
fi
say "also in ${KEPT_BENCH_OUT#"$ROOT"/}"
