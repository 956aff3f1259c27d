"""The product under test: starts the real `kept` binary with its own database, and speaks HTTP to it. Standard library only."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
PEERS = ROOT / "e2e" / "peers"
BIN = pathlib.Path(os.environ.get("KEPT_BIN") or pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "kept")
VENV = ROOT / ".peers" / "venv" / "bin"
API = "/api/v1"
SIGN_IN = "/auth/sign-in"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def new_folder(name):
    """A folder below the run's own one (main.py sets TMPDIR), which is taken away with everything in it."""
    return pathlib.Path(tempfile.mkdtemp(prefix=f"{name}-"))


# The kernel ends a server whose check is gone, however the check went.
WITH_PARENT = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


class Clamd:
    """A real clamd with a signature list of our own (EICAR and a harmless marker)."""

    def __init__(self):
        self.dir = str(new_folder("clamd"))
        self.port = free_port()
        self._run("start")
        self.address = f"127.0.0.1:{self.port}"

    def _run(self, what):
        env = {**os.environ, "CLAMD_PORT": str(self.port)}
        subprocess.run(["bash", str(PEERS / "start_clamd.sh"), what, self.dir], env=env, check=True, stdout=subprocess.DEVNULL)

    def _pid(self):
        return int(pathlib.Path(self.dir, "clamd.pid").read_text())

    def pause(self):
        """A scanner that hangs."""
        os.kill(self._pid(), signal.SIGSTOP)

    def resume(self):
        os.kill(self._pid(), signal.SIGCONT)

    def start(self):
        self._run("start")

    def stop_only(self):
        """A scanner that is gone, for another start."""
        pid = self._pid()
        self._run("stop")
        while pathlib.Path(f"/proc/{pid}").exists():
            time.sleep(0.05)

    def stop(self):
        self._run("stop")
        shutil.rmtree(self.dir, ignore_errors=True)


class Bucket:
    """A bucket of an S3 store that checks every signature and fails as it is told."""

    NAME, REGION, KEY, SECRET, PREFIX = "kept-verify", "za-1", "AKVERIFY", "not-for-any-log", "books/one"

    def __init__(self):
        self.port = 0
        self.start()

    def start(self):
        args = ["--port", self.port, "--bucket", self.NAME, "--region", self.REGION, "--key", self.KEY, "--secret", self.SECRET]
        self.process = subprocess.Popen([*WITH_PARENT, sys.executable, str(PEERS / "start_s3.py"), *map(str, args)], stdout=subprocess.PIPE, text=True)
        self.address = self.process.stdout.readline().split()[1]
        self.port = int(self.address.rsplit(":", 1)[1])

    def stop(self):
        self.process.kill()
        self.process.wait()

    def settings(self):
        return {"KEPT__FILES__STORE": "s3", "KEPT__S3__ENDPOINT": self.address, "KEPT__S3__BUCKET": self.NAME, "KEPT__S3__REGION": self.REGION,
                "KEPT__S3__PREFIX": self.PREFIX, "KEPT__S3__ACCESS_KEY": self.KEY, "KEPT__S3__SECRET_KEY": self.SECRET}

    def tell(self, method, what, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, "/_/" + what, body=body if body is None or isinstance(body, bytes) else json.dumps(body))
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def objects(self):
        return sorted(self.tell("GET", "objects"))

    def put(self, name, data):
        self.tell("PUT", "objects/" + name, data)

    def fault(self, mode):
        self.tell("PUT", "fault", {"mode": mode, "count": None})

    def mend(self):
        self.tell("DELETE", "fault")


def psql(url, query):
    binary = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/psql"))[-1]
    return subprocess.run([str(binary), "-qtA", url, "-c", query], check=True, capture_output=True, text=True).stdout.strip()


