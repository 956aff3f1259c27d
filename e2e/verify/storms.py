"""T-09 and T-15: retry storms on what has effects, and edits that meet. One effect for one key; one winner for one version."""
import http.client
import json
import random
import socket
import threading
import time
import uuid

from kept import API, Kept, Tally


def together(functions):
    """Runs them at the same moment; returns their answers in order."""
    answers, gate = [None] * len(functions), threading.Barrier(len(functions))

    def run(i):
        gate.wait()
        try:
            answers[i] = functions[i]()
        except (OSError, http.client.HTTPException) as e:
            answers[i] = (599, {}, repr(e).encode())

    threads = [threading.Thread(target=run, args=(i,)) for i in range(len(functions))]
    [t.start() for t in threads]
    [t.join() for t in threads]
    return answers


def storm(t, kept, name, path, body, count, token, token2=None, needs_key=False):
    """`body(i)` is the i-th different body; `count` is SQL for the number of effects."""
    def post(b, key=None, tok=token):
        return kept.call("POST", API + path, tok, b, {} if key is None else {"idempotency-key": key})

    def effects():
        return kept.sql(count)

    ok = lambda answer: 200 <= answer[0] < 300
    key, first, before = str(uuid.uuid4()), body(0), effects()
    answers = together([lambda: post(first, key) for _ in range(40)])
    good = [a for a in answers if ok(a)]
    t.check(f"{name}: 40 calls, one key, one effect", effects() - before == 1, (effects() - before, sorted({a[0] for a in answers})))
    t.check(f"{name}: one answer", good and len({a[2] for a in good}) == 1, len({a[2] for a in good}))
    t.check(f"{name}: the others waited or were told to", all(ok(a) or a[0] in (409, 425) for a in answers), sorted({a[0] for a in answers}))
    again = post(first, key)
    t.check(f"{name}: later the same answer", good and again[0] == good[0][0] and again[2] == good[0][2], again[0])
    other = post(body(1), key)
    t.check(f"{name}: same key, other body refused", other[0] in (400, 409, 422), other[0])
    t.check(f"{name}: ... and nothing happened", effects() - before == 1, effects() - before)
    if token2:
        theirs = post(body(2), key, token2)
        t.check(f"{name}: somebody else's same key is their own", ok(theirs) and effects() - before == 2, (theirs[0], theirs[2][:120]))
    for what, bad in (("empty", ""), ("5000 characters", "k" * 5000)):
        at, answer = effects(), post(body(3), bad)
        t.check(f"{name}: key of {what} refused", 400 <= answer[0] < 500 and effects() == at, (answer[0], effects() - at))
    if needs_key:
        at, answer = effects(), post(body(3))
        t.check(f"{name}: no key refused", answer[0] in (400, 428) and effects() == at, answer[0])
    # the line is cut right after sending, then the caller tries again
    at, keys = effects(), [str(uuid.uuid4()) for _ in range(10)]
    for i, k in enumerate(keys):
        data = json.dumps(body(10 + i)).encode()
        head = (f"POST {API + path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {token}\r\nidempotency-key: {k}\r\n"
                f"content-type: application/json\r\ncontent-length: {len(data)}\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", kept.port)) as s:
            s.sendall(head + data)
            time.sleep(random.random() * 0.02)
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    retried = together([(lambda i, k: lambda: post(body(10 + i), k))(i, k) for i, k in enumerate(keys)])
    retried = [a if ok(a) else post(body(10 + i), k) for i, (a, k) in enumerate(zip(retried, keys))]
    t.check(f"{name}: cut off and tried again, one effect each", effects() - at == len(keys), (effects() - at, sorted({a[0] for a in retried})))
    at = effects()
    answers = together([(lambda i: lambda: post(body(30 + i), str(uuid.uuid4())))(i) for i in range(20)])
    t.check(f"{name}: 20 keys, an effect for each success", effects() - at == sum(map(ok, answers)) > 0, (effects() - at, sorted({a[0] for a in answers})))
    t.check(f"{name}: no 5xx", all(a[0] < 500 for a in answers), sorted({a[0] for a in answers}))


