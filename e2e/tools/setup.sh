#!/usr/bin/env bash
# setup.sh [run|test|peers]: installs what that command needs and the machine lacks. Debian's packages are the only
# things installed outside this folder, only when missing, and only as root or with sudo; it says so before it does.
source "$(dirname "$0")/lib.sh"
what=${1:-run}

need=()
lacks() { ! command -v "$1" >/dev/null 2>&1; }
want() { local pkg=$1; shift; for c in "$@"; do if lacks "$c" && [ ! -e "$c" ]; then need+=("$pkg"); return; fi; done; }

lacks cargo && die "cargo is missing: install Rust (rustup.rs), at least version $(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"), then run this again."
want gcc cc; want libc6-dev /usr/include/stdio.h; want curl curl; want procps pgrep
if [ "$what" = test ]; then
  lacks node && die "node is missing: install Node.js 18 or newer with npm, then run this again."
  want chromium /usr/bin/chromium
  want clamav-daemon clamd
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need+=(postgresql)
fi
if [ "$what" != run ]; then
  want python3 python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || need+=(python3-venv)
fi

if [ ${#need[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || die "missing here: ${need[*]} (names of Debian's packages). Install them and run this again."
  sudo=()
  if [ "$(id -u)" != 0 ]; then command -v sudo >/dev/null || die "missing: ${need[*]}. Install them as root: apt-get install ${need[*]}"; sudo=(sudo); fi
  say "installing Debian packages: ${need[*]}"
  "${sudo[@]}" apt-get update -qq
  # policy-rc.d in the way of services: the packages' own servers are not wanted, the tests start theirs.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null
fi

if [ "$what" != run ]; then
  venv=$ROOT/.peers/venv stamp=$ROOT/.peers/venv/.installed reqs=$ROOT/e2e/peers/requirements.txt
  if [ ! -f "$stamp" ] || ! cmp -s "$stamp" "$reqs"; then
    say "Python packages for the checks into .peers/venv"
    mkdir -p "$ROOT/.peers"; rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" -q --disable-pip-version-check install -r "$reqs"
    cp "$reqs" "$stamp"
  fi
fi

if [ "$what" = test ]; then
  lock=$ROOT/e2e/package-lock.json stamp=$ROOT/e2e/node_modules/.installed
  if [ ! -f "$stamp" ] || ! cmp -s "$stamp" "$lock"; then
    say "npm packages for the browser tests into e2e/node_modules"
    (cd "$ROOT/e2e" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$lock" "$stamp"
  fi
fi
