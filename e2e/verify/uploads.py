"""T-19: hostile files and names on the files of an account, through a real scanner."""
import subprocess
import sys
import tempfile

from kept import API, PEERS, Clamd, Kept, Tally


def check(_):
    t = Tally("T-19 uploads")
    clamd = Clamd()
    try:
        with Kept(clamd=clamd.address) as kept, tempfile.TemporaryDirectory() as corpus:
            subprocess.run([sys.executable, str(PEERS / "evil_files.py"), corpus, "--small"], check=True, stdout=subprocess.DEVNULL)
            agent = kept.sign_in("agent")
            account = kept.fixtures["ids"]["agent"]["own"]["account_id"]
            files = f"{kept.base}{API}/files/{{id}}"
            judged = subprocess.run(
                [sys.executable, str(PEERS / "upload_gauntlet.py"), "--corpus", corpus, "--upload", f"{kept.base}{API}/accounts/{account}/files",
                 "--token", agent, "--status", files, "--download", files + "/content", "--clean", "clean", "--bad", "infected,scan_error",
                 "--pid", str(kept.process.pid)], capture_output=True, text=True, check=False)
            for line in judged.stdout.splitlines():
                if line.startswith("FAIL"):
                    print(line, flush=True)
            passed, failed = (int(word) for word in judged.stdout.splitlines()[-1].split() if word.isdigit())
            t.passed, t.failed = t.passed + passed, t.failed + failed

            # The scanner goes away: nothing gets through unscanned, and what waited is scanned when it is back.
            clamd.pause()
            status, made = kept.upload(f"/accounts/{account}/files", agent, "late.pdf", PDF, "application/pdf")
            t.check("scanner down: the upload is taken", status == 201, (status, made))
            state = kept.json("GET", f"/files/{made['id']}", agent)[1]
            t.check("scanner down: it waits in quarantine", state["state"] == "quarantined" and not state["is_downloadable"], state)
            t.check("scanner down: no way to its bytes", kept.call("GET", f"{API}/files/{made['id']}/content", agent)[0] in (404, 409), None)
            clamd.resume()
    finally:
        clamd.stop()
    return t.done()


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