def new_postgres_database(template=None):
    """A database of its own in the cluster that postgres.sh started; None where there is none."""
    admin = os.environ.get("KEPT_TEST_POSTGRES")
    if not admin:
        return None
    with LOCK:  # a template may have one copier at a time
        name = "verify_" + uuid.uuid4().hex[:12]
        psql(admin, f"create database {name}" + (f" template {template.rsplit('/', 1)[1]}" if template else ""))
    return admin.rsplit("/", 1)[0] + "/" + name


LOCK = threading.Lock()


def run_kept(env, *args):
    done = subprocess.run([*WITH_PARENT, str(BIN), *args], env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"kept {' '.join(args)} ended with {done.returncode}: {(done.stderr or done.stdout)[-2000:]}")
    return done.stdout


def make_template(engine):
    """The demo book of the test profile: (folder, database url). main.py makes one for each engine; every check works
    on a copy."""
    folder = new_folder(f"template-{engine}")
    url = f"sqlite://{folder}/kept.sqlite" if engine == "sqlite" else new_postgres_database()
    run_kept({**os.environ, "KEPT__DATABASE__URL": url, "KEPT__DATA_DIR": str(folder)}, "demo", "--profile", "test", "--fixtures", str(folder / "fixtures.json"))
    return str(folder), url


def template(engine):
    folder, url = json.loads(os.environ["KEPT_VERIFY_TEMPLATES"])[engine]
    return pathlib.Path(folder), url


