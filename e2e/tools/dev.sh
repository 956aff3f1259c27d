#!/usr/bin/env bash
# dev.sh: the API on KEPT_LISTEN (127.0.0.1:8080) with the demo book, and the web app rebuilt on every change.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
listen=${KEPT_LISTEN:-127.0.0.1:8080} run=${KEPT_RUN_DIR:-$ROOT/.kept}
"$ROOT/e2e/tools/setup.sh" run
build_api
debian=(); [ "${KEPT_WASM:-}" != debian ] || debian=(--debian)
bash web/tools/wasm-setup.sh --no-bindgen "${debian[@]}"; wasm_env
export KEPT__SERVER__LISTEN=$listen KEPT__SERVER__PUBLIC_URL=http://$listen KEPT__SERVER__WEB_DIR=$ROOT/web/dist
export KEPT__DATABASE__URL="sqlite://$run/kept.db" KEPT__DATA_DIR=$run/data KEPT__AUTH__SECURE_COOKIE=false KEPT__FILES__UNSCANNED=allow
mkdir -p "$run"
[ -f "$run/kept.db" ] || "$(kept_bin)" demo | tee "$run/sign-ins.txt"
"$(kept_bin)" serve & api=$!
trap 'kill $api 2>/dev/null || true' EXIT
cargo run -q -p xtask -- watch
