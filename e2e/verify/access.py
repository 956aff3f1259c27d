"""T-01, T-02, T-03: every operation of the contract as every role, on what is its own, somebody else's, another
organisation's and nobody's; lists, exports, searches and totals hold only what is one's own; and no field is taken
that was not asked for. `matrix.json` says who may: a new operation without a row fails."""
import io
import json
import re
import subprocess
import sys
import uuid
import zipfile
from decimal import Decimal

from kept import API, PEERS, ROOT, Kept, Tally

MATRIX = ROOT / "e2e" / "verify" / "matrix.json"
ROLES = ("superuser", "manager", "agent", "location", "attorney", "attorney2", "trustee")
MISSING = "00000000-0000-7000-8000-000000000000"
STALE = {"If-Match": '"9999"'}


def check(_):
    t = Tally("T-01 T-02 T-03 access")
    with Kept() as kept:
        tokens = {role: kept.sign_in(role) for role in (*ROLES, "stranger")}
        world = World(kept, tokens)
        lists(t, kept, tokens, world)
        matrix(t, kept, tokens, world)
        fields(t, kept, tokens["superuser"], world)
        limits(t, kept, tokens["superuser"], world)
    return t.done()


class World:
    """What there is, as the superuser sees it, and which of it each role should see."""

    def __init__(self, kept, tokens):
        self.kept, self.tokens, boss = kept, tokens, tokens["superuser"]
        self.accounts = {a["id"]: a for a in kept.all_items("/accounts", boss)}
        self.detail = {}
        self.matters = kept.all_items("/handovers", boss)
        self.response = kept.json("GET", "/quick-responses", boss, expect=200)[1][0]["id"]
        self.field = kept.json("GET", "/metadata-fields?entity=account", boss, expect=200)[1][0]["id"]
        self.statuses = [s for g in kept.json("GET", "/statuses", boss, expect=200)[1]["groups"] for s in g["items"]]
        codes = kept.fixtures["communities"]
        inside = lambda *which: {i for i, a in self.accounts.items() if community_of(a) in {codes[c] for c in which}}
        self.open = {role: {m["account_id"] for m in self.matters if m["attorney"]["id"] == kept.fixtures["users"][role] and m["state"] in ("pending", "active")}
                     for role in ("attorney", "attorney2")}
        self.ever = {role: {m["account_id"] for m in self.matters if m["attorney"]["id"] == kept.fixtures["users"][role]} for role in ("attorney", "attorney2")}
        self.reach = {"superuser": set(self.accounts), "manager": inside("JAC", "KFB", "VSS"), "agent": inside("JAC", "KFB"), "location": inside("VSS"),
                      "trustee": inside("JAC"), **self.open}

    def of(self, account):
        """Ids below an account: debtor, contact, unit, file, note, handover; and a document of its community."""
        if account not in self.detail:
            boss, seen = self.tokens["superuser"], self.kept.json("GET", f"/accounts/{account}", self.tokens["superuser"], expect=200)[1]
            debtor = seen["debtors"][0]
            ids = {"account_id": account, "community_id": seen["community"]["id"], "debtor_id": debtor["id"], "contact_id": debtor["contacts"][0]["id"]}
            # One in force, for those who lift one.
            there = self.kept.json("GET", f"/accounts/{account}/exclusions", boss, expect=200)[1]["in_force"]
            wish = {"kind": "customer_request", "note": "Asked for it"}
            ids["exclusion_id"] = (there[0] if there else self.kept.json("POST", f"/accounts/{account}/exclusions", boss, wish, expect=201)[1])["id"]
            if seen["units"]:
                ids["unit_id"] = seen["units"][0]["unit_id"]
            files = self.kept.json("GET", f"/accounts/{account}/files", boss, expect=200)[1]
            files = files["items"] if isinstance(files, dict) else files
            if files:
                ids["file_id"] = files[0]["id"]
            # One that no agent wrote: agents delete their own.
            notes = [n for n in self.kept.json("GET", f"/accounts/{account}/history?only=notes", boss, expect=200)[1]["items"] if n["by_attorney"]]
            if notes:
                ids["note_id"] = notes[0]["id"]
            shared = [d for d in self.kept.json("GET", f"/communities/{ids['community_id']}/documents", boss, expect=200)[1]["items"] if d["visibility"] == "shared" and d["is_downloadable"]]
            if shared:
                ids["document_id"] = shared[0]["id"]
            matter = next((m for m in self.matters if m["account_id"] == account and m["state"] == "active"), None)
            if matter:
                ids["handover_id"] = matter["id"]
            self.detail[account] = ids
        return self.detail[account]

    def richest(self, accounts):
        """Of these accounts, one that has a file and an open handover, if any has."""
        handed = [m["account_id"] for m in self.matters if m["state"] == "active" and m["account_id"] in accounts]
        for account in handed + sorted(accounts)[:3]:
            ids = self.of(account)
            if "file_id" in ids and "handover_id" in ids:
                return ids
        return self.of(sorted(accounts)[0]) if accounts else {}


