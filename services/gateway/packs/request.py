"""A request for a pack: of which relationship and days, for which audience and in which format."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from typing_extensions import TypeAliasType

from shared.errors import InvalidFields, Located

PackAudience = TypeAliasType("PackAudience", Literal["internal", "external"])
PackFormat = TypeAliasType("PackFormat", Literal["pdf", "xlsx", "pptx"])
MEDIA_TYPES: dict[PackFormat, str] = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
FIRST_DAY = date(1970, 1, 2)
"""The day before is the first that the services answer for."""
LONGEST = timedelta(days=731)
_NAME_MOST = 60


@dataclass(frozen=True)
class PackRequest:
    """Both days are included."""

    relationship_id: str
    starts_on: date
    ends_on: date
    format: PackFormat
    audience: PackAudience

    def check(self, today: date) -> None:
        """`InvalidFields` for a period that ends before it begins, has not begun, or is longer than two years."""
        wrong = []
        if not FIRST_DAY <= self.starts_on <= today:
            wrong.append(Located(pointer="period_starts_on", detail=f"lies between {FIRST_DAY} and today"))
        if self.ends_on < self.starts_on:
            wrong.append(Located(pointer="period_ends_on", detail="lies before `period_starts_on`"))
        if self.ends_on - self.starts_on >= LONGEST:
            wrong.append(Located(pointer="period_ends_on", detail="lies over two years after `period_starts_on`"))
        if wrong:
            raise InvalidFields(wrong)

    def as_of(self, today: date) -> date:
        """The day of the pack's figures: the period's last, or today while it runs."""
        return min(self.ends_on, today)

    def file_name(self, sponsor: str, provider: str) -> str:
        """`sponsor-provider-period-audience.ext`, without characters that a file system or a header refuses."""
        ends = (_in_a_name(name) or kind for name, kind in ((sponsor, "sponsor"), (provider, "provider")))
        return f"{'-'.join(ends)}-{self.starts_on}-to-{self.ends_on}-{self.audience}.{self.format}"


def plain(file_name: str) -> str:
    """The same in ASCII, for programs that read no other; letters of other scripts are left out."""
    spelt = file_name.translate(_SPELT)
    ascii_only = unicodedata.normalize("NFKD", spelt).encode("ascii", "ignore").decode()
    return re.sub(r"-{2,}", "-", ascii_only).lstrip("-.")


# Letters without an accent to remove.
_SPELT = str.maketrans({"Ł": "L", "ł": "l", "Ø": "O", "ø": "o", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "ß": "ss",
                        "Đ": "D", "đ": "d", "Þ": "Th", "þ": "th", "ı": "i"})  # fmt: skip


def _in_a_name(text: str) -> str:
    """Letters, digits and single lines: the rest may mean something to a shell, a path or a header."""
    return re.sub(r"[\W_]+", "-", text).strip("-")[:_NAME_MOST].strip("-")
