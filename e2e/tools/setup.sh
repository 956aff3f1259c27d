#!/usr/bin/env bash
# setup.sh [run|test|peers]: installs what that command needs and the machine lacks, and says so before it does.
# Outside this folder: Debian's packages, only when missing and only as root or with sudo; and Python packages for the
# checks in ~/.cache/kept, one folder for each list of them, which clones share.
source "$(dirname "$0")/lib.sh"
what=${1:-run}
case $what in run | test | peers) ;; *) die "setup.sh: unknown $what (run, test or peers)" ;; esac

need=()
lacks() { ! command -v "$1" >/dev/null 2>&1; }
want() { local pkg=$1; shift; for c in "$@"; do if lacks "$c" && [ ! -e "$c" ]; then need+=("$pkg"); return; fi; done; }

if lacks cargo; then die "cargo is missing: install Rust (rustup.rs), at least version $(sed -n 's/^rust-version = "\(.*\)"/\1/p' "$ROOT/Cargo.toml"), then run this again."; fi
want gcc cc; want curl curl
printf '#include <stdio.h>\n' | cc -x c -fsyntax-only - 2>/dev/null || need+=(libc6-dev)
if [ "$what" = test ]; then
  if lacks node || lacks npm; then die "node is missing: install Node.js 20 or newer with npm, then run this again."; fi
  [ -n "${CHROMIUM:-}" ] || want chromium /usr/bin/chromium
  want clamav-daemon clamd
  want poppler-utils pdftotext
  [ -n "${PGBIN:-}" ] || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || need+=(postgresql)
fi
if [ "$what" != run ]; then
  want python3 python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || need+=(python3-venv)
fi

if [ ${#need[@]} -gt 0 ]; then
  command -v apt-get >/dev/null || die "missing here: ${need[*]} (names of Debian's packages). Install them and run this again."
  sudo=()
  if [ "$(id -u)" != 0 ]; then
    sudo=(sudo); [ -t 0 ] || sudo=(sudo -n) # nobody is there to type a password
    "${sudo[@]}" true 2>/dev/null || die "missing: ${need[*]}. Install them as root: apt-get install ${need[*]}"
  fi
  say "installing Debian packages: ${need[*]}"
  "${sudo[@]}" apt-get update -qq || say "apt-get update failed; trying with what is known"
  # RUNLEVEL=1: the packages' own servers are not wanted, the tests start theirs.
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${need[@]}" >/dev/null \
    || die "could not be installed: ${need[*]}. Install them and run this again."
fi

if [ "$what" != run ]; then
  reqs=$ROOT/e2e/peers/requirements.txt cache=${XDG_CACHE_HOME:-$HOME/.cache}/kept
  venv=$cache/python-$( (cat "$reqs"; python3 -c 'import sys; print(sys.version, sys.prefix)') | sha256sum | cut -c1-16)
  mkdir -p "$cache" "$ROOT/.peers"
  exec 9>"$cache/lock"; flock 9
  if [ ! -f "$venv/.installed" ] || ! "$venv/bin/python" -c '' 2>/dev/null; then
    say "Python packages for the checks into $venv"
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" -q --disable-pip-version-check install -r "$reqs" 9>&-
    touch "$venv/.installed"
  fi
  exec 9>&-
  # A folder of its own is what an older version of this script left.
  [ -L "$ROOT/.peers/venv" ] || rm -rf "$ROOT/.peers/venv"
  ln -sfn "$venv" "$ROOT/.peers/venv"
fi

if [ "$what" = test ]; then
  lock=$ROOT/e2e/package-lock.json stamp=$ROOT/e2e/node_modules/.installed
  if [ ! -f "$stamp" ] || ! cmp -s "$stamp" "$lock"; then
    say "npm packages for the browser tests into e2e/node_modules"
    (cd "$ROOT/e2e" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp "$lock" "$stamp"
  fi
fi
