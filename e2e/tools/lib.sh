# Sourced by the scripts beside it. Paths, ports, timing, and the choice of toolchains.
# shellcheck shell=bash
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export ROOT
TARGET_DIR=${CARGO_TARGET_DIR:-$ROOT/target}
case $TARGET_DIR in /*) ;; *) TARGET_DIR=$ROOT/$TARGET_DIR ;; esac
WASM_HOME=${WASM_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/kept/wasm}

if [ -t 2 ]; then say() { printf '\033[1m── %s\033[0m\n' "$*" >&2; }; else say() { printf '── %s\n' "$*" >&2; }; fi
die() { printf '%s\n' "$*" >&2; exit 1; }
kept_bin() { echo "$ROOT/.build/kept"; }

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

busy() { (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; } # busy HOST PORT: somebody listens there

free_port() { # a loopback port nobody listens on
  local p
  for _ in $(seq 50); do
    p=$((20000 + RANDOM % 20000))
    busy 127.0.0.1 "$p" || { echo "$p"; return; }
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

# own_data: this command alone uses the data folder $run, until it and its server have ended.
own_data() {
  run=${KEPT_RUN_DIR:-$ROOT/.kept}
  case $run in /*) ;; *) run=$ROOT/$run ;; esac
  mkdir -p "$run"
  exec 8>>"$run/lock"
  if command -v flock >/dev/null && ! flock -n 8; then
    die "Kept already runs with the data in $run, at http://$(cat "$run/address" 2>/dev/null). Stop it first, or name another folder: KEPT_RUN_DIR=…"
  fi
}

# choose_address: sets $listen and $public; KEPT_LISTEN if that is given, else the first free port from 8080 on.
choose_address() {
  local port=8080
  listen=${KEPT_LISTEN:-}
  if [ -n "$listen" ]; then
    ! busy "${listen%:*}" "${listen##*:}" || die "somebody else already listens on $listen: choose another with KEPT_LISTEN"
  else
    while busy 127.0.0.1 $port; do
      port=$((port + 1))
      [ $port -lt 8100 ] || die "the ports 8080 to 8099 are all taken: choose one with KEPT_LISTEN=127.0.0.1:PORT"
    done
    [ $port = 8080 ] || say "port 8080 is taken, so Kept takes $port"
    listen=127.0.0.1:$port
  fi
  public=${listen/#0.0.0.0:/127.0.0.1:}
}

demo_settings() {
  export KEPT__SERVER__LISTEN=$listen KEPT__SERVER__PUBLIC_URL=http://$public KEPT__SERVER__WEB_DIR=$ROOT/web/dist
  # Plain HTTP on this machine, and files handed out unscanned with a warning where no scanner runs.
  export KEPT__DATABASE__URL="sqlite://$run/kept.db" KEPT__DATA_DIR=$run/data KEPT__AUTH__SECURE_COOKIE=false KEPT__FILES__UNSCANNED=${KEPT__FILES__UNSCANNED:-allow}
}

# demo_book FRESH: the demo book in $run. One made by other code (schema or demo changed) is put aside and made anew.
demo_book() {
  local stamp old
  stamp=$(cd "$ROOT" && find migrations/src api/src/demo -type f -name '*.rs' -print0 | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
  if [ "$1" = 0 ] && [ -f "$run/kept.db" ] && [ "$(cat "$run/stamp" 2>/dev/null)" = "$stamp" ]; then return; fi
  if compgen -G "$run/kept.db*" >/dev/null; then
    old=$run/old-$(date +%Y%m%d-%H%M%S); mkdir -p "$old"
    say "putting the former database aside: ${old#"$ROOT"/}"
    mv "$run"/kept.db* "$old"/; [ ! -d "$run/data" ] || mv "$run/data" "$old"/
  fi
  rm -f "$run/stamp"
  "$(kept_bin)" demo >"$run/sign-ins.txt" || { cat "$run/sign-ins.txt" >&2; die "the demo book could not be made"; }
  printf '%s\n' "$stamp" >"$run/stamp"
}

# The compiler for wasm32: only the xtask needs it, so only its variable is set. The rest of the build stays with the
# toolchain on PATH.
wasm_env() {
  [ -f "$WASM_HOME/env.sh" ] || return 0
  WEB_TOOLCHAIN_BIN=$(sed -n 's/^export WEB_TOOLCHAIN_BIN="\(.*\)"$/\1/p' "$WASM_HOME/env.sh")
  if [ -n "$WEB_TOOLCHAIN_BIN" ]; then export WEB_TOOLCHAIN_BIN; else unset WEB_TOOLCHAIN_BIN; fi
}

# Where clones share a target folder, cargo takes the files of one for those of the other and tells them apart by time
# alone: what another clone built a minute ago passes for newer than the files here. After another clone, all are touched.
own_target() {
  case $TARGET_DIR in "$ROOT"/*) return ;; esac
  mkdir -p "$TARGET_DIR"
  [ "$(cat "$TARGET_DIR/kept-clone" 2>/dev/null)" != "$ROOT" ] || return 0
  (cd "$ROOT" && find api migrations shared web Cargo.toml Cargo.lock \( -name dist -o -name target \) -prune -o -type f -exec touch -c {} +)
  printf '%s\n' "$ROOT" >"$TARGET_DIR/kept-clone"
}

# The last build wins there, too: what was built here is copied away at once.
build_api() {
  own_target
  (cd "$ROOT" && cargo build -p kept-api --bin kept)
  mkdir -p "$ROOT/.build"
  cp "$TARGET_DIR/debug/kept" "$ROOT/.build/kept.new"
  mv -f "$ROOT/.build/kept.new" "$ROOT/.build/kept"
}

wasm_setup() {
  local debian=()
  [ "${KEPT_WASM:-}" != debian ] || debian=(--debian)
  (cd "$ROOT" && bash web/tools/wasm-setup.sh --no-bindgen "${debian[@]}")
}

build_web() { # web_release: what visitors get; the xtask leaves web/dist alone when nothing changed
  own_target
  wasm_setup
  wasm_env
  (cd "$ROOT" && cargo run -q -p xtask -- build --release)
}
