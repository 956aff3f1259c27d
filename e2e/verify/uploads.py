"""T-19: hostile files and names on the files of an account and the documents of a community, through a real scanner; uploads
that are too large, empty or break off; a scanner that goes and comes back. Files lie in the local folder."""
import json
import socket
import struct
import subprocess
import sys
import tempfile
import time
import uuid

from kept import API, PEERS, Clamd, Kept, Tally

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
# A scanner that is back is looked for each 20 seconds.
BACK = 40


def check(_):
    t = Tally("T-19 uploads")
    clamd = Clamd()
    try:
        with Kept(clamd=clamd.address) as kept:
            place = Place(kept)
            gauntlet(t, kept, place, "files")
            gauntlet(t, kept, place, "documents")
            bounds(t, kept, place, lambda: blobs(kept))
            broken_off(t, kept, place, lambda: blobs(kept))
            scanner_comes_and_goes(t, kept, place, clamd)
    finally:
        clamd.stop()
    return t.done()


class Place:
    """Where somebody may upload."""

    def __init__(self, kept):
        ids = kept.fixtures["ids"]["agent"]["own"]
        self.agent, self.manager = kept.sign_in("agent"), kept.sign_in("manager")
        self.files = f"/accounts/{ids['account_id']}/files"
        community = kept.json("GET", "/communities", self.manager, expect=200)[1]["items"][0]["id"]
        self.documents = f"/communities/{community}/documents"


def blobs(kept):
    """The blobs of the local folder."""
    return sorted(p.name for p in (kept.dir / "blobs").rglob("*") if p.is_file() and p.parent.name != "incoming")


def incoming(kept):
    folder = kept.dir / "blobs" / "incoming"
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def settled(wanted, patience=10):
    """Whether it comes to be so."""
    until = time.monotonic() + patience
    while not wanted():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def code_of(answer):
    return answer.get("type", "").rsplit("/", 1)[-1] if isinstance(answer, dict) else None


def gauntlet(t, kept, place, what):
    """Fifty files and names that nobody should trust."""
    token, path = (place.agent, place.files) if what == "files" else (place.manager, place.documents)
    one = f"{kept.base}{API}/{what}/{{id}}"
    with tempfile.TemporaryDirectory() as corpus:
        subprocess.run([sys.executable, str(PEERS / "evil_files.py"), corpus, "--small"], check=True, stdout=subprocess.DEVNULL)
        judged = subprocess.run(
            [sys.executable, str(PEERS / "upload_gauntlet.py"), "--corpus", corpus, "--upload", f"{kept.base}{API}{path}",
             "--token", token, "--status", one, "--download", one + "/content", "--clean", "clean", "--bad", "infected,scan_error",
             "--pid", str(kept.process.pid)], capture_output=True, text=True, check=False)
    for line in judged.stdout.splitlines():
        if line.startswith("FAIL"):
            print(f"{line} ({what})", flush=True)
    lines = judged.stdout.splitlines()
    if not t.check(f"{what}: the corpus was sent", bool(lines), judged.stderr[-400:]):
        return
    passed, failed = (int(word) for word in lines[-1].split() if word.isdigit())
    t.passed, t.failed = t.passed + passed, t.failed + failed
    t.check(f"{what}: nothing is left of what came in", settled(lambda: not incoming(kept)), incoming(kept))


def bounds(t, kept, place, held):
    """Too large and empty: a clear word, no row, no bytes."""
    for what, token, path in (("files", place.agent, place.files), ("documents", place.manager, place.documents)):
        before = kept.sql("SELECT COUNT(*) FROM file"), held()
        status, said = raw(kept, path, token, b"a" * (26 << 20), announced=True)
        t.check(f"{what}: 26 MiB announced are refused", (status, code_of(said)) == (413, "body-too-large"), (status, said))
        status, said = raw(kept, path, token, b"a" * (26 << 20), announced=False)
        t.check(f"{what}: 26 MiB in pieces are refused", (status, code_of(said)) == (413, "body-too-large"), (status, said))
        status, said = kept.upload(path, token, "empty.pdf", b"", "application/pdf")
        flaw = said.get("errors", [{}])[0] if isinstance(said, dict) else {}
        t.check(f"{what}: 0 bytes are refused", (status, code_of(said), flaw.get("pointer"), flaw.get("code")) == (422, "file-refused", "/file", "empty"), (status, said))
        t.check(f"{what}: nothing of them is left", settled(lambda: not incoming(kept)) and (kept.sql("SELECT COUNT(*) FROM file"), held()) == before, (before, held()))


