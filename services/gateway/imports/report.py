"""What an import did, with its refusals counted by reason, and a bounded number of them shown and stored."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from .service_client import Body
from .track_record import Refusal

SHOWN_MOST = 1_000
"""Refusals and warnings that a report holds; all of them are counted."""
STORED_MOST = 10_000
"""Refusals that are stored of one import. A tenth of them is free for what is rare."""
RARE = 100
REASONS_MOST = 200


@dataclass(slots=True)
class ReasonCount:
    """Why lines were refused, how many, and the first of them. JSON-able."""

    code: str
    column: str | None
    reason: str
    lines: int
    line: int
    value: str | None


@dataclass(slots=True)
class ImportReport:
    """What an import did, or, in a dry run, would do. JSON-able; ``refused`` counts lines, ``warned`` warnings."""

    is_dry_run: bool
    lines_read: int = 0
    refused: int = 0
    deliveries: int = 0
    created: int = 0
    existing: int = 0
    accounts_created: int = 0
    relationships_created: int = 0
    warned: int = 0
    form: Body | None = None
    reasons: list[Body] = field(default_factory=list)
    refusals: list[Body] = field(default_factory=list)
    warnings: list[Body] = field(default_factory=list)
    cleaned: list[Body] = field(default_factory=list)


class Refusals:
    """Counts every refusal by code and column, and has the first of each for the report."""

    def __init__(self) -> None:
        self._reasons: dict[tuple[str, str | None], ReasonCount] = {}
        self._kept: dict[tuple[str, str | None], list[Refusal]] = {}
        self._stored = 0

    def add(self, refusal: Refusal) -> bool:
        """Count a refusal; whether it is one of those to store."""
        key = (refusal.code, refusal.column)
        if key not in self._reasons and len(self._reasons) >= REASONS_MOST:
            key = ("other", None)
        known = self._reasons.get(key)
        if known is None:
            self._reasons[key] = ReasonCount(key[0], key[1], refusal.reason, 1, refusal.line, refusal.value)
        else:
            known.lines += 1
        kept = self._kept.setdefault(key, [])
        if (self._stored >= STORED_MOST - STORED_MOST // 10 and len(kept) >= RARE) or self._stored >= 2 * STORED_MOST:
            return False
        kept.append(refusal)
        self._stored += 1
        return True

    def reasons(self) -> list[Body]:
        """What refused most first."""
        return [asdict(each) for _, each in self._by_count()]

    def shown(self) -> list[Body]:
        """At most `SHOWN_MOST` refusals, by reason; a reason with few is shown whole before one with many."""
        shares: dict[tuple[str, str | None], int] = {}
        left, waiting = SHOWN_MOST, sorted(self._kept, key=lambda key: len(self._kept[key]))
        for index, key in enumerate(waiting):
            shares[key] = min(len(self._kept[key]), left // (len(waiting) - index))
            left -= shares[key]
        return [asdict(row) for key, _ in self._by_count() for row in self._kept[key][: shares[key]]]

    def _by_count(self) -> Iterator[tuple[tuple[str, str | None], ReasonCount]]:
        return iter(sorted(self._reasons.items(), key=lambda item: -item[1].lines))
