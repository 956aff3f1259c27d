"""T-25: hostile spreadsheets. Nothing aborts, memory stays flat, and each row is taken exactly or refused with row, column and reason."""
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from decimal import Decimal

import imports
from kept import PEERS, Kept, Tally

# What a text may be read as, in cents; None: it must be refused. With the decimal point chosen on the mapping page.
AMOUNTS = {
    "0.1": {10}, "1250.00": {125_000}, "1,250.00": {125_000}, "R 1 250.00": {125_000}, "1250.005": {125_000, 125_001}, "-0": {0}, "-12.30": {-1_230},
    "(500.00)": {-50_000}, "1250.00-": {-125_000, None}, "1e400": {None}, "NaN": {None}, "inf": {None}, "0x10": {None}, "=1+1": {None},
    "99999999999999999999.99": {None}, "1.2.3": {None}, "12abc": {None}, "\u0663\u0664": {None}, "1.234.567,89": {None}, "--5": {None}, "": {None, 0},
}
DATES = {"2026-02-28": "2026-02-28", "2026-02-30": None, "2026-13-01": None, "0000-00-00": None, "2026-2-3": "2026-02-03", "99999-01-01": None, "yesterday": None}


def check(_):
    t = Tally("T-25 spreadsheets")
    hits = []
    canary = listen(hits)
    with Kept() as kept, tempfile.TemporaryDirectory() as corpus:
        subprocess.run([sys.executable, str(PEERS / "evil_files.py"), corpus, "--small"], check=True, stdout=subprocess.DEVNULL)
        token = kept.sign_in("agent")
        community = kept.fixtures["ids"]["agent"]["own"]["community_id"]
        before = {table["table"]: table["rows"] for table in kept.check()["counts"]}
        memory = kept.rss_mb()
        for item in json.loads(pathlib.Path(corpus, "manifest.json").read_text()):
            if item["file"].startswith("import/"):
                data = pathlib.Path(corpus, item["file"]).read_bytes()
                one(t, kept, token, community, item, data)
                if not t.check(f"{item['sent_as']}: the server lives", kept.process.poll() is None, item["why"]):
                    kept.start()
        t.check("memory stays flat", kept.rss_mb() - memory < 100, f"{memory} MB, then {kept.rss_mb()} MB")
        after = {table["table"]: table["rows"] for table in kept.check()["counts"]}
        t.check("a dry run writes nothing", all(after[x] == before[x] for x in ("account", "entry", "claim", "contact", "unit")), (before, after))
        t.check("nothing was fetched from elsewhere", not hits, hits)
        t.check("nothing was written elsewhere", not pathlib.Path("/tmp/pwned.txt").exists())
        too_big(t, kept, token, community)
        amounts(t, kept, token, community)
        dates(t, kept, token, community)
        books = kept.check()
        t.check("the books are whole", books["ok"], [r["name"] for r in books["rules"] if r["faults"]])
    if canary:
        canary.shutdown()
    return t.done()


