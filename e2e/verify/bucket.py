"""T-19b: the same uploads with an S3-compatible bucket that checks every signature, and what happens when it is down, hangs,
refuses, breaks off, or is configured wrongly."""
import os
import signal
import threading
import time

from kept import API, Bucket, Clamd, Kept, Tally
from uploads import PDF, Place, becomes_clean, bounds, broken_off, code_of, gauntlet, incoming, settled

# Whatever the bucket does, nobody waits longer for an answer.
PATIENCE = 10


def check(engine):
    t = Tally(f"T-19b bucket ({engine})")
    clamd, bucket = Clamd(), Bucket()
    try:
        wrong_settings(t, bucket)
        kept = Kept(engine, settings=bucket.settings(), clamd=clamd.address)
        moved = move(kept, bucket)
        with kept:
            place = Place(kept)
            t.check("the probe of the start is gone", bucket.objects() == moved, bucket.objects())
            gauntlet(t, kept, place, "files")
            local = [p for p in (kept.dir / "blobs").rglob("*") if p.is_file()]
            t.check("no bytes lie in the local folder", local == [], local)
            objects = [o for o in bucket.objects() if o not in moved]
            keys = ", ".join(f"'{o.removeprefix(Bucket.PREFIX + '/')}'" for o in objects)
            rows = kept.sql(f"SELECT COUNT(*) FROM file WHERE blob_key IN ({keys})")
            t.check("every object has its row", 10 < len(objects) == rows, (len(objects), rows))
            bounds(t, kept, place, bucket.objects)
            broken_off(t, kept, place, bucket.objects)
            outages(t, kept, place, bucket)
            killed_half_way(t, kept, place, bucket)
            logs = kept.log_path.read_text(errors="replace")
            t.check("no secret and no signature in the log", Bucket.SECRET not in logs and "X-Amz-" not in logs, [line for line in logs.splitlines() if "X-Amz-" in line][:2])
    finally:
        bucket.stop()
        clamd.stop()
    return t.done()


def move(kept, bucket):
    """Puts the demo's files into the bucket, as an operator who changes from the folder does."""
    for blob in (kept.dir / "blobs").glob("??/*"):
        bucket.put(f"{Bucket.PREFIX}/{blob.name}", blob.read_bytes())
        blob.unlink()
    return bucket.objects()


def wrong_settings(t, bucket):
    """An operator is told at the start what is wrong."""
    for setting, wrong, words in (("SECRET_KEY", "another", "s3.secret_key does not belong to s3.access_key"), ("BUCKET", "kept-tset", "there is no bucket `kept-tset`"),
                                  ("REGION", "elsewhere", "s3.region"), ("ENDPOINT", "store", "s3.endpoint"), ("ACCESS_KEY", "", "s3.access_key: needed")):
        kept = Kept(demo=False, settings={**bucket.settings(), "KEPT__S3__" + setting: wrong})
        try:
            kept.start()
            said = "it started"
        except RuntimeError as e:
            said = str(e)
        finally:
            kept.stop()
        t.check(f"a wrong {setting.lower()} is named at the start", words in said and Bucket.SECRET not in said, said[-300:])


def asked(call):
    began = time.monotonic()
    status, said = call()
    return status, code_of(said), time.monotonic() - began


