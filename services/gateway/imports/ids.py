"""Ids that a spreadsheet has changed for good: they are refused as what they are."""

import re

from .amounts import CellError
from .records import DayCell, ErrorCell, NumberCell

_ERROR = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|NV|BEZUG!|WERT!)", re.IGNORECASE)
_NARROW = re.compile(r"#{3,}")
_SHORTENED = re.compile(r"[0-9](?:[.,][0-9]+)?[eE]\+[0-9]+", re.ASCII)
_FLOAT = re.compile(r"[0-9]{1,15}[.,]0+", re.ASCII)
_MONTH = (
    r"(?:Jan(?:uary?)?|Feb(?:ruary?)?|Mar(?:ch)?|Mär(?:z)?|Mrz|Apr(?:il)?|May|Mai|Jun[ei]?|Jul[iy]?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|O[ck]t(?:ober)?|Nov(?:ember)?|De[cz](?:ember)?)\.?"
)
# As spreadsheets write them; in capitals they are somebody's ids.
_SHORT_DAY = re.compile(
    rf"[0-9]{{1,2}}[-. ]{{1,2}}{_MONTH}(?:[-. ](?:[0-9]{{2}}|[12][09][0-9]{{2}}))?|{_MONTH}[-. ][0-9]{{2}}"
)
_DAY = re.compile(rf"[0-9]{{1,2}}[-. ]{{1,2}}{_MONTH}(?:[-. ][0-9]{{2,4}})?|{_MONTH}[-. ][0-9]{{2,4}}", re.IGNORECASE)
_DAY = re.compile(
    r"(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4})"
    r"(?:[T ][0-9:.]+)?",
    re.ASCII,
)
_EXACT_DIGITS = 15
"""A spreadsheet's number has no more: the rest of a longer one became zeros."""

_AGAIN = "format the column as text where the file comes from, and export it again"


def check_error(cell: str) -> None:
    """`CellError` for a cell that shows an error of a spreadsheet instead of a value."""
    if isinstance(cell, ErrorCell):
        if cell == "formula":
            reason = "is a formula whose value is not in the file; open the workbook in a spreadsheet and save it"
            raise CellError(reason, "formula-without-value")
        raise CellError(f"is the error {cell} of a formula; correct it in the workbook", "spreadsheet-error")
    if cell.startswith("#") and _ERROR.fullmatch(cell):
        raise CellError(f"is the error {cell} of a spreadsheet; correct it there", "spreadsheet-error")
    if cell.startswith("###") and _NARROW.fullmatch(cell):
        raise CellError(
            "is what a spreadsheet shows where a column is too narrow; widen it, and export again", "mangled"
        )


def check_id(cell: str, may_be_day: bool) -> None:
    """`CellError` for an id that a spreadsheet took for a number or a day. A part of a key may be a day."""
    if isinstance(cell, NumberCell):
        if len(cell.lstrip("0").replace(".", "")) > _EXACT_DIGITS:
            raise CellError(
                f"is a number of which a workbook has only the first {_EXACT_DIGITS} digits; {_AGAIN}", "mangled-id"
            )
        return
    if _SHORTENED.fullmatch(cell):
        raise CellError(f"is an id that a spreadsheet shortened to a number of few digits; {_AGAIN}", "mangled-id")
    if may_be_day:
        return
    if isinstance(cell, DayCell) or _SHORT_DAY.fullmatch(cell) or _DAY.fullmatch(cell):
        raise CellError(f"is a day that a spreadsheet made of an id; {_AGAIN}", "mangled-id")
    if _FLOAT.fullmatch(cell):
        raise CellError(f"is an id that a program took for a number, with decimals behind it; {_AGAIN}", "mangled-id")
