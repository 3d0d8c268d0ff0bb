"""Fill a workbook with a real LibreOffice, as a person would, and save it under several names.

Run by the system's Python (python3-uno): libreoffice_remplit.py SOURCE GESTES.json SORTIE…
GESTES is a list of [what, sheet, place, value]: text, number, percent, formula, insert-rows, hide-row.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.lang import Locale
from com.sun.star.util.NumberFormat import PERCENT

FILTERS = {".xlsx": "Calc MS Excel 2007 XML", ".ods": "calc8", ".csv": "Text - txt - csv (StarCalc)"}


def prop(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(300):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.2)
    raise SystemExit("LibreOffice did not answer")


def do(book, sheet, what, place, value):
    if what == "insert-rows":
        sheet.Rows.insertByIndex(place, value)
    elif what == "hide-row":
        sheet.Rows.getByIndex(place).IsVisible = False
    elif what == "text":
        sheet.getCellRangeByName(place).setString(value)
    elif what == "number":
        sheet.getCellRangeByName(place).setValue(value)
    elif what == "percent":
        cell = sheet.getCellRangeByName(place)
        cell.setValue(value)
        cell.NumberFormat = book.NumberFormats.getStandardFormat(PERCENT, Locale())
    elif what == "formula":
        sheet.getCellRangeByName(place).setFormula(value)
    else:
        raise SystemExit(f"unknown gesture {what}")


def main(source, gestures, *targets):
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        command = ["soffice", "--headless", "--norestore", "--nologo", f"--accept=pipe,name={pipe};urp;"]
        office = subprocess.Popen([*command, f"-env:UserInstallation=file://{profile}/profil"])
        try:
            desktop = connect(pipe)
            book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (prop("Hidden", True),))
            for what, sheet, place, value in json.loads(Path(gestures).read_text("utf-8")):
                do(book, book.Sheets.getByName(sheet), what, place, value)
            for target in targets:
                chosen = FILTERS[Path(target).suffix]
                book.storeToURL(Path(target).as_uri(), (prop("FilterName", chosen),))
            book.close(True)
            desktop.terminate()
            office.wait(30)
        finally:
            office.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
