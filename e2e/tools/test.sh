#!/usr/bin/env bash
# test.sh [STEP…]: all steps in order, or only the named ones. Stops at the first that fails.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
steps=(tools fmt clippy unit http build openapi web e2e verify)
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=("${steps[@]}")
for w in "${wanted[@]}"; do [[ " ${steps[*]} " == *" $w "* ]] || die "test.sh: there is no step $w, only: ${steps[*]}"; done
wants() { local s; for s in "$@"; do [[ " ${wanted[*]} " != *" $s "* ]] || return 0; done; return 1; }
trap 'steps_summary' EXIT
own_target

openapi_check() {
  local fresh; fresh=$(mktemp)
  "$(kept_bin)" openapi >"$fresh"
  if ! diff -u openapi/kept.json "$fresh" >"$fresh.diff"; then
    head -60 "$fresh.diff" >&2; rm -f "$fresh" "$fresh.diff"
    die "openapi/kept.json is out of date: run make openapi and commit it"
  fi
  rm -f "$fresh" "$fresh.diff"
}
# Said here, since the test runner shows nothing of tests that pass.
real_books() {
  local data=${KEPT_SHARED_DATA:-$ROOT/../shared/data}
  [ -d "$data/golden" ] || say "SKIPPED: no real books and no golden book here, so no test compares with them (KEPT_SHARED_DATA)"
}
# Unit and property tests: everything but the HTTP tests.
unit() { cargo test -q -p kept-shared -p kept-migrations; cargo test -q -p kept-api --lib; }
# Each HTTP test runs on both engines; PostgreSQL because postgres.sh says where one is.
http_tests() { e2e/tools/postgres.sh cargo test -q -p kept-api --test it; }
e2e_tests() {
  if ! compgen -G 'e2e/tests/*.spec.mjs' >/dev/null; then say "SKIPPED: no browser test is written yet (e2e/tests)"; return; fi
  (cd e2e && npx playwright test)
}

if wants tools; then
  what=run; if wants http e2e verify; then what=test; fi
  step "tools" "$ROOT/e2e/tools/setup.sh" $what
fi
if wants fmt; then step "format" cargo fmt --all --check; fi
if wants clippy; then step "clippy" cargo clippy -q --workspace --exclude kept-web --all-targets -- -D warnings; fi
if wants unit http; then real_books; fi
if wants unit; then step "unit and property tests" unit; fi
if wants http; then step "HTTP tests on SQLite and PostgreSQL" http_tests; fi
if wants build openapi e2e verify; then step "server" build_api; fi
export KEPT_BIN; KEPT_BIN=$(kept_bin)
if wants openapi; then step "OpenAPI document" openapi_check; fi
if wants web; then step "web app" build_web; fi
if wants e2e; then step "browser tests" e2e_tests; fi
if wants verify; then step "security and reliability" "$ROOT/e2e/verify/run.sh"; fi