def outages(t, kept, place, bucket):
    """Down, hanging, refusing: a clear word in good time, nothing recorded, nothing lost, and it works again after."""
    status, made = kept.upload(place.files, place.agent, "before.pdf", PDF + b"% before\n", "application/pdf")
    one = f"/files/{made.get('id')}"
    t.check("before: an upload becomes clean", status == 201 and becomes_clean(kept, place.agent, one, 20) is not None, (status, made))
    faults = [(mode, lambda mode=mode: bucket.fault(mode), bucket.mend) for mode in ("error", "denied", "drop", "hang", "full")]
    faults.append(("gone", bucket.stop, bucket.start))
    for how, begin, end in faults:
        before = kept.sql("SELECT COUNT(*) FROM file")
        begin()
        slow = []
        watch = threading.Thread(target=lambda: slow.extend(watched(kept, place)), daemon=True)
        watch.start()
        said = asked(lambda: kept.upload(place.files, place.agent, "now.pdf", PDF + f"% {how}\n".encode(), "application/pdf"))
        t.check(f"bucket {how}: an upload is refused in plain words", said[:2] == (503, "files-unavailable") and said[2] < PATIENCE, said)
        said = asked(lambda: kept.json("GET", one + "/content", place.agent))
        t.check(f"bucket {how}: so is a download", said[:2] == (503, "files-unavailable") and said[2] < PATIENCE, said)
        watch.join()
        t.check(f"bucket {how}: the books are there all the time", slow and max(slow) < 1, slow and max(slow))
        t.check(f"bucket {how}: nothing is recorded, nothing is left", kept.sql("SELECT COUNT(*) FROM file") == before and settled(lambda: not incoming(kept)), incoming(kept))
        end()
        status, again = kept.upload(place.files, place.agent, "now.pdf", PDF + f"% {how}\n".encode(), "application/pdf")
        t.check(f"bucket {how}: it works again after", status == 201 and becomes_clean(kept, place.agent, f"/files/{again['id']}", 45) is not None, (status, again))
        if how != "gone":  # a store that keeps its objects in memory lost them
            status, _, got = kept.call("GET", f"{API}{one}/content", place.agent)
            t.check(f"bucket {how}: what was there before is there", (status, got) == (200, PDF + b"% before\n"), status)
    # Taken in, and then the bucket is away when the scanner's turn comes: it waits, and is judged when the bucket is back.
    bucket.fault("cut")
    status, made = kept.upload(place.files, place.agent, "cut.pdf", PDF + b"% cut\n", "application/pdf")
    time.sleep(1)
    state = kept.json("GET", f"/files/{made['id']}", place.agent)[1]["state"]
    t.check("half a download is never judged clean", (status, state) == (201, "quarantined"), (status, state))
    bucket.mend()
    t.check("it is judged when the bucket is back", becomes_clean(kept, place.agent, f"/files/{made['id']}", 60) is not None, kept.json("GET", f"/files/{made['id']}", place.agent)[1])


def watched(kept, place):
    """Seconds that other work takes meanwhile."""
    times = []
    for _ in range(10):
        began = time.monotonic()
        assert kept.json("GET", place.files, place.agent)[0] == 200
        times.append(time.monotonic() - began)
        time.sleep(0.05)
    return times


def killed_half_way(t, kept, place, bucket):
    """kill -9 while bytes are on their way to the bucket: no row, and after two days nothing half received."""
    before = kept.sql("SELECT COUNT(*) FROM file"), bucket.objects()
    bucket.fault("hang")
    def send():
        try:
            kept.upload(place.files, place.agent, "killed.pdf", PDF, "application/pdf")
        except OSError:
            pass
    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    t.check("killed: the upload was on its way", settled(lambda: any(name.startswith("up-") for name in incoming(kept))), incoming(kept))
    os.killpg(kept.process.pid, signal.SIGKILL)
    kept.process.wait()
    sender.join(10)
    left = [name for name in incoming(kept) if name.startswith("up-")]
    t.check("killed: what was received is still there", len(left) == 1, left)
    kept.start()  # while the bucket hangs: the books are opened all the same
    bucket.mend()
    t.check("killed: no row, no object", (kept.sql("SELECT COUNT(*) FROM file"), bucket.objects()) == before, bucket.objects())
    kept.stop_only()
    long_ago = time.time() - 49 * 3600
    os.utime(kept.dir / "blobs" / "incoming" / left[0], (long_ago, long_ago))
    old = f"{Bucket.PREFIX}/{int(long_ago * 1000):012x}70008000000000000000"
    bucket.put(old, b"nobody names this")
    kept.start()
    t.check("two days later: what nobody names is gone", settled(lambda: not incoming(kept) and old not in bucket.objects()), (incoming(kept), old))
    t.check("two days later: everything else is there", bucket.objects() == before[1], None)
