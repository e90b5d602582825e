"""Sorts the lines of a file by delivery in bounded memory: a private SQLite database that overflows to disk."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from .fields import Stored

_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class SpooledLine:
    """The values stand in the order of the cells, None where blank or refused."""

    number: int
    is_refused: bool
    values: tuple[Stored | None, ...]


class Spool:
    """The accepted cells of every line, on disk, given back by delivery in the order of their first lines."""

    def __init__(self, width: int) -> None:
        # An unnamed database is a private file that SQLite makes when its cache overflows and removes at the end.
        # A worker may take up the iteration in another thread, never in two at once.
        self._db = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        columns = ", ".join(f"v{index}" for index in range(width))
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute(f"CREATE TABLE line (number INTEGER PRIMARY KEY, delivery TEXT, is_refused, {columns})")
        self._insert = f"INSERT INTO line VALUES ({', '.join('?' * (width + 3))})"
        self._batch: list[tuple[Stored | None, ...]] = []

    def add(self, number: int, delivery: str, is_refused: bool, values: list[Stored | None]) -> None:
        self._batch.append((number, delivery, is_refused, *values))
        if len(self._batch) == _BATCH:
            self._flush()

    def deliveries(self) -> Iterator[tuple[str, Iterator[SpooledLine]]]:
        self._flush()
        rows = self._db.execute(
            "SELECT min(number) OVER (PARTITION BY delivery) AS first_number, * FROM line ORDER BY first_number, number"
        )
        for delivery, group in groupby(rows, key=itemgetter(2)):
            yield delivery, (SpooledLine(row[1], bool(row[3]), row[4:]) for row in group)

    def close(self) -> None:
        self._db.close()

    def _flush(self) -> None:
        self._db.executemany(self._insert, self._batch)
        self._batch.clear()
