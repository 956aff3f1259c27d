#!/usr/bin/env bash
# postgres.sh COMMAND…: runs a command with a temporary PostgreSQL cluster and KEPT_TEST_POSTGRES pointing at it,
# then takes the cluster away. The cluster lives on loopback and a socket in a temporary folder; it is fast, not durable
# (fsync off), unless KEPT_PG_DURABLE=1 asks for a real one, as the kill tests do.
source "$(dirname "$0")/lib.sh"
[ $# -gt 0 ] || die "usage: postgres.sh COMMAND…"
bin=${PGBIN:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)}
[ -n "$bin" ] && [ -x "$bin/initdb" ] || die "PostgreSQL is not installed (Debian's package postgresql): run make test, which installs it"

run=$(mktemp -d "${TMPDIR:-/tmp}/kept-pg.XXXXXX")
server=
as=(env HOME="$run") # initdb and postgres refuse to run as root
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --clear-groups "${as[@]}")
# The kernel ends the cluster at once when this script is gone, whatever ended it.
with_us=(); ! command -v setpriv >/dev/null || with_us=(setpriv --pdeathsig QUIT)
cleanup() { if [ -n "$server" ]; then kill -QUIT "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi; rm -rf "$run"; }
trap cleanup EXIT
password=$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')
(umask 077; printf '%s\n' "$password" >"$run/password")
[ "$(id -u)" != 0 ] || { id postgres >/dev/null 2>&1 || useradd --system --no-create-home postgres; chown -R postgres "$run"; }

"${as[@]}" "$bin/initdb" -D "$run/data" -U kept --pwfile="$run/password" -A scram-sha-256 -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
[ "${KEPT_PG_DURABLE:-}" = 1 ] || "${as[@]}" tee -a "$run/data/postgresql.conf" >/dev/null <<CONF
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
for try in 1 2 3 4 5; do
  port=$(free_port)
  "${as[@]}" tee "$run/data/postgresql.auto.conf" >/dev/null <<CONF
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = '$run'
max_connections = 200
shared_buffers = 128MB
timezone = 'UTC'
deadlock_timeout = 500ms
CONF
  "${as[@]}" "${with_us[@]}" "$bin/postgres" -D "$run/data" >"$run/log" 2>&1 </dev/null & server=$!
  until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do kill -0 "$server" 2>/dev/null || break; sleep 0.1; done
  ! kill -0 "$server" 2>/dev/null || break
  wait "$server" || true; server=
  [ "$try" != 5 ] || { tail -5 "$run/log" >&2; die "PostgreSQL did not start"; }
done
export KEPT_TEST_POSTGRES="postgres://kept:$password@127.0.0.1:$port/postgres"
rc=0; "$@" || rc=$?
exit $rc