def community_of(account):
    return account.get("community_id") or account["community"]["id"]


def matrix(t, kept, tokens, world):
    boss, stranger, theirs = tokens["superuser"], tokens["stranger"], kept.fixtures["ids"]["default"]["other_tenant"]
    group = kept.json("GET", "/customer-groups", boss, expect=200)[1]["items"][0]["id"]
    groups = kept.json("GET", "/permission-groups", boss, expect=200)[1]
    their_groups = kept.json("GET", "/permission-groups", stranger, expect=200)[1]
    their_status = kept.json("GET", "/statuses", stranger, expect=200)[1]["groups"][0]["items"][0]["id"]
    their_response = kept.json("POST", "/quick-responses", stranger, {"title": "Theirs", "body": "x"}, expect=201)[1]["id"]
    their_field = kept.json("POST", "/metadata-fields", stranger, {"entity": "account", "key": "bay", "labels": {"en": "Theirs"}, "type": "text"}, expect=201)[1]["id"]
    theirs = {**theirs, "status_id": their_status, "response_id": their_response, "field_id": their_field}
    account = kept.json("GET", f"/accounts/{theirs['account_id']}", stranger, expect=200)[1]
    theirs |= {"debtor_id": account["debtors"][0]["id"], "contact_id": account["debtors"][0]["contacts"][0]["id"]}
    excluded = kept.json("POST", f"/accounts/{theirs['account_id']}/exclusions", stranger, {"kind": "manual_only", "note": "x"}, expect=201)[1]
    theirs |= {"exclusion_id": excluded["id"]}
    names = ("account_id", "exclusion_id", "community_id", "debtor_id", "contact_id", "unit_id", "file_id", "document_id", "handover_id", "status_id", "group_id", "import_id", "mapping_id", "report_id", "note_id", "response_id", "field_id", "id", "secret")
    ids = {"default": {"missing": {n: MISSING for n in names}, "other_tenant": theirs, "own": {"status_id": world.statuses[0]["id"], "group_id": group, "response_id": world.response, "field_id": world.field}}}
    for role in ROLES:
        own, foreign = world.reach[role], set(world.accounts) - world.reach[role]
        ids[role] = {"own": {**ids["default"]["own"], **world.richest(own)}}
        if foreign:
            # An attorney reaches a community through any matter in it: a foreign one has none of hers.
            ids[role]["foreign"] = world.richest(foreign)
            if role.startswith("attorney"):
                mine = {community_of(world.accounts[a]) for a in world.ever[role]}
                if ids[role]["foreign"].get("community_id") in mine:
                    ids[role]["foreign"] = {k: v for k, v in ids[role]["foreign"].items() if k not in ("community_id", "document_id")}
    user = lambda role: {"id": kept.fixtures["users"][role]}
    someone = {"own": user("agent"), "other_tenant": {"id": theirs["user_id"]}}
    a_group = {"own": {"id": groups[-1]["id"]}, "other_tenant": {"id": their_groups[-1]["id"]}}
    op_ids = {op: someone for op in ("get_user", "change_user", "suspend_user", "activate_user", "invite_user_again", "remove_user_totp", "list_user_sign_ins")}
    op_ids |= {op: a_group for op in ("get_permission_group", "change_permission_group", "delete_permission_group")}
    document = json.loads(kept.call("GET", "/api/openapi.json")[2])
    versioned = [o["operationId"] for item in document["paths"].values() for o in item.values()
                 if isinstance(o, dict) and any(p.get("name", "").lower() == "if-match" for p in o.get("parameters", []))]
    fixtures = {
        "base": kept.base, "tokens": {role: tokens[role] for role in ROLES}, "ids": ids, "op_ids": op_ids, "bodies": bodies(world, kept),
        "headers": {**{op: STALE for op in versioned}, "commit_import": {**STALE, "Idempotency-Key": str(uuid.uuid4())}}, "markers": {"other_tenant": kept.fixtures["markers"]["other_tenant"]},
        # These end what the others need, or are tried in T-04 to T-06.
        "skip": ["change_password", "end_other_sessions", "sign_out", "refresh_session", "sign_in", "request_password_link", "accept_invitation", "get_invitation",
                 # The demo book has no logo to show or remove; the HTTP tests set one first.
                 "get_logo", "remove_logo", "get_community_logo", "remove_community_logo",
                 # Whose upload a file of the demo book is differs from role to role; the HTTP tests try it with each.
                 "edit_file",
                 # Nor is anybody in it a lead; the HTTP tests open one first.
                 "edit_lead",
                 # Nor has it a bank's table that waits for its columns.
                 "get_bank_file", "preview_bank_file", "read_bank_file"],
        "public": [],
    }
    file = kept.dir / "access.json"
    file.write_text(json.dumps(fixtures))
    spec = kept.dir / "openapi.json"
    spec.write_text(json.dumps(document))
    out = kept.dir / "access.tsv"
    done = subprocess.run([sys.executable, str(PEERS / "bola_matrix.py"), "--spec", str(spec), "--fixtures", str(file), "--matrix", str(MATRIX), "--out", str(out)],
                          capture_output=True, text=True, check=False)
    for line in done.stdout.splitlines():
        if "FAIL" in line:
            print(line[:300], flush=True)
    if t.check("the matrix ran", done.stdout.strip().endswith("failed"), done.stderr[-600:]):
        passed, failed = (int(word) for word in done.stdout.splitlines()[-1].split() if word.isdigit())
        t.passed, t.failed = t.passed + passed, t.failed + failed
        print(f"  {passed + failed} cells", flush=True)


