#!/usr/bin/env bash
# run.sh [T-01 …] [-v]: the security and reliability checks, or only the named ones, against the built product.
source "$(dirname "$0")/../tools/lib.sh"
cd "$ROOT"
python=$ROOT/.peers/venv/bin/python
[ -x "$python" ] || die "run make peers first"
# The kill tests mean a durable database: PostgreSQL runs with fsync on here.
KEPT_PG_DURABLE=1 exec e2e/tools/postgres.sh "$python" e2e/verify/main.py "$@"
