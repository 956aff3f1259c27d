# Sourced by the scripts beside it. Paths, ports, timing, and the choice of toolchains.
# shellcheck shell=bash
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ROOT
TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
WASM_HOME=${WASM_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/kept/wasm}

say() { printf '\033[1m── %s\033[0m\n' "$*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 1; }
kept_bin() { echo "$TARGET_DIR/debug/kept"; }

# step NAME COMMAND…: runs it, prints how long it took, fails as it fails.
STEPS=()
step() {
  local name=$1 t0=$SECONDS rc=0; shift
  say "$name"
  # Run outside any `if` or `||`, so that `set -e` still holds inside functions.
  set +e; ( set -euo pipefail; "$@" ); rc=$?; set -e
  STEPS+=("$(printf '%5d s  %s%s' $((SECONDS - t0)) "$name" "$([ $rc = 0 ] || echo '  FAILED')")")
  printf '── %s: %d s%s\n' "$name" $((SECONDS - t0)) "$([ $rc = 0 ] || echo ', FAILED')" >&2
  return $rc
}
steps_summary() { printf '%s\n' "" "Time per step" "${STEPS[@]}" "$(printf '%5d s  in all' "$SECONDS")" >&2; }

free_port() { # a loopback port nobody listens on
  local p
  for _ in $(seq 50); do
    p=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || { echo "$p"; return; }
  done
  die "no free port found"
}

wait_for() { # wait_for URL PID SECONDS: until it answers 2xx, or the process is gone
  local url=$1 pid=$2 until=$((SECONDS + ${3:-60}))
  while [ $SECONDS -lt $until ]; do
    curl -fsS -o /dev/null --max-time 2 "$url" 2>/dev/null && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.2
  done
  return 1
}

# The compiler for wasm32: only the xtask needs it, so only its variable is set. The rest of the build stays with the
# toolchain on PATH.
wasm_env() {
  [ -f "$WASM_HOME/env.sh" ] || return 0
  WEB_TOOLCHAIN_BIN=$(sed -n 's/^export WEB_TOOLCHAIN_BIN="\(.*\)"$/\1/p' "$WASM_HOME/env.sh")
  if [ -n "$WEB_TOOLCHAIN_BIN" ]; then export WEB_TOOLCHAIN_BIN; else unset WEB_TOOLCHAIN_BIN; fi
}

build_api() { (cd "$ROOT" && cargo build -p kept-api --bin kept); }

build_web() { # web_release: what visitors get; the xtask leaves web/dist alone when nothing changed
  local debian=()
  [ "${KEPT_WASM:-}" != debian ] || debian=(--debian)
  (cd "$ROOT" && bash web/tools/wasm-setup.sh --no-bindgen "${debian[@]}")
  wasm_env
  (cd "$ROOT" && cargo run -q -p xtask -- build --release)
}