def bodies(world, kept):
    """A sound body for each operation that takes one, so that a refusal is about who asks."""
    person = {"kind": "natural", "first_name": "Matrix", "last_name": "Cell"}
    contact = {"kind": "email", "value": "matrix@example.com"}
    note = next(s["id"] for s in world.statuses if s["code"] == "TRACE")
    wish = {"selection": {"by": "accounts", "account_ids": []}, "status_id": note}
    boss = world.tokens["superuser"]
    community = kept.json("GET", f"/communities/{kept.fixtures['communities']['JAC']}", boss, expect=200)[1]
    kept_fields = ("code name kind currency time_zone ageing address email phone website office_hours access_hours information "
                   "bank_name bank_account bank_branch is_active").split()
    return {
        "create_account": {"reference": "MX" + uuid.uuid4().hex[:8], "debtors": [person]},
        "edit_account": {"reference": "MX1", "is_active": True},
        "add_debtor": person, "edit_debtor": {"role": "primary", **person},
        "add_contact": contact, "edit_contact": contact,
        "create_status": {"kind": "debt", "code": "MX" + uuid.uuid4().hex[:3].upper(), "title": "Matrix", "tone": "neutral"},
        "create_unit": {"code": "MX" + uuid.uuid4().hex[:6]}, "edit_unit": {"code": "MX"},
        "assign_unit_owner": {"account_id": MISSING, "from_on": "2026-01-01"},
        "edit_community": {k: community.get(k) for k in kept_fields if k in community},
        "create_community": {**{k: community.get(k) for k in kept_fields if k in community}, "code": "MX" + uuid.uuid4().hex[:5].upper(), "name": "Matrix"},
        "create_customer_group": {"name": "Matrix " + uuid.uuid4().hex[:6]}, "rename_customer_group": {"name": "Matrix"},
        "add_note": {"body": "Matrix"}, "delete_note": {"reason": "Matrix"}, "keep_note_draft": {"body": "Matrix"},
        "create_quick_response": {"title": "Matrix", "body": "x"}, "change_quick_response": {"title": "Matrix", "body": "x"}, "move_quick_response": {},
        **{op: {"entity": "account", "key": "matrix_" + uuid.uuid4().hex[:8], "labels": {"en": "Matrix"}, "type": "text"} for op in ("create_metadata_field", "change_metadata_field")},
        "move_metadata_field": {}, **{f"change_{of}_metadata": {"values": {"Matrix": "x"}} for of in ("account", "claim", "debtor", "product", "unit")},
        **{op: {"widgets": [{"widget": "facts", "width": "half"}]} for op in ("save_layout", "save_group_layout")},
        "apply_statuses": wish, "preview_apply_statuses": wish,
        "decline_handover": {"reason": "conflict"}, "recall_handover": {"reason": "strategy"}, "return_handover": {"close_code": "paid"},
        "update_status": {"title": "Matrix"}, "change_me": {"first_name": "Matrix", "surname": "Cell"},
        "invite_user": {"email": f"m{uuid.uuid4().hex[:6]}@example.com", "first_name": "M", "surname": "X", "user_type": "business", "permission_group_id": MISSING},
        "change_user": {"first_name": "M", "surname": "X", "user_type": "business", "permission_group_id": MISSING, "communities": []},
        "commit_import": {"skip_faulty": False}, "change_settings": {"handover_readable_days": 30},
        "map_import": {"kind": "customers", "header_row": 1, "columns": [{"column": 0, "field": "account_reference"}], "community_id": kept.fixtures["communities"]["JAC"]},
        "run_ledger_report": {"selection": {"by": "all"}}, "mark_notifications_read": {"up_to": MISSING},
        **{op: {"__multipart__": {"file": {"filename": "logo.png", "type": "image/png", "data": "no picture"}}} for op in ("set_logo", "set_community_logo")},
        **{op: {"__multipart__": {"file": {"filename": "units.csv", "type": "text/csv", "data": "Unit,Block\nMATRIX,A\n"}}} for op in ("preview_unit_sheet", "write_unit_sheet")},
        **{op: {"reason": "Matrix"} for op in ("hold_file", "release_file", "delete_file", "hold_document", "release_document", "delete_document")},
        "edit_document": {"document_name": "Matrix", "folder": "Matrix", "visibility": "shared"},
        **{op: {"__multipart__": {"file": {"filename": "matrix.pdf", "type": "application/pdf", "data": "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"}}}
           for op in ("upload_file", "upload_document")},
    }


