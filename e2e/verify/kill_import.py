"""T-11: kill -9 while an import is written, once in a small one (all or nothing) and once in a large one (in chunks).
After the restart it is finished or plainly failed; no row twice; importing the file again changes nothing."""
import http.client
import random
import threading
import time

import imports
from kept import Kept, Tally, has_postgres, template

SIZES = {"small": 6_000, "large": 24_000}


def book(rows, seed):
    dice = random.Random(seed)
    lines = ["Customer number,Customer name,Invoice number,Invoice date,Due date,Amount,Settled date"]
    for i in range(rows):
        month, day = i % 10 + 1, dice.randrange(1, 28)
        settled = f"2026-{month:02}-{min(day + 1, 28):02}" if dice.random() < 0.4 else ""
        lines.append(f"K{i // 8:05},Killed {i // 8:05},N{i:06},2026-{month:02}-{day:02},2026-{month:02}-{day:02},{dice.randrange(1, 99_999) / 100:.2f},{settled}")
    return ("\n".join(lines) + "\n").encode()


def on(t, engine, size, seed):
    dice, name = random.Random(seed), f"{engine} {size}"
    kept = Kept(engine)
    try:
        kept.start()
        token = kept.sign_in("manager")
        community = kept.fixtures["communities"]["VSS"]
        data = book(SIZES[size], seed)
        _, made = imports.upload(kept, token, "killed.csv", data, community)
        how = imports.mapping(made["detection"], community)
        status, checked = imports.check(kept, token, made, how, 300)
        if not t.check(f"{name}: dry run", status == 200 and checked["state"] == "checked" and checked["summary"]["new"] == SIZES[size], (status, checked.get("summary"))):
            return
        claims = kept.sql("SELECT COUNT(*) FROM claim")
        began = time.monotonic()
        imports.commit(kept, token, made["id"])
        # Wait for the first sign of work, then die somewhere in it.
        time.sleep(dice.uniform(0.05, 1.5) if size == "small" else dice.uniform(0.5, 5))
        try:
            state = kept.json("GET", f"/imports/{made['id']}", token)[1]
            at = (state["state"], state["progress"])
        except (OSError, http.client.HTTPException):
            at = None
        kept.kill9()
        written = kept.sql("SELECT COUNT(*) FROM claim") - claims
        ready = kept.start()
        t.check(f"{name}: ready again soon", ready < 10, f"{ready:.1f} s")
        # A dead worker's job is free once its lease of a minute has run out.
        ended = imports.wait(kept, token, made["id"], ("done", "failed", "cancelled"), 240)
        total = kept.sql("SELECT COUNT(*) FROM claim") - claims
        print(f"  {name}: killed at {at} with {written} invoices written, ready after {ready:.1f} s, {ended['state']} {time.monotonic() - began:.0f} s after the order", flush=True)
        t.check(f"{name}: finished, or plainly failed", ended["state"] == "done" or (ended["state"] == "failed" and ended["failure"]), ended["state"])
        t.check(f"{name}: every row once", total == (SIZES[size] if ended["state"] == "done" else 0), (total, ended["state"]))
        if size == "small":
            t.check(f"{name}: all or nothing at the moment of death", written in (0, SIZES[size]), written)
        books = kept.check()
        t.check(f"{name}: the books are whole", books["ok"], [(r["name"], r["examples"][:2]) for r in books["rules"] if r["faults"]])
        _, again = imports.upload(kept, token, "killed.csv", data, community)
        status, checked = imports.check(kept, token, again, how, 300)
        t.check(f"{name}: the same file again changes nothing", status == 200 and checked["summary"]["unchanged"] == SIZES[size], checked.get("summary"))
    except Exception as e:  # one engine's trouble must not hide the other's
        t.check(f"{name}: ran", False, repr(e))
    finally:
        kept.stop()


def check(_):
    t = Tally("T-11 kill -9 during an import")
    seed = int(time.time())
    print(f"  seed {seed}", flush=True)
    runs = [("sqlite", size) for size in SIZES]
    template("sqlite")
    if has_postgres():
        runs += [("postgres", size) for size in SIZES]
        template("postgres")
    else:
        print("SKIPPED T-11 on PostgreSQL: run through e2e/verify/run.sh", flush=True)
    # Side by side, since each waits a minute for the lease of the killed worker.
    threads = [threading.Thread(target=on, args=(t, *run, seed + i)) for i, run in enumerate(runs)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return t.done()