class Kept:
    """One server with its own copy of the demo book (`demo=False`: with nothing)."""

    def __init__(self, engine="sqlite", demo=True, settings=None, clamd=None):
        self.dir = new_folder("kept")
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log_path = self.dir / "server.log"
        self.process = None
        self.env = {
            **os.environ,
            "KEPT__SERVER__LISTEN": f"127.0.0.1:{self.port}",
            "KEPT__SERVER__WEB_DIR": str(ROOT / "web" / "dist"),
            "KEPT__DATABASE__URL": f"sqlite://{self.dir}/kept.sqlite",
            "KEPT__DATA_DIR": str(self.dir),
            "KEPT__SERVER__PUBLIC_URL": self.base,
            # Plain HTTP on loopback, and many sign-ins from one address; the spraying check sets its own limit.
            "KEPT__AUTH__SECURE_COOKIE": "false",
            "KEPT__AUTH__ATTEMPTS_PER_ADDRESS": "100000",
            "KEPT__AUTH__ACCESS_MINUTES": "120",
            **({"KEPT__FILES__SCANNER": clamd} if clamd else {}),
            **(settings or {}),
        }
        self.fixtures = {}
        if demo:
            folder, url = template(engine)
            shutil.copytree(folder, self.dir, dirs_exist_ok=True)
            if engine == "postgres":
                self.env["KEPT__DATABASE__URL"] = new_postgres_database(url)
            self.fixtures = {**json.loads((folder / "fixtures.json").read_text()), "base": self.base}
        elif engine == "postgres":
            self.env["KEPT__DATABASE__URL"] = new_postgres_database()
        self.fixtures_path = self.dir / "fixtures.json"
        self.fixtures_path.write_text(json.dumps(self.fixtures))

    def start(self):
        """Starts the server and returns how many seconds it took to be ready."""
        began = time.monotonic()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([*WITH_PARENT, str(BIN), "serve"], env=self.env, stdout=log, stderr=log, start_new_session=True)
        while time.monotonic() - began < 90:
            if self.process.poll() is not None:
                raise RuntimeError("the server ended at its start: " + self.log_path.read_text(errors="replace")[-2000:])
            try:
                if self.call("GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            except OSError:
                pass
            time.sleep(0.05)
        raise RuntimeError("the server was not ready in 90 s: " + self.log_path.read_text(errors="replace")[-2000:])

    def kill9(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop_only(self):
        """Ends the server and keeps its data, for another start."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill9()
        # Printed with everything else where the check fails.
        for line in [line for line in self.log_path.read_text(errors="replace").splitlines() if "ERROR" in line or "panicked" in line][:10]:
            print("  server: " + line[:300], flush=True)

    def stop(self):
        self.stop_only()
        if not os.environ.get("KEPT_VERIFY_KEEP"):
            shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def check(self):
        """The books, as an operator proves them after a crash."""
        done = subprocess.run([str(BIN), "check", "--json"], env=self.env, capture_output=True, text=True, check=False)
        return json.loads(done.stdout)

    def sql(self, query):
        """One number straight from the database, past the product: for counting effects."""
        url = self.env["KEPT__DATABASE__URL"]
        if url.startswith("sqlite:"):
            with contextlib.closing(sqlite3.connect(f"file:{url.removeprefix('sqlite://')}?mode=ro", uri=True, timeout=20)) as c:
                return c.execute(query).fetchone()[0]
        return int(psql(url, query) or 0)

    def sign_in(self, role):
        """A fresh access token of one of the demo's people."""
        who = self.fixtures["sign_ins"][role]
        body = {"email": who["email"], "password": who["password"]}
        return self.json("POST", SIGN_IN, body=body, expect=200)[1]["access_token"]

    # --- HTTP -----------------------------------------------------------------------------------------------------
    def call(self, method, path, token=None, body=None, headers=None, timeout=60):
        """(status, headers in lower case, bytes). `body` may be bytes, or anything JSON."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            send = {"accept": "application/json", **(headers or {})}
            if token:
                send["authorization"] = "Bearer " + token
            if body is not None and not isinstance(body, bytes):
                body = json.dumps(body).encode()
                send.setdefault("content-type", "application/json")
            connection.request(method, path, body=body, headers=send)
            answer = connection.getresponse()
            data = answer.read()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, data
        finally:
            connection.close()

    def json(self, method, path, token=None, body=None, headers=None, expect=None):
        """(status, parsed body); `expect` raises on another status, with the body in the message."""
        status, _, data = self.call(method, API + path, token, body, headers)
        if expect is not None and status not in ([expect] if isinstance(expect, int) else expect):
            raise AssertionError(f"{method} {path}: {status} instead of {expect}: {data[:600]!r}")
        try:
            return status, json.loads(data) if data else None
        except ValueError:
            return status, data

    def all_items(self, path, token):
        """Every item of a keyset list."""
        items, cursor = [], None
        while True:
            separator = "&" if "?" in path else "?"
            page = path + separator + "limit=200" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else "")
            _, answer = self.json("GET", page, token, expect=200)
            items += answer["items"]
            cursor = answer.get("next_cursor")
            if not cursor:
                return items

    def upload(self, path, token, name, data, media_type="application/octet-stream", fields=None, headers=None):
        boundary = uuid.uuid4().hex
        parts = []
        for key, value in (fields or {}).items():
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        quoted = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{quoted}"\r\nContent-Type: {media_type}\r\n\r\n'
        parts.append(head.encode("utf-8", "surrogatepass") + data + f"\r\n--{boundary}--\r\n".encode())
        send = {"content-type": f"multipart/form-data; boundary={boundary}", **(headers or {})}
        status, _, answer = self.call("POST", API + path, token, b"".join(parts), send, timeout=90)
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, answer

    def rss_mb(self):
        for line in open(f"/proc/{self.process.pid}/status", encoding="utf-8"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) // 1024
        return 0


def has_postgres():
    return bool(os.environ.get("KEPT_TEST_POSTGRES"))


class Tally:
    """Counts, prints what failed, ends with the line every check here ends with."""

    def __init__(self, title):
        self.title, self.passed, self.failed = title, 0, 0

    def check(self, name, good, info=""):
        if good:
            self.passed += 1
        else:
            self.failed += 1
            print(f"FAIL {self.title}: {name}: {str(info)[:400]}", flush=True)
        return good

    def done(self):
        print(f"{self.title}: {self.passed} passed, {self.failed} failed", flush=True)
        return self.failed == 0
