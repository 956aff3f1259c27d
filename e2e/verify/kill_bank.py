"""T-11b: kill -9 while a bank statement is taken in, and while its lines are confirmed in bulk. All of it or none; asked again
with the same key it is done once; the books stay whole."""
import http.client
import random
import threading
import time
import uuid

from kept import API, Kept, Tally

LINES = 400
LEASE = {"KEPT__WORKER__LEASE_SECONDS": "5"}


def statement(references, mark):
    rows = [f":61:2611031103C{10 + i % 7},50NTRFNONREF//{mark}{i}\n:86:EFT {references[i % len(references)]}" for i in range(LINES)]
    cents = sum((10 + i % 7) * 100 + 50 for i in range(LINES))
    head = f":20:K\n:25:6299{mark}\n:28C:1/1\n:60F:C261101ZAR0,\n"
    return (head + "\n".join(rows) + f"\n:62F:C261130ZAR{cents // 100},{cents % 100:02}\n-\n").encode()


def opened(kept, token, id):
    until = time.monotonic() + 120
    while time.monotonic() < until:
        seen = kept.json("GET", f"/bank-statements/{id}", token, expect=200)[1]
        if seen["state"] != "matching":
            return seen
        time.sleep(0.1)
    raise AssertionError(f"still {seen['state']}")


def struck(kept, act, pause):
    """Runs `act` on the side and kills the server after a pause. Gives the answer, if one came."""
    answers = []

    def work():
        try:
            answers.append(act())
        except (OSError, http.client.HTTPException):
            pass

    thread = threading.Thread(target=work)
    thread.start()
    time.sleep(pause)
    kept.kill9()
    thread.join()
    kept.start()
    return answers


def on(t, engine, seed):
    dice = random.Random(seed)
    kept = Kept(engine, settings=LEASE)
    kept.start()
    try:
        token = kept.sign_in("manager")
        community = kept.fixtures["communities"]["VSS"]
        references = [a["reference"] for a in kept.all_items(f"/accounts?community_id={community}", token)]
        fields = {"community_id": community}
        for number in range(4):
            mark = f"{number}{seed % 1000:03}"
            data = statement(references, mark)
            # Taking it in.
            before = kept.sql("SELECT COUNT(*) FROM bank_line")
            struck(kept, lambda: kept.upload("/bank-files", token, "k.sta", data, fields=fields), dice.uniform(0.01, 0.6))
            token = kept.sign_in("manager")
            made = kept.sql("SELECT COUNT(*) FROM bank_line") - before
            t.check(f"{engine} round {number}: the whole file or nothing of it", made in (0, LINES), made)
            status, answer = kept.upload("/bank-files", token, "k.sta", data, fields=fields)
            t.check(f"{engine} round {number}: the file again", status == (409 if made else 201), (status, made))
            t.check(f"{engine} round {number}: each line once", kept.sql("SELECT COUNT(*) FROM bank_line") - before == LINES)
            id = answer["errors"][0]["params"]["statement"] if made else answer["statements"][0]
            seen = opened(kept, token, id)
            certain = seen["progress"]["certain"]
            t.check(f"{engine} round {number}: matched after all", certain > 100, seen["progress"])
            # Confirming in bulk.
            posted, body, key = kept.sql("SELECT COUNT(*) FROM entry"), {"confidence": "certain"}, {"idempotency-key": str(uuid.uuid4()), "if-match": f'"{seen["version"]}"'}
            order = lambda: kept.call("POST", f"{API}/bank-statements/{id}/confirm", token, body, key)
            struck(kept, order, dice.uniform(0.01, 0.8))
            token = kept.sign_in("manager")
            after = kept.sql("SELECT COUNT(*) FROM entry") - posted
            t.check(f"{engine} round {number}: all payments or none", after in (0, certain), (after, certain))
            postings = kept.sql("SELECT COUNT(*) FROM bank_posting WHERE undone_at IS NULL")
            t.check(f"{engine} round {number}: as many postings as confirmed lines", postings == kept.sql("SELECT COUNT(*) FROM bank_line WHERE state = 'confirmed'"))
            status, _, _ = kept.call("POST", f"{API}/bank-statements/{id}/confirm", token, body, key)
            total = kept.sql("SELECT COUNT(*) FROM entry") - posted
            t.check(f"{engine} round {number}: asked again, posted once", status == 200 and total == certain, (status, total, certain))
            books = kept.check()
            t.check(f"{engine} round {number}: the books are whole", books["ok"], [(r["name"], r["examples"][:2]) for r in books["rules"] if r["faults"]])
    except Exception as e:  # one engine's trouble must not hide the other's
        t.check(f"{engine}: ran", False, repr(e))
    finally:
        kept.stop()


def check(engine):
    t = Tally(f"T-11b kill -9 during bank statements, {engine}")
    seed = int(time.time())
    print(f"  seed {seed}", flush=True)
    on(t, engine, seed)
    return t.done()
