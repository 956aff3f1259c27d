"""T-10: kill -9 while a status is put on every customer at once. All of a batch or none of it, and what was promised is there."""
import http.client
import random
import threading
import time
import uuid

from kept import API, Kept, Tally

ROUNDS = 6


def on(t, engine, seed):
    dice = random.Random(seed)
    kept = Kept(engine)
    kept.start()
    try:
        token = kept.sign_in("superuser")
        catalogue = kept.json("GET", "/statuses", token, expect=200)[1]
        codes = {s["code"]: s["id"] for g in catalogue["groups"] for s in g["items"]}
        accounts = [a["id"] for a in kept.all_items("/accounts", token)]
        t.check(f"{engine}: there is a book", len(accounts) >= 300, len(accounts))
        pace = 0.2
        hits = {"none": 0, "all": 0}
        for number in range(ROUNDS):
            code = ("TRACE", "DISP")[number % 2]
            body = {"selection": {"by": "accounts", "account_ids": accounts}, "status_id": codes[code], "note": f"Round {number}"}
            key, answer = str(uuid.uuid4()), []

            def work():
                try:
                    began = time.monotonic()
                    answer.append(kept.call("POST", API + "/statuses/apply", token, body, {"idempotency-key": key}))
                    answer.append(time.monotonic() - began)
                except (OSError, http.client.HTTPException):
                    pass

            batches, changes = kept.sql("SELECT COUNT(*) FROM status_batch"), kept.sql("SELECT COUNT(*) FROM status_change")
            thread = threading.Thread(target=work)
            thread.start()
            # The first round is not killed: it shows how long the work takes, the others die somewhere within.
            if number == 0:
                thread.join()
                pace = answer[1] if len(answer) > 1 else pace
            else:
                time.sleep(dice.uniform(0.02, 1.1) * pace)
                kept.kill9()
                thread.join()
                kept.start()
            made = kept.sql("SELECT COUNT(*) FROM status_batch") - batches
            changed = kept.sql("SELECT COUNT(*) FROM status_change") - changes
            promised = bool(answer) and answer[0][0] == 200
            hits["all" if made else "none"] += 1
            t.check(f"{engine} round {number}: all or nothing", (made, changed > 0) in ((0, False), (1, True)), (made, changed))
            t.check(f"{engine} round {number}: what was promised is there", not promised or made == 1, (promised, made))
            books = kept.check()
            t.check(f"{engine} round {number}: books whole", books["ok"], [(r["name"], r["examples"][:2]) for r in books["rules"] if r["faults"]])
            # The caller, who does not know, asks again with the same key.
            status, _, data = kept.call("POST", API + "/statuses/apply", token, body, {"idempotency-key": key})
            t.check(f"{engine} round {number}: asked again, done once", status == 200 and kept.sql("SELECT COUNT(*) FROM status_batch") - batches == 1,
                    (status, data[:200]))
        print(f"  {engine}: a batch of {len(accounts)} takes {pace:.2f} s; found undone {hits['none']} times, done {hits['all']} times", flush=True)
    finally:
        kept.stop()


def check(engine):
    t = Tally(f"T-10 kill -9 during a bulk status apply, {engine}")
    seed = int(time.time())
    print(f"  seed {seed}", flush=True)
    on(t, engine, seed)
    return t.done()