def opened(kept, path, token, data, announced=True):
    """A connection that has sent the head of an upload, and the body that is to follow."""
    mark = uuid.uuid4().hex
    body = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="half.txt"\r\nContent-Type: text/plain\r\n\r\n'.encode() + data + f"\r\n--{mark}--\r\n".encode()
    length = f"content-length: {len(body)}" if announced else "transfer-encoding: chunked"
    s = socket.create_connection(("127.0.0.1", kept.port), timeout=30)
    s.sendall(f"POST {API}{path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\ncontent-type: multipart/form-data; boundary={mark}\r\n{length}\r\n\r\n".encode())
    return s, body


def raw(kept, path, token, data, announced):
    """An upload that reads the answer whenever it comes."""
    s, body = opened(kept, path, token, data, announced)
    with s:
        try:
            for at in range(0, len(body), 1 << 16):
                piece = body[at:at + (1 << 16)]
                s.sendall(piece if announced else f"{len(piece):x}\r\n".encode() + piece + b"\r\n")
                s.settimeout(0.0005)
                try:
                    if s.recv(1, socket.MSG_PEEK):
                        break
                except (TimeoutError, BlockingIOError):
                    pass
                s.settimeout(30)
        except OSError:
            pass  # answered meanwhile
        s.settimeout(30)
        answer = b""
        try:
            while b"\r\n\r\n" not in answer or len(answer) < 300:
                piece = s.recv(65536)
                if not piece:
                    break
                answer += piece
                head, _, rest = answer.partition(b"\r\n\r\n")
                if rest.endswith(b"}"):
                    break
        except OSError as e:
            return 0, repr(e)
    head, _, rest = answer.partition(b"\r\n\r\n")
    try:
        return int(head.split()[1]), json.loads(rest)
    except (IndexError, ValueError):
        return 0, answer[:200]


def broken_off(t, kept, place, held):
    """A connection that drops half way through the body: no row, nothing half received, no bytes."""
    for what, token, path in (("files", place.agent, place.files), ("documents", place.manager, place.documents)):
        for how in ("closed", "reset"):
            before = kept.sql("SELECT COUNT(*) FROM file"), held()
            s, body = opened(kept, path, token, b"half of it\n" * 500_000)
            with s:
                s.sendall(body[: len(body) // 2])
                received = lambda: any(p.stat().st_size > 0 for p in (kept.dir / "blobs" / "incoming").iterdir())
                t.check(f"{what}, {how}: the server was receiving", settled(received), incoming(kept))
                if how == "reset":
                    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            t.check(f"{what}, {how}: nothing half received is left", settled(lambda: not incoming(kept)), incoming(kept))
            t.check(f"{what}, {how}: no row and no bytes", (kept.sql("SELECT COUNT(*) FROM file"), held()) == before, before)
    # The last boundary is missing: all bytes of the file are there, the upload is not.
    before = kept.sql("SELECT COUNT(*) FROM file"), held()
    s, body = opened(kept, place.files, place.agent, b"nearly all of it\n")
    with s:
        s.sendall(body[:-4])
    t.check("all but the end: nothing is left", settled(lambda: not incoming(kept)) and (kept.sql("SELECT COUNT(*) FROM file"), held()) == before, (before, held()))


def becomes_clean(kept, token, path, patience):
    """Seconds until a file is clean, or None."""
    began = time.monotonic()
    clean = settled(lambda: kept.json("GET", path, token)[1]["state"] == "clean", patience)
    return time.monotonic() - began if clean else None


def scanner_comes_and_goes(t, kept, place, clamd):
    """Nothing gets through unscanned; what waited is scanned when the scanner is back."""
    for how, go, come in (("hangs", clamd.pause, clamd.resume), ("is down", clamd.stop_only, clamd.start)):
        go()
        waiting = []
        for what, token, path in (("files", place.agent, place.files), ("documents", place.manager, place.documents)):
            data = PDF + f"% {how} {what}\n".encode()
            status, made = kept.upload(path, token, "late.pdf", data, "application/pdf")
            if not t.check(f"scanner {how}: the upload is taken ({what})", status == 201, (status, made)):
                continue
            one = f"/{what}/{made['id']}"
            state = kept.json("GET", one, token)[1]
            t.check(f"scanner {how}: it waits in quarantine ({what})", state["state"] == "quarantined" and not state["is_downloadable"], state)
            t.check(f"scanner {how}: no way to its bytes ({what})", kept.call("GET", f"{API}{one}/content", token)[0] in (404, 409), None)
            waiting.append((what, one, token, data))
        come()
        until = time.monotonic() + BACK
        for what, one, token, data in waiting:
            took = becomes_clean(kept, token, one, until - time.monotonic())
            t.check(f"scanner {how}: it is scanned when it is back ({what})", took is not None, kept.json("GET", one, token)[1])
            status, _, got = kept.call("GET", f"{API}{one}/content", token)
            t.check(f"scanner {how}: it can be downloaded then ({what})", (status, got) == (200, data), status)