def lists(t, kept, tokens, world):
    hidden_names = {}
    for role in ROLES:
        token, reach = tokens[role], world.reach[role]
        if role in ("attorney", "attorney2"):
            lower, upper = world.open[role], world.ever[role]
        else:
            lower = upper = reach
        hidden = [a for i, a in world.accounts.items() if i not in upper]
        if role != "trustee":
            seen = {a["id"] for a in kept.all_items("/accounts", token)}
            t.check(f"{role}: accounts", lower <= seen <= upper, (len(seen), len(lower), len(upper), len(seen - upper)))
            for account in hidden[:3]:
                found = kept.all_items(f"/accounts?q={account['reference']}", token)
                t.check(f"{role}: a search finds nothing of others", account["id"] not in {a["id"] for a in found}, account["reference"])
        rows = kept.all_items("/age-analysis", token)
        ids = {r["id"] for r in rows}
        t.check(f"{role}: the age analysis", lower <= ids <= upper, (len(ids), len(lower), len(upper), len(ids - upper)))
        text = json.dumps(rows)
        hidden_names[role] = [a["name"] for a in hidden if a["name"] not in {world.accounts[i]["name"] for i in upper}]
        t.check(f"{role}: ... names nobody else", not [n for n in hidden_names[role] if n in text], [n for n in hidden_names[role] if n in text][:3])
        if role == "trustee":
            names = [world.accounts[i]["name"] for i in reach]
            t.check("trustee: names are masked", not [n for n in names if n in text], [n for n in names if n in text][:3])
        status, total = kept.json("GET", "/age-analysis/summary", token)
        t.check(f"{role}: totals are of these rows", status == 200 and sums(rows) == totals(total), (sums(rows), totals(total)))
        status, _, workbook = kept.call("GET", API + "/age-analysis.xlsx", token)
        if status == 200:
            with zipfile.ZipFile(io.BytesIO(workbook)) as z:
                inside = " ".join(z.read(n).decode("utf-8", "replace") for n in z.namelist() if n.endswith(".xml"))
            leaks = [a["reference"] for a in hidden if f">{a['reference']}<" in inside] + [n for n in hidden_names[role] if n in inside]
            t.check(f"{role}: the workbook holds nobody else", not leaks, leaks[:5])
        else:
            t.check(f"{role}: no workbook without the permission", status == 403 and role == "trustee", status)
        dashboard = kept.call("GET", API + "/dashboard", token)
        t.check(f"{role}: the first page names nobody else", not [n for n in hidden_names[role] if n.encode() in dashboard[2]], dashboard[0])
    theirs = kept.fixtures["markers"]["other_tenant"]
    for role in ROLES:
        for path in ("/communities", "/units", "/users", "/handovers", "/customer-groups", "/inbox", "/imports"):
            body = kept.call("GET", API + path, tokens[role])[2].decode("utf-8", "replace")
            t.check(f"{role} {path}: nothing of another organisation", not [m for m in theirs if m in body], path)


