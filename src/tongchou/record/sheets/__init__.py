"""Reading what people upload: CSV and XLSX within limits, to rows by declared columns, with a sheet of what is wrong.

It knows no database and no domain. `read` gives the rows and the problems at once, `stream` one after another.
"""

from tongchou.record.sheets.cells import Choice, Code, Day, Fen, Number, Reader, Share, Text, Whole, Words
from tongchou.record.sheets.content import LIMITS, Limits, Raw, sheets
from tongchou.record.sheets.error_sheet import error_sheet, template
from tongchou.record.sheets.reading import Column, Line, Sheet, read, stream

__all__ = [
    "LIMITS",
    "Choice",
    "Code",
    "Column",
    "Day",
    "Fen",
    "Limits",
    "Line",
    "Number",
    "Raw",
    "Reader",
    "Share",
    "Sheet",
    "Text",
    "Whole",
    "Words",
    "error_sheet",
    "read",
    "sheets",
    "stream",
    "template",
]
