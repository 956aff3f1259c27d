"""Workbooks: an office program opens each and works out every formula anew; the figures are those the server wrote.
Figures of formulas are taken out of the files first, so that nothing can be merely copied. Needs soffice (LibreOffice
Calc); without it the check says loudly that it was skipped."""
import io
import pathlib
import re
import shutil
import subprocess
import tempfile
import uuid
import xml.etree.ElementTree as ET
import zipfile

from kept import Kept, Tally

API = "/api/v1"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# A cell with a formula and the figure readers show before they calculate.
FORMULA = re.compile(rb"(<f>[^<]*</f>)<v>[^<]*</v>")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def check(_):
    t = Tally("T-36 workbooks")
    office = shutil.which("soffice")
    if not office:
        print("  SKIPPED: soffice is missing (libreoffice-calc-nogui): formulas of workbooks are not worked out anew", flush=True)
        t.check("the check is there", True)
        return t.done()
    with Kept() as kept, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "profile/user").mkdir(parents=True)
        (folder / "profile/user/registrymodifications.xcu").write_text(ALWAYS)
        for name, data in books(t, kept).items():
            again(t, office, folder, name, data)
    return t.done()


def books(t, kept):
    token = kept.sign_in("agent")
    accounts = [a["id"] for a in kept.json("GET", "/accounts?limit=60", token, expect=200)[1]["items"]]
    paths = {"age-analysis": "/age-analysis.xlsx", "movements": f"/accounts/{accounts[0]}/movements.xlsx?period=all"}
    for layout in ("grouped", "sheets"):
        wish = {"selection": {"by": "accounts", "account_ids": accounts}, "period": "all", "layout": layout}
        status, report = kept.json("POST", "/ledger-reports", token, wish, headers={"Idempotency-Key": str(uuid.uuid4())})
        t.check(f"a detailed ledger, {layout}", status == 201 and report["state"] == "ready", (status, report))
        paths[f"ledger {layout}"] = f"/ledger-reports/{report['id']}/workbook.xlsx"
    found = {}
    for name, path in paths.items():
        status, _, data = kept.call("GET", API + path, token)
        if t.check(f"{name}: downloaded", status == 200, status):
            found[name] = data
    return found


def again(t, office, folder, name, data):
    written, file = formulas(data), folder / f"{name}.xlsx"
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bare:
        for part in was.namelist():
            bytes_ = was.read(part)
            bare.writestr(part, FORMULA.sub(rb"\1", bytes_) if part.startswith("xl/worksheets/") else bytes_)
    out = folder / "out"
    subprocess.run([office, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), str(file)],
                   check=False, capture_output=True, timeout=240)
    made = out / f"{name}.xlsx"
    if not t.check(f"{name}: opens", made.exists()):
        return
    worked_out = formulas(made.read_bytes())
    wrong = {cell: (was, worked_out.get(cell)) for cell, was in written.items() if cell not in worked_out or abs(was - worked_out[cell]) > 0.004}
    t.check(f"{name}: {len(written)} formulas come to what was written", written and not wrong, list(wrong.items())[:5])


def formulas(data):
    """Figures of the cells with a formula, by sheet and cell."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for part in sorted(p for p in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", p)):
            for cell in ET.fromstring(book.read(part)).iter(MAIN + "c"):
                formula, value = cell.find(MAIN + "f"), cell.find(MAIN + "v")
                if formula is not None and value is not None and value.text:
                    found[part, cell.get("r")] = float(value.text)
    return found
