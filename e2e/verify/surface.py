"""T-31: headers and surface. Every route and method is the contract's, nothing else answers, and nothing tells more than it must."""
import http.client
import json
import re
import socket

from kept import API, ROOT, Kept, Tally

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# What scanners ask for first. None may be anything but a 404 problem (under /api) or the application's own page.
GUESSES = """.env .git/config .git/HEAD admin admin/ debug debug/pprof actuator actuator/env server-status phpinfo.php wp-login.php config.json
backup.zip kept.sqlite data/kept.sqlite data/kept.db metrics api/v1/admin api/v1/debug api/v1/test api/v1/internal api/v1/metrics api/v1/config api/v1/env
api/v2 api/v0/users api/v1/accounts/../users api/v1//users api/v1/users/ api/admin api/graphql graphql swagger swagger.json v1/users""".split()
TRAVERSALS = [
    "/../Cargo.toml", "/../../Cargo.toml", "/%2e%2e/%2e%2e/Cargo.toml", "/..%2f..%2fCargo.toml", "/..%5c..%5cCargo.toml", "/%252e%252e/Cargo.toml",
    "/....//....//Cargo.toml", "//etc/passwd", "/%2fetc%2fpasswd", "/..;/Cargo.toml", "/assets/../../Cargo.toml", "/index.html/../../../Cargo.toml",
    "/%00", "/index.html%00.js", "/" + "a" * 6000,
]
LEAKS = re.compile(r"panicked|sqlx|sea_orm|SqlxError|/src/|\.rs:\d|RUST_BACKTRACE|stack backtrace|SELECT .* FROM", re.I)


def raw(kept, text):
    """Sends bytes as they are and returns the first part of the answer."""
    with socket.create_connection(("127.0.0.1", kept.port), timeout=10) as s:
        s.sendall(text)
        s.settimeout(5)
        out = b""
        try:
            while len(out) < 65536:
                part = s.recv(8192)
                if not part:
                    break
                out += part
                if b"\r\n\r\n" in out and len(out) > 4096:
                    break
        except OSError:
            pass
        return out


