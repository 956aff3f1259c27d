#!/usr/bin/env bash
# run.sh [--fresh]: builds Kept and starts it with the demo book. The data folder (.kept) stays, so the second start is
# quick; a database made by other code (schema or demo changed) is put aside and the book is made anew.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
listen=${KEPT_LISTEN:-127.0.0.1:8080}
run=${KEPT_RUN_DIR:-$ROOT/.kept}
fresh=0
for a in "$@"; do case $a in --fresh) fresh=1 ;; *) die "run.sh: unknown option $a (only --fresh)" ;; esac; done

step "what this needs" "$ROOT/e2e/tools/setup.sh" run
step "the server" build_api
step "the web app" build_web

# What the database's shape and the demo's content come from: if that changed, the old book is of no use.
stamp=$(find migrations/src api/src/demo -type f -name '*.rs' -print0 2>/dev/null | LC_ALL=C sort -z | xargs -0 cat | sha256sum | cut -d' ' -f1)
mkdir -p "$run"
if [ $fresh = 1 ] || [ "$(cat "$run/stamp" 2>/dev/null)" != "$stamp" ]; then
  if compgen -G "$run/kept.db*" >/dev/null; then
    old=$run/old-$(date +%Y%m%d-%H%M%S); mkdir -p "$old"
    say "putting the former database aside: ${old#"$ROOT"/}"
    mv "$run"/kept.db* "$old"/; [ ! -d "$run/data" ] || mv "$run/data" "$old"/
  fi
  rm -f "$run/stamp"
fi

export KEPT__SERVER__LISTEN=$listen KEPT__SERVER__PUBLIC_URL=http://$listen KEPT__SERVER__WEB_DIR=$ROOT/web/dist
# Plain HTTP on this machine, and files handed out unscanned with a warning where no scanner runs.
export KEPT__DATABASE__URL="sqlite://$run/kept.db" KEPT__DATA_DIR=$run/data KEPT__AUTH__SECURE_COOKIE=false KEPT__FILES__UNSCANNED=${KEPT__FILES__UNSCANNED:-allow}
if [ ! -f "$run/stamp" ]; then
  "$(kept_bin)" demo >"$run/sign-ins.txt" || { cat "$run/sign-ins.txt" >&2; die "the demo book could not be made"; }
  printf '%s\n' "$stamp" >"$run/stamp"
fi
steps_summary
printf '\n%s\n' "$(cat "$run/sign-ins.txt")"
printf '\nKept is at http://%s  (stop with Ctrl-C; data in %s; a new book: make run-fresh)\n\n' "$listen" "${run#"$ROOT"/}"
exec "$(kept_bin)" serve
