"""T-11: kill -9 while an import is written, once in a small one (all or nothing) and once in a large one (in chunks).
After the restart it is finished or plainly failed; no row twice; importing the file again changes nothing."""
import random
import threading
import time

import imports
from kept import Kept, Tally

# Up to 20,000 rows go in as one, more in chunks of 10,000.
SIZES = {"small": 4_000, "large": 21_000}
# The job of a worker that died is free once its lease has run out; a minute unless it is set.
LEASE = {"KEPT__WORKER__LEASE_SECONDS": "5"}


def book(rows, seed):
    dice = random.Random(seed)
    lines = ["Customer number,Customer name,Invoice number,Invoice date,Due date,Amount,Settled date"]
    for i in range(rows):
        month, day = i % 10 + 1, dice.randrange(1, 28)
        settled = f"2026-{month:02}-{min(day + 1, 28):02}" if dice.random() < 0.4 else ""
        lines.append(f"K{i // 8:05},Killed {i // 8:05},N{i:06},2026-{month:02}-{day:02},2026-{month:02}-{day:02},{dice.randrange(1, 99_999) / 100:.2f},{settled}")
    return ("\n".join(lines) + "\n").encode()


def progress(kept, token, id, rows):
    """Waits until so many rows are written, as the wizard's page would show it."""
    until = time.monotonic() + 240
    while time.monotonic() < until:
        _, seen = kept.json("GET", f"/imports/{id}", token, expect=200)
        if seen["state"] != "committing" or seen["progress"]["done"] >= rows:
            return seen["state"], seen["progress"]["done"]
        time.sleep(0.02)
    raise AssertionError(f"not even {rows:.0f} rows after 240 s")


def on(t, engine, size, seed):
    dice, name = random.Random(seed), f"{engine} {size}"
    kept = Kept(engine, settings=LEASE)
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
        imports.commit(kept, token, checked)
        # It dies where a share of the rows is written, the large one after its first chunk is in.
        share = dice.uniform(0, 0.9) if size == "small" else dice.uniform(0.5, 0.9)
        at = progress(kept, token, made["id"], share * SIZES[size])
        kept.kill9()
        written = kept.sql("SELECT COUNT(*) FROM claim") - claims
        ready = kept.start()
        t.check(f"{name}: ready again soon", ready < 10, f"{ready:.1f} s")
        ended = imports.wait(kept, token, made["id"], ("done", "failed", "cancelled"), 240)
        total = kept.sql("SELECT COUNT(*) FROM claim") - claims
        print(f"  {name}: killed when {at} with {written} invoices written, ready after {ready:.1f} s, {ended['state']} {time.monotonic() - began:.0f} s after the order", flush=True)
        t.check(f"{name}: finished, or plainly failed", ended["state"] == "done" or (ended["state"] == "failed" and ended["failure"]), ended["state"])
        t.check(f"{name}: every row once", total == (SIZES[size] if ended["state"] == "done" else 0), (total, ended["state"]))
        if size == "small":
            t.check(f"{name}: all or nothing at the moment of death", written in (0, SIZES[size]), written)
        else:
            t.check(f"{name}: whole chunks at the moment of death", written in (10_000, 20_000, SIZES[size]), written)
        books = kept.check()
        t.check(f"{name}: the books are whole", books["ok"], [(r["name"], r["examples"][:2]) for r in books["rules"] if r["faults"]])
        _, again = imports.upload(kept, token, "killed.csv", data, community)
        status, checked = imports.check(kept, token, again, how, 300)
        t.check(f"{name}: the same file again changes nothing", status == 200 and checked["summary"]["unchanged"] == SIZES[size], checked.get("summary"))
    except Exception as e:  # one engine's trouble must not hide the other's
        t.check(f"{name}: ran", False, repr(e))
    finally:
        kept.stop()


def check(engine):
    t = Tally(f"T-11 kill -9 during an import, {engine}")
    seed = int(time.time())
    print(f"  seed {seed}", flush=True)
    # Side by side, since each waits for the lease of the killed worker.
    threads = [threading.Thread(target=on, args=(t, engine, size, seed + i)) for i, size in enumerate(SIZES)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return t.done()
