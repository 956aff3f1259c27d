"""T-05 and T-06: forged tokens are refused; a good one dies with what it stood for, within five seconds."""
import contextlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import threading
import time
import http.server

from kept import API, PEERS, SIGN_IN, Kept, Tally, free_port


class Canary(http.server.BaseHTTPRequestHandler):
    hits = []

    def do_GET(self):
        Canary.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


def check(_):
    t = Tally("T-05 T-06 tokens and sessions")
    canary = http.server.ThreadingHTTPServer(("127.0.0.1", free_port()), Canary)
    threading.Thread(target=canary.serve_forever, daemon=True).start()
    with Kept() as kept:
        forged(t, kept, f"http://127.0.0.1:{canary.server_address[1]}")
        t.check("no key was fetched from elsewhere", not Canary.hits, Canary.hits)
        revoked(t, kept)
        refresh(t, kept)
    canary.shutdown()
    return t.done()


def forged(t, kept, canary):
    token = kept.sign_in("agent")
    with contextlib.closing(sqlite3.connect(f"file:{kept.env['KEPT__DATABASE__URL'].removeprefix('sqlite://')}?mode=ro", uri=True)) as c:
        (pkcs8,) = c.execute("SELECT pkcs8 FROM signing_key ORDER BY created_at DESC LIMIT 1").fetchone()
    key = pathlib.Path(kept.dir, "signing.der")
    key.write_bytes(pkcs8)
    done = subprocess.run(
        [sys.executable, str(PEERS / "jwt_attacks.py"), "--url", kept.base + API + "/me", "--token", token,
         "--jwks", kept.base + "/.well-known/jwks.json", "--pkcs8", str(key), "--canary", canary, "--admin-sub", kept.fixtures["users"]["superuser"]],
        capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if line.startswith(("FAIL", "note")):
            print(line, flush=True)
    if not t.check("the forger ran", done.stdout.strip().endswith("failed"), done.stderr[-400:]):
        return
    passed, failed = (int(word) for word in done.stdout.splitlines()[-1].split() if word.isdigit())
    t.check("enough forgeries were tried", passed + failed >= 86, passed + failed)
    t.passed, t.failed = t.passed + passed, t.failed + failed


def soon(t, name, refused, within=5.0):
    """`refused()` turns true within five seconds; and stays so."""
    until = time.monotonic() + within
    while time.monotonic() < until:
        if refused():
            return t.check(name, refused())
        time.sleep(0.1)
    return t.check(name, False, "still accepted after five seconds")


def revoked(t, kept):
    me = lambda token: kept.call("GET", API + "/me", token)[0]
    superuser = kept.sign_in("superuser")

    token = kept.sign_in("agent")
    t.check("a token works", me(token) == 200)
    kept.call("POST", API + "/auth/sign-out", token)
    soon(t, "signed out: refused", lambda: me(token) == 401)

    elsewhere, here = kept.sign_in("trustee"), kept.sign_in("trustee")
    who = kept.fixtures["sign_ins"]["trustee"]
    status, _, data = kept.call("POST", API + "/auth/password", here, {"current": who["password"], "new": "Quite-another-41"})
    t.check("the password was changed", status in (200, 204), (status, data[:200]))
    soon(t, "password changed: refused elsewhere", lambda: me(elsewhere) == 401)
    old = kept.json("POST", SIGN_IN, body=who)[0]
    t.check("the old password is worth nothing", old == 401, old)

    token, user = kept.sign_in("location"), kept.fixtures["users"]["location"]
    _, head, _ = kept.call("GET", f"{API}/users/{user}", superuser)
    status, _, data = kept.call("POST", f"{API}/users/{user}/suspend", superuser, headers={"if-match": head.get("etag", "")})
    t.check("somebody is suspended", status == 200, (status, data[:200]))
    soon(t, "suspended: refused", lambda: me(token) == 401)
    who = kept.fixtures["sign_ins"]["location"]
    t.check("suspended: no way in", kept.json("POST", SIGN_IN, body=who)[0] == 401)

    # Another permission group: the verbs go at once.
    token, user = kept.sign_in("manager"), kept.fixtures["users"]["manager"]
    community = kept.fixtures["ids"]["manager"]["own"]["community_id"]
    unit = lambda: kept.call("POST", f"{API}/communities/{community}/units", token, {"code": f"T06-{time.monotonic_ns() % 10**9}"})[0]
    t.check("a manager makes units", unit() == 201)
    groups = kept.json("GET", "/permission-groups", superuser, expect=200)[1]
    call_centre = next(g for g in groups if g["name"] == "Call centre")
    status, head, data = kept.call("GET", f"{API}/users/{user}", superuser)
    current = json.loads(data)
    patch = {k: current.get(k) for k in ("first_name", "middle_name", "surname", "phone", "firm") if current.get(k)}
    patch |= {"user_type": "call_centre", "permission_group_id": call_centre["id"], "communities": [c["id"] for c in current["communities"]]}
    status, _, data = kept.call("PATCH", f"{API}/users/{user}", superuser, patch, {"if-match": head.get("etag", "")})
    t.check("a manager becomes a call-centre agent", status == 200, (status, data[:300]))
    soon(t, "another group: the verb is gone", lambda: unit() in (401, 403))

    # A recalled matter: it stays readable for a while, as its attorney's own work, but nothing can be done in it.
    agent, attorney = kept.sign_in("agent"), kept.sign_in("attorney")
    account = kept.fixtures["ids"]["attorney"]["own"]["account_id"]
    write = lambda: kept.call("POST", f"{API}/accounts/{account}/notes", attorney, {"body": "Still at it"})[0]
    t.check("an attorney writes on her matter", write() == 201)
    matter = kept.json("GET", f"/handovers?account_id={account}", agent, expect=200)[1]["items"][0]
    status, _, data = kept.call("POST", f"{API}/handovers/{matter['id']}/recall", agent, {"reason": "strategy"}, {"if-match": f'"{matter["version"]}"'})
    t.check("the matter is recalled", status == 200, (status, data[:200]))
    soon(t, "recalled: no more writing", lambda: write() in (403, 404, 409))


def refresh(t, kept):
    """The refresh token turns with each use; whoever shows a used one ends the session."""
    who = kept.fixtures["sign_ins"]["attorney2"]
    status, head, data = kept.call("POST", API + SIGN_IN, body=who)
    cookie = head.get("set-cookie", "")
    t.check("the session cookie is out of reach of scripts", "httponly" in cookie.lower() and "samesite=strict" in cookie.lower(), cookie)
    first, access = cookie.split(";")[0], json.loads(data)["access_token"]
    turn = lambda c: kept.call("POST", API + "/auth/refresh", headers={"cookie": c}, body=b"")
    status, head, data = turn(first)
    t.check("it can be used once", status == 200, (status, data[:200]))
    second = head.get("set-cookie", "").split(";")[0]
    t.check("... and turns", second and second != first, second[:40])
    t.check("the next one works", turn(second)[0] == 200)
    # Long after the grace that two tabs need.
    time.sleep(0.2)
    late = turn(first)
    t.check("a used one is refused", late[0] == 401, late[0])
    t.check("nonsense is refused", turn("kept_refresh=x.y")[0] == 401)
    me = lambda token: kept.call("GET", API + "/me", token)[0]
    soon(t, "a used one ends the session", lambda: me(access) == 401)
