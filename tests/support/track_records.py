"""Track records for tests of the score: items by hand, and any that hypothesis can think of."""

from datetime import date

from hypothesis import strategies as st

from services.scorecards.scoring.evidence import Item, day_number
from services.scorecards.scoring.policy import Kind

START = day_number(date(2021, 1, 4))


def item(number: int, day: int, kind: Kind = Kind.delivery, y: float = 1.0, w: float = 1.0) -> Item:
    """An item `day` days after START; y and w in whole millionths."""
    return Item(kind.value, f"{number:04}", kind, START + day, round(y * 1_000_000), round(w * 1_000_000))


def evenly(count: int, every: int, start: int = 0, kind: Kind = Kind.delivery, y: float = 1.0) -> list[Item]:
    """`count` items of one kind, `every` so many days."""
    return [item(start + number, start + number * every, kind, y) for number in range(count)]


values = st.one_of(st.sampled_from([0, 800_000, 1_000_000]), st.integers(0, 1_000_000))
weights = st.one_of(st.sampled_from([1, 1_000_000, 3_000_000]), st.integers(1, 3_000_000))
silences = st.sampled_from([0, 1, 30, 180, 500])

_BYTES_A_RUN = 6
_Y_MICRO = (1_000_000, 1_000_000, 0, 1_000_000, 800_000, 1_000_000, 333_333, 1_000_000, 950_000)
_W_MICRO = (1_000_000, 3_000_000, 2_400_000, 1_000_000, 1, 1_700_001)
_EVERY_DAYS = (14, 0, 10, 5, 30, 1, 20)
_GAP_DAYS = (0, 1, -60, 40, 180, 400)


def track_records(most_runs: int = 4) -> st.SearchStrategy[list[Item]]:
    """Runs of alike items, good and bad, dense and sparse, from six bytes each.

    One example instead of thirty: it climbs and falls through all tiers, still shrinks, and takes a tenth of the time.
    """
    most = most_runs * _BYTES_A_RUN
    return st.one_of(st.binary(max_size=most), st.binary(min_size=most, max_size=most)).map(_decoded)


def _decoded(code: bytes) -> list[Item]:
    items: list[Item] = []
    day = 0
    for start in range(0, len(code) - _BYTES_A_RUN + 1, _BYTES_A_RUN):
        kind, y, w, every, count, gap = code[start : start + _BYTES_A_RUN]
        for _ in range(1 + count % 30):
            numbers = (START + day, _Y_MICRO[y % len(_Y_MICRO)], _W_MICRO[w % len(_W_MICRO)])
            items.append(Item("record", f"{len(items):04}", list(Kind)[kind % len(Kind)], *numbers))
            day += _EVERY_DAYS[every % len(_EVERY_DAYS)]
        day = max(0, day + _GAP_DAYS[gap % len(_GAP_DAYS)])
    return items
