"""Drives an import over the API: upload, map as detected, dry run, commit."""
import time
import uuid


def mapping(detection, community, **more):
    columns, used = [], set()
    for column in detection["columns"]:
        field = column.get("suggested")
        if field and (field not in used or field in ("email", "phone")):
            columns.append({"column": column["column"], "field": field})
            used.add(field)
    how = {"kind": detection["suggested_kind"], "sheet": detection["sheet"], "header_row": detection["header_row"], "columns": columns, "community_id": community}
    for key in ("delimiter", "encoding", "date_order", "decimal_style"):
        if detection.get(key):
            how[key] = detection[key]
    return {**how, **more}


def upload(kept, token, name, data, community=None):
    """(status, import or problem)."""
    fields = {"community_id": community} if community else {}
    return kept.upload("/imports", token, name, data, fields=fields)


def wait(kept, token, id, states, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        _, seen = kept.json("GET", f"/imports/{id}", token, expect=200)
        if seen["state"] in states:
            return seen
        time.sleep(0.1)
    raise AssertionError(f"the import is still {seen['state']} after {seconds} s: {seen.get('progress')}")


def check(kept, token, made, how, seconds=120):
    """Maps and runs the dry run; (status, import or problem)."""
    status, answer = kept.json("PUT", f"/imports/{made['id']}/mapping", token, how, {"if-match": f'"{made["version"]}"'})
    if status != 200:
        return status, answer
    return 200, wait(kept, token, made["id"], ("checked", "failed", "cancelled"), seconds)


def commit(kept, token, checked, skip_faulty=False, key=None):
    """Orders what this dry run found; (status, import or problem)."""
    headers = {"if-match": f'"{checked["version"]}"', "idempotency-key": key or str(uuid.uuid4())}
    return kept.json("POST", f"/imports/{checked['id']}/commit", token, {"skip_faulty": skip_faulty}, headers)
