"""Many rows by one statement: the same values on both databases, whatever their types and their count."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from shared.db.bulk import where_missing
from shared.db.database import Database
from shared.db.types import UtcDateTime, json_type
from shared.ids import id_type, new_id

metadata = sa.MetaData()
table = sa.Table(
    "thing",
    metadata,
    sa.Column("thing_id", id_type, primary_key=True),
    sa.Column("number", sa.Integer),
    sa.Column("large", sa.BigInteger),
    sa.Column("share", sa.Float),
    sa.Column("word", sa.String(20)),
    sa.Column("is_so", sa.Boolean),
    sa.Column("on", sa.Date),
    sa.Column("at", UtcDateTime),
    sa.Column("more", json_type),
    sa.Column("raw", sa.LargeBinary),
)
EMPTY: dict[str, Any] = dict.fromkeys(("number", "large", "share", "word", "is_so", "on", "at", "more"))
FULL = {
    "number": -7,
    "large": 2**62 + 1,
    "share": 0.1 + 0.2,
    "word": "Zürich \"\\'%s\n:x",
    "is_so": False,
    "on": date(1970, 1, 1),
    "at": datetime(2026, 6, 30, 23, 59, 59, 123456, UTC),
    "more": {"tags": ["a", None, 1.5], "none": None},
}


@pytest.fixture(params=["embedded", "distributed"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path}/rows.sqlite"
    if request.param == "distributed":
        postgres = request.getfixturevalue("postgres")
        name = f"rows_{new_id().replace('-', '')}"
        postgres.create_database(name)
        url = postgres.url(name)
    database = Database(url, metadata)
    metadata.create_all(database.engine)
    yield database
    database.close()


def thing(**values: Any) -> dict[str, Any]:
    return {"thing_id": new_id()} | EMPTY | values


def stored(database: Database, *names: str) -> list[dict[str, Any]]:
    columns = [table.c[name] for name in names or ("thing_id", *EMPTY)]
    with database.read() as tx:
        return [dict(row) for row in tx.run(sa.select(*columns).order_by(table.c.thing_id)).mappings()]


def test_an_instant_without_its_offset_is_refused(database: Database) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="offset from UTC"), database.write() as tx:
        tx.insert_rows(table, [thing(at=datetime(2026, 6, 30))])  # noqa: DTZ001

    assert stored(database) == []


def test_bytes_are_refused(database: Database) -> None:
    with pytest.raises(TypeError, match="no bytes"), database.write() as tx:
        tx.insert_rows(table, [thing(raw=b"\x00")])


@pytest.mark.parametrize("count", [1, 2, 700])
def test_every_type_comes_back_as_it_was_given(database: Database, count: int) -> None:
    rows = [thing(**(FULL if n % 2 else {})) for n in range(count)]

    with database.write() as tx:
        tx.insert_rows(table, rows)

    assert stored(database) == rows


def test_an_instant_of_another_offset_is_stored_as_the_same_instant(database: Database) -> None:
    there = datetime(2026, 6, 30, 12, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    with database.write() as tx:
        tx.insert_rows(table, [thing(at=there)])

    assert stored(database, "at") == [{"at": there.astimezone(UTC)}]


def test_none_is_null_also_where_a_column_holds_json(database: Database) -> None:
    with database.write() as tx:
        tx.insert_rows(table, [thing()])
        tx.run(sa.insert(table), thing())

    with database.read() as tx:
        assert tx.run(sa.select(sa.func.count()).where(table.c.more.is_(None))).scalar() == 2


def test_what_is_there_already_stays_and_only_the_new_is_returned(database: Database) -> None:
    first, second = thing(number=1), thing(number=2)
    with database.write() as tx:
        tx.insert_rows(table, [first], where_missing)

    with database.write() as tx:
        new = tx.insert_rows(table, [first | {"number": 9}, second], _missing_and_returned)

    assert [row.thing_id for row in new] == [second["thing_id"]]
    assert stored(database) == [first, second]


def _missing_and_returned(insert: Any) -> Any:
    return where_missing(insert).returning(insert.table.c.thing_id)


def test_an_update_writes_the_columns_it_names_of_the_rows_it_names(database: Database) -> None:
    first, second, third = thing(**FULL), thing(**FULL), thing(**FULL)
    with database.write() as tx:
        tx.insert_rows(table, [first, second, third])

    with database.write() as tx:
        named = ({"thing_id": row["thing_id"], "more": None, "number": n} for n, row in enumerate((first, second)))
        tx.update_rows(table, [*named, {"thing_id": new_id(), "more": [], "number": 5}])

    assert stored(database) == [first | {"more": None, "number": 0}, second | {"more": None, "number": 1}, third]


def test_rows_that_are_none_ask_nothing_of_the_database(database: Database) -> None:
    with database.write() as tx:
        tx.update_rows(table, [])

        assert tx.insert_rows(table, []) == ()


def test_among_finds_the_rows_of_any_count_of_values(database: Database) -> None:
    rows = [thing(number=n) for n in range(5)]
    with database.write() as tx:
        tx.insert_rows(table, rows)

    with database.read() as tx:
        for values in ([], [2], [0, 4, 17]):
            found = tx.run(sa.select(table.c.number).where(tx.among(table.c.number, values))).scalars()
            assert sorted(found) == [value for value in values if value < 5]


def test_rows_collected_of_one_table_arrive_in_order(database: Database) -> None:
    rows = [thing(number=n) for n in range(30)]

    with database.write() as tx:
        for row in rows:
            tx.add_row(table, **row)

    assert stored(database) == rows