def meeting(t, kept, name, path, edit, token, method="PUT"):
    """40 people save the same version. `edit(current, i)` gives the i-th body."""
    status, head, data = kept.call("GET", API + path, token)
    etag = head.get("etag")
    if not t.check(f"{name}: has a version", status == 200 and etag, (status, data[:160])):
        return
    current = json.loads(data)
    save = lambda i, match: kept.call(method, API + path, token, edit(current, i), {"if-match": match} if match else {})
    answers = together([(lambda i: lambda: save(i, etag))(i) for i in range(40)])
    won = [a for a in answers if 200 <= a[0] < 300]
    t.check(f"{name}: one of 40 wins", len(won) == 1, sorted((a[0], a[2][:80]) for a in answers)[:3])
    t.check(f"{name}: the others are told", all(a[0] == 412 for a in answers if a not in won), sorted({a[0] for a in answers}))
    now = kept.call("GET", API + path, token)[1].get("etag")
    t.check(f"{name}: the version moved on", now and now != etag, now)
    t.check(f"{name}: a stale version is refused", save(41, etag)[0] == 412)
    t.check(f"{name}: no version is refused", save(42, None)[0] == 428)
    t.check(f"{name}: a version that is none is refused", save(43, 'W/"x"')[0] in (400, 412))


def on(t, engine):
    with Kept(engine) as kept:
        agent, manager, superuser = (kept.sign_in(r) for r in ("agent", "manager", "superuser"))
        ids = kept.fixtures["ids"]["agent"]["own"]
        account, community = ids["account_id"], ids["community_id"]
        catalogue = kept.json("GET", "/statuses", agent, expect=200)[1]
        codes = {s["code"]: s["id"] for g in catalogue["groups"] for s in g["items"]}
        word = lambda i: f"{engine}-{uuid.UUID(int=i).hex[-6:]}"
        storm(t, kept, f"{engine} notes", f"/accounts/{account}/notes", lambda i: {"body": f"Called the owner, attempt {word(i)}"},
              "SELECT COUNT(*) FROM note", agent, manager)
        storm(t, kept, f"{engine} statuses", "/statuses/apply",
              lambda i: {"selection": {"by": "accounts", "account_ids": [account]}, "status_id": codes[("N1", "N2", "LOD", "DISP", "TRACE")[i % 5]], "note": f"Batch {word(i)}"},
              "SELECT COUNT(*) FROM status_batch", agent, manager, needs_key=True)
        storm(t, kept, f"{engine} units", f"/communities/{community}/units", lambda i: {"code": f"S{i}"}, "SELECT COUNT(*) FROM unit", manager, None)
        storm(t, kept, f"{engine} accounts", f"/communities/{community}/accounts",
              lambda i: {"reference": f"STORM{i}", "debtors": [{"kind": "natural", "first_name": "Storm", "last_name": word(i)}]},
              "SELECT COUNT(*) FROM account", manager, None)
        meeting(t, kept, f"{engine} community", f"/communities/{community}", renamed_community, superuser)
        unit = kept.json("GET", f"/units?community_id={community}&limit=1", manager, expect=200)[1]["items"][0]["id"]
        meeting(t, kept, f"{engine} unit", f"/units/{unit}", lambda u, i: {"code": u["code"], "description": f"Edit {i}"}, manager)
        books = kept.check()
        t.check(f"{engine}: the books are whole", books["ok"], [r for r in books["rules"] if r["faults"]])


def renamed_community(current, i):
    """The editable part of a community, with another name."""
    fields = ("code kind currency time_zone ageing address email phone website office_hours access_hours information "
              "bank_name bank_account bank_branch is_active").split()
    return {**{f: current[f] for f in fields if f in current}, "name": f"Edited {i}"}


def check(engine):
    t = Tally(f"T-09 T-15 storms, {engine}")
    on(t, engine)
    return t.done()