def listen(hits):
    """The corpus names 127.0.0.1:8090; if somebody else has that port, the check of it is left out, aloud."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 8090), Handler)
    except OSError:
        print("SKIPPED T-25 canary: port 8090 is taken", flush=True)
        return None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def one(t, kept, token, community, item, data):
    name, began = item["sent_as"], time.monotonic()
    status, made = imports.upload(kept, token, name, data, community)
    t.check(f"{name}: answered calmly", 200 <= status < 500 and time.monotonic() - began < 30, (status, made, item["why"]))
    if status >= 400:
        t.check(f"{name}: the refusal has a reason", isinstance(made, dict) and made.get("type") and (made.get("errors") or made.get("detail") or made.get("title")), made)
        t.check(f"{name}: a sound file is not refused", item["expect"] != "clean", made)
        return
    shown = json.dumps(kept.json("GET", f"/imports/{made['id']}/preview", token)[1], ensure_ascii=False)
    t.check(f"{name}: shows nothing of the machine", "root:x:" not in shown and "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" not in shown, shown[:200])
    t.check(f"{name}: no broken letters", "\ufffd" not in shown and "ZoÃ" not in shown, shown[:300])
    detection = made["detection"]
    how = imports.mapping(detection, community, as_at="2026-10-31")
    fields = {c["field"] for c in how["columns"]}
    if "account_reference" not in fields and detection["columns"]:
        how["columns"] = [c for c in how["columns"] if c["column"] != detection["columns"][0]["column"]]
        how["columns"].append({"column": detection["columns"][0]["column"], "field": "account_reference"})
    status, checked = imports.check(kept, token, made, how)
    t.check(f"{name}: the dry run ends", status < 500, (status, checked))
    if status != 200 or checked["state"] != "checked":
        return
    s = checked["summary"]
    t.check(f"{name}: every row has its verdict", s["new"] + s["unchanged"] + s["changed"] + s["faulty"] + s.get("passed_over", 0) >= detection["rows"] - detection.get("footer_rows", 0),
            (s, detection["rows"]))
    faulty = kept.all_items(f"/imports/{made['id']}/rows?verdict=faulty", token)
    t.check(f"{name}: each faulty row says where and why", all(r["number"] > 0 and r["faults"] and all(f["code"] for f in r["faults"]) for r in faulty), faulty[:2])


def too_big(t, kept, token, community):
    """26 MB is over the limit, 200 MB is cut off early; both are 413 and leave nothing behind."""
    before = kept.sql("SELECT COUNT(*) FROM import")
    memory = kept.rss_mb()
    for megabytes in (26, 200):
        try:
            status, answer = imports.upload(kept, token, "big.csv", b"a,b\n" * (megabytes << 18), community)
        except OSError:
            status, answer = 413, "closed while we still wrote"
        t.check(f"{megabytes} MB is too much", status == 413, (status, answer))
    t.check("... and nothing is kept", kept.sql("SELECT COUNT(*) FROM import") == before)
    t.check("... nor held in memory", kept.rss_mb() - memory < 60, (memory, kept.rss_mb()))


def commit_text(t, kept, token, community, name, text, **how):
    status, made = imports.upload(kept, token, name, text.encode(), community)
    if not t.check(f"{name}: taken", status == 201, (status, made)):
        return None
    status, checked = imports.check(kept, token, made, imports.mapping(made["detection"], community, **how))
    if not t.check(f"{name}: checked", status == 200 and checked["state"] == "checked", (status, checked)):
        return None
    faulty = {r["number"]: r for r in kept.all_items(f"/imports/{made['id']}/rows?verdict=faulty", token)}
    status, answer = imports.commit(kept, token, checked, skip_faulty=True)
    t.check(f"{name}: committed", status == 202, (status, answer))
    done = imports.wait(kept, token, made["id"], ("done", "failed"))
    t.check(f"{name}: done", done["state"] == "done", done.get("failure"))
    return faulty


def amounts(t, kept, token, community):
    lines = ["Customer number;Customer name;Balance"] + [f"AMT{i:03};Amount {i};{text}" for i, text in enumerate(AMOUNTS)]
    # A tidy majority, so that the style is not in doubt.
    lines += [f"AMU{i:03};Sum {i};{i}.25" for i in range(40)]
    faulty = commit_text(t, kept, token, community, "amounts.csv", "\n".join(lines) + "\n", kind="balances", decimal_style="point", as_at="2026-10-31")
    if faulty is None:
        return
    accounts = {a["reference"]: a for a in kept.all_items(f"/accounts?community_id={community}&q=AMT", token)}
    for i, (text, allowed) in enumerate(AMOUNTS.items()):
        account = accounts.get(f"AMT{i:03}")
        if i + 2 in faulty:
            t.check(f"amount {text!r}: refused", None in allowed, "refused, but it is plain what it means")
            continue
        balance = (account or {}).get("balance") or {}
        total = balance.get("total") if isinstance(balance.get("total"), dict) else balance
        cents = int(Decimal(total.get("amount", "0")) * 100) if total else 0
        t.check(f"amount {text!r}: read as {cents}", cents in allowed, (cents, allowed))


def dates(t, kept, token, community):
    lines = ["Customer number;Customer name;Invoice number;Invoice date;Due date;Amount"]
    lines += [f"DTE{i:03};Date {i};D{i:04};{text};{text};100.00" for i, text in enumerate(DATES)]
    lines += [f"DTF{i:03};Day {i};F{i:04};2026-03-{i + 1:02};2026-03-{i + 1:02};10.00" for i in range(30)]
    faulty = commit_text(t, kept, token, community, "dates.csv", "\n".join(lines) + "\n", kind="invoices", date_order="year_month_day")
    if faulty is None:
        return
    for i, (text, meaning) in enumerate(DATES.items()):
        t.check(f"date {text!r}", (i + 2 in faulty) == (meaning is None), faulty.get(i + 2))
