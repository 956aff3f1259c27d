#!/usr/bin/env bash
# run.sh [--fresh]: builds Kept and starts it with the demo book. The data folder (.kept) stays, so the second start is
# quick; a database made by other code (schema or demo changed) is put aside and the book is made anew.
source "$(dirname "$0")/lib.sh"
cd "$ROOT"
fresh=0
for a in "$@"; do case $a in --fresh) fresh=1 ;; *) die "run.sh: unknown option $a (only --fresh)" ;; esac; done

# Whatever would stop it in the end is said before anything is built. The builds do not inherit the lock: compilers may
# leave helpers behind.
own_data
choose_address
step "what this needs" "$ROOT/e2e/tools/setup.sh" run 8>&-
step "the server" build_api 8>&-
step "the web app" build_web 8>&-
demo_settings
step "the demo book" demo_book $fresh
steps_summary

"$(kept_bin)" serve & server=$!
# Ctrl-C: the server ends what it is doing, and so does this script.
stop() { trap '' INT TERM; kill -TERM $server 2>/dev/null || true; wait $server 2>/dev/null || true; rm -f "$run/address"; exit 0; }
trap stop INT TERM
wait_for "http://$public/readyz" $server 60 || { kill -TERM $server 2>/dev/null || true; die "Kept did not start; its last words are above"; }
printf '%s\n' "$public" >"$run/address"
printf '\n%s\n' "$(cat "$run/sign-ins.txt")"
printf '\nKept is at http://%s  (stop with Ctrl-C; data in %s; a new book: make run-fresh)\n\n' "$public" "${run#"$ROOT"/}"
rc=0; wait $server || rc=$?
rm -f "$run/address"
exit $rc