def sums(rows):
    """Totals per currency over the rows."""
    total = {}
    for row in rows:
        total[row["currency"]] = total.get(row["currency"], Decimal(0)) + Decimal(row["total"])
    return total


def totals(summary):
    """The same out of the summary."""
    found = {}
    for one in summary["totals"]:
        amount = one["amounts"]["total"]
        found[one["currency"]] = Decimal(amount["amount"] if isinstance(amount, dict) else amount)
    return found


def fields(t, kept, token, world):
    """T-03: whoever sends more than was asked for is refused, and nothing of it is taken."""
    account = world.richest(world.reach["agent"])
    extra = {"organisation_id": MISSING, "created_by": MISSING, "balance": "0.00", "role": "superuser", "user_type": "superuser", "attorney_id": MISSING, "version": 1, "is_admin": True}
    for op, method, path in (
        ("add_note", "POST", f"/accounts/{account['account_id']}/notes"), ("create_unit", "POST", f"/communities/{account['community_id']}/units"),
        ("create_account", "POST", f"/communities/{account['community_id']}/accounts"), ("edit_account", "PUT", f"/accounts/{account['account_id']}"),
        ("add_debtor", "POST", f"/accounts/{account['account_id']}/debtors"), ("edit_unit", "PUT", f"/units/{account['unit_id']}"),
        ("add_contact", "POST", f"/debtors/{account['debtor_id']}/contacts"), ("edit_community", "PUT", f"/communities/{account['community_id']}"),
        ("recall_handover", "POST", f"/handovers/{account['handover_id']}/recall"), ("change_me", "PATCH", "/me"),
    ):
        body = bodies(world, kept)[op]
        for name, value in extra.items():
            if name in body or (op == "edit_debtor" and name == "role") or (op == "add_debtor" and name == "role"):
                continue
            status, _, data = kept.call(method, API + path, token, {**body, name: value}, {"if-match": '"1"', "idempotency-key": str(uuid.uuid4())})
            t.check(f"{op}: `{name}` is refused", status in (400, 422), (status, data[:120]))


def limits(t, kept, token, world):
    """Every text that can be sent has a greatest length, and whoever exceeds it is told where."""
    document = json.loads(kept.call("GET", "/api/openapi.json")[2])
    schemas, ids, tried = document["components"]["schemas"], world.richest(world.reach["agent"]), 0
    group = kept.json("GET", "/customer-groups", token, expect=200)[1]["items"][0]["id"]
    documents = kept.json("GET", f"/communities/{kept.fixtures['communities']['JAC']}/documents", token, expect=200)[1]["items"]
    ids = {**ids, "status_id": world.statuses[0]["id"], "group_id": group, "response_id": world.response, "field_id": world.field, "document_id": documents[0]["id"],
           "id": kept.fixtures["users"]["agent"]}

    def texts(schema, path=""):
        while "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
        for one in (x for key in ("oneOf", "anyOf", "allOf") for x in schema.get(key, [])):
            yield from texts(one, path)
        if "string" in (schema.get("type") or []) and not {"enum", "format", "const"} & set(schema):
            yield path
        for name, inner in schema.get("properties", {}).items():
            yield from texts(inner, f"{path}/{name}")

    sound = {op: body for op, body in bodies(world, kept).items() if "__multipart__" not in body}
    for path, item in document["paths"].items():
        for method, op in item.items():
            name = op["operationId"] if isinstance(op, dict) else None
            if name not in sound or "permission" in path:
                continue
            url = re.sub(r"\{(\w+)\}", lambda m: ids.get(m[1], MISSING), path)
            etag = kept.call("GET", url, token)[1].get("etag", '"1"')
            for pointer in sorted(p for p in set(texts(op["requestBody"]["content"]["application/json"]["schema"])) if p.count("/") == 1):
                # Of a natural person no company's name is kept.
                if pointer == "/company_name":
                    continue
                body = {**sound[name], pointer[1:]: "x" * 60_000}
                status, _, data = kept.call(method.upper(), url, token, body, {"if-match": etag, "idempotency-key": str(uuid.uuid4())})
                told = [e.get("pointer", "") for e in json.loads(data or b"{}").get("errors", [])] if status in (400, 422) else []
                tried += 1
                t.check(f"{name}: {pointer} has a greatest length", status in (400, 422) and pointer in told, (status, told, data[:120]))
    t.check("enough texts were tried", tried >= 60, tried)
