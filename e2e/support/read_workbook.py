"""Prints a workbook as JSON, read with openpyxl: values, types, number formats, frozen panes. Usage: read_workbook.py FILE"""
import datetime
import json
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
sheets = []
for sheet in book.worksheets:
    rows = []
    for row in sheet.iter_rows():
        cells = []
        for cell in row:
            value = cell.value
            if value is None:
                kind = "blank"
            elif cell.data_type == "f":
                kind, value = "formula", str(value)
            elif isinstance(value, (datetime.date, datetime.datetime)):
                kind, value = "date", value.isoformat()[:10]
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                kind = "number"
            else:
                kind, value = "text", str(value)
            cells.append({"value": value, "type": kind, "format": cell.number_format})
        rows.append(cells)
    sheets.append({"name": sheet.title, "frozen": sheet.freeze_panes, "state": sheet.sheet_state, "rows": rows})
json.dump({"sheets": sheets}, sys.stdout)