def check(_):
    t = Tally("T-31 headers and surface")
    document = json.loads((ROOT / "openapi" / "kept.json").read_text())
    with Kept(demo=False) as kept:
        page, problems = headers(t, kept), 0

        # 1. the contract and nothing else
        served = json.loads(kept.call("GET", "/api/openapi.json")[2])
        t.check("the served contract is the committed one", served == document)
        for path, item in document["paths"].items():
            concrete = re.sub(r"\{\w+\}", "00000000-0000-7000-8000-000000000000", path)
            for method in METHODS:
                if method.lower() in item:
                    continue
                status, head, body = kept.call(method, concrete, body=b"" if method != "GET" else None)
                # Another path of the contract may match the same address (an id in the place of a word).
                listed = any(re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", other), concrete) and method.lower() in ops for other, ops in document["paths"].items())
                if listed:
                    continue
                t.check(f"{method} {path} is refused with 405 and Allow", status == 405 and "allow" in head, (status, head.get("allow")))
                problems += 1
                t.check(f"{method} {path} is a problem", is_problem(head, body), body[:120])
        operations(t, kept, document)
        for method in ("TRACE", "TRACK", "CONNECT", "DEBUG"):
            answer = raw(kept, f"{method} /api/v1/me HTTP/1.1\r\nhost: x\r\ncookie: secret=1\r\nconnection: close\r\n\r\n".encode())
            t.check(f"{method} is refused and echoes nothing", b" 200 " not in answer[:40] and b"secret=1" not in answer, answer[:120])

        # 2. what nobody listed
        for guess in GUESSES:
            status, head, body = kept.call("GET", "/" + guess)
            if guess.startswith("api"):
                good = (status in (404, 401) or status == 405) and is_problem(head, body)
            else:
                good = status == 404 or (status == 200 and body == page)
            t.check(f"/{guess} is not there", good, (status, head.get("content-type"), body[:80]))
        for path in TRAVERSALS:
            answer = raw(kept, f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n".encode())
            t.check(f"{path[:40]} leads nowhere", b"[workspace" not in answer and b"root:" not in answer and b" 500 " not in answer[:40], answer[:160])

        # 3. other origins
        for origin in ("https://evil.test", "null", f"http://127.0.0.1:{kept.port + 1}"):
            _, head, _ = kept.call("OPTIONS", API + "/accounts", headers={"origin": origin, "access-control-request-method": "GET"})
            t.check(f"no CORS for {origin}", "access-control-allow-origin" not in head, head)

        # 4. what is too much or malformed is refused calmly
        for name, path, send, allowed in (
            ("30 MB of JSON", API + "/auth/sign-in", b'{"email":"' + b"a" * (30 << 20) + b'"}', (413,)),
            ("deep JSON", API + "/auth/sign-in", b"[" * 100_000, (400, 413)),
            ("no JSON", API + "/auth/sign-in", b"\xff\xfe\x00", (400,)),
        ):
            try:
                status, head, body = kept.call("POST", path, body=send, headers={"content-type": "application/json"})
            except (BrokenPipeError, ConnectionResetError, http.client.HTTPException):
                status, head, body = 413, {"content-type": "application/problem+json"}, b"{}"  # closed while we still wrote
            t.check(name, status in allowed and is_problem(head, body), (status, body[:160]))
        many = {f"x-{i}": "y" * 200 for i in range(400)}
        try:
            status = kept.call("GET", "/healthz", headers=many)[0]
        except (OSError, http.client.HTTPException):
            status = 431
        t.check("80 kB of headers", status in (400, 413, 431), status)

        # 5. nothing inside shows
        for path in (API + "/accounts", API + "/accounts/x", API + "/accounts?limit=x", "/api/v1/%ff", API + "/nothing"):
            status, head, body = kept.call("GET", path)
            t.check(f"{path} tells nothing of the inside", status < 500 and not LEAKS.search(body.decode("utf-8", "replace")), (status, body[:200]))
        docs = kept.call("GET", "/api/docs/")
        t.check("the API's documentation is served", docs[0] == 200, docs[0])
        t.check("... and fetches nothing from elsewhere", not re.search(rb'(?:src|href)="https?://', docs[2]), docs[2][:300])
        t.check("metrics are not public", kept.call("GET", "/metrics")[2] == page or kept.call("GET", "/metrics")[0] == 404)
        t.check("the log holds no fault", not re.search(r"panicked|ERROR", kept.log_path.read_text(errors="replace")), kept.log_path.read_text(errors="replace")[-300:])
    return t.done()


# Who may call without a token; a new one is a decision, so it is written here too.
PUBLIC = {"sign_in", "refresh_session", "sign_out", "get_invitation", "accept_invitation", "request_password_link"}


def operations(t, kept, document):
    """Every operation of the contract, asked by nobody: it is there, it refuses, and says so as everything does."""
    seen = set()
    for path, item in document["paths"].items():
        concrete = re.sub(r"\{\w+\}", "00000000-0000-7000-8000-000000000000", path)
        for method, op in item.items():
            if method.upper() not in METHODS:
                continue
            name = op["operationId"]
            t.check(f"{name}: has a name of its own", name not in seen, name)
            seen.add(name)
            public = "security" not in op
            t.check(f"{name}: is public only if that was decided", public == (name in PUBLIC) == (op.get("x-access") == "public"), (op.get("security"), op.get("x-access")))
            body = b"{}" if "requestBody" in op else None
            status, head, data = kept.call(method.upper(), concrete, body=body, headers={"content-type": "application/json", "if-match": '"1"'} if body else {"if-match": '"1"'})
            t.check(f"{name}: refused without a token", status in ((400, 401, 404, 410, 422) if public else (401,)) or name == "sign_out" and status == 204, (status, data[:120]))
            t.check(f"{name}: the refusal is one the contract names", str(status) in op["responses"], (status, list(op["responses"])))
            t.check(f"{name}: is a problem", status == 204 or is_problem(head, data), data[:120])
            guarded(t, name, head)
            t.check(f"{name}: no-store", "no-store" in head.get("cache-control", ""), head.get("cache-control"))


def is_problem(head, body):
    if not head.get("content-type", "").startswith("application/problem+json"):
        return False
    try:
        problem = json.loads(body)
    except ValueError:
        return False
    return not LEAKS.search(body.decode("utf-8", "replace")) and (not problem or "type" in problem)


def guarded(t, name, head):
    """The protection that every answer carries."""
    t.check(f"{name}: nosniff", head.get("x-content-type-options") == "nosniff", head)
    t.check(f"{name}: no server banner", "server" not in head and "x-powered-by" not in head, head)
    csp = head.get("content-security-policy", "")
    ours = dict(part.strip().partition(" ")[::2] for part in csp.split(";") if part.strip())
    t.check(f"{name}: content security policy", ours.get("default-src") in ("'none'", "'self'") and ours.get("frame-ancestors") == "'none'"
            and ours.get("base-uri") == "'none'" and "unsafe-inline" not in csp and "'unsafe-eval'" not in csp and "http:" not in csp, csp)
    t.check(f"{name}: referrer", head.get("referrer-policy") in ("no-referrer", "same-origin", "strict-origin"), head.get("referrer-policy"))


def headers(t, kept):
    """The same protection on every kind of answer. Returns the application's page."""
    page = kept.call("GET", "/")
    t.check("the application's page", page[0] == 200 and page[1].get("content-type", "").startswith("text/html"), page[:2])
    assets = re.findall(rb'(?:src|href)="(/[^"]+)"', page[2])
    t.check("the page names its assets", len(assets) >= 2, page[2][:300])
    kinds = [("page", "/"), ("deep link", "/accounts/x"), ("health", "/healthz"), ("unknown API", "/api/v1/none"), ("needs sign-in", API + "/accounts"),
             ("wrong method", "/healthz"), *(("asset", a.decode()) for a in assets)]
    for name, path in kinds:
        status, head, _ = kept.call("POST" if name == "wrong method" else "GET", path)
        guarded(t, f"{name} {path}", head)
        if path.startswith("/api/"):
            t.check(f"{name} {path}: no-store", "no-store" in head.get("cache-control", ""), head.get("cache-control"))
        if name == "asset":
            t.check(f"{name} {path}: is there", status == 200, status)
    status, head, _ = kept.call("GET", API + "/accounts")
    t.check("without a token: 401", status == 401, status)
    return page[2]
