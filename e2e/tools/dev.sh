#!/usr/bin/env bash
# dev.sh: the API with the demo book where `make run` would put it, and the web app rebuilt on every change.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
own_data
choose_address
"$ROOT/e2e/tools/setup.sh" run 8>&-
build_api 8>&-
wasm_setup 8>&-; wasm_env
demo_settings
demo_book 0
printf '%s\n' "$public" >"$run/address"
"$(kept_bin)" serve & api=$!
trap 'kill $api 2>/dev/null || true; rm -f "$run/address"' EXIT
printf '\n%s\n\nKept is at http://%s once the web app is built\n\n' "$(cat "$run/sign-ins.txt")" "$public"
cargo run -q -p xtask -- watch
