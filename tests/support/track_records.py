"""Track records for tests of the score: items by hand, and any that hypothesis can think of."""

from datetime import date

from hypothesis import strategies as st

from services.scorecards.scoring import Item, Kind, day_number

START = day_number(date(2021, 1, 4))


def item(number: int, day: int, kind: Kind = Kind.delivery, y: float = 1.0, w: float = 1.0) -> Item:
    """An item `day` days after START; y and w in whole millionths."""
    return Item(kind.value, f"{number:04}", kind, START + day, round(y * 1_000_000), round(w * 1_000_000))


def evenly(count: int, every: int, start: int = 0, kind: Kind = Kind.delivery, y: float = 1.0) -> list[Item]:
    """`count` items of one kind, `every` so many days."""
    return [item(start + number, start + number * every, kind, y) for number in range(count)]


@st.composite
def track_records(draw: st.DrawFn, most_runs: int = 5) -> list[Item]:
    """Runs of alike items, good and bad, dense and sparse: few draws that still climb and fall through all tiers."""
    items: list[Item] = []
    day = 0
    for _ in range(draw(st.integers(0, most_runs))):
        kind, y_micro, w_micro = draw(st.sampled_from(Kind)), draw(values), draw(weights)
        every, count = draw(st.sampled_from([0, 1, 5, 14, 30, 60])), draw(st.integers(1, 12))
        for _ in range(count):
            items.append(Item(kind.value, f"{len(items):04}", kind, START + day, y_micro, w_micro))
            day += every
        day += draw(st.sampled_from([-60, 0, 1, 40, 180]))
        day = max(day, 0)
    return items


values = st.one_of(st.sampled_from([0, 800_000, 1_000_000, 1_000_000]), st.integers(0, 1_000_000))
weights = st.one_of(st.just(1_000_000), st.sampled_from([1, 2_400_000, 3_000_000]), st.integers(1, 3_000_000))
silences = st.sampled_from([0, 1, 30, 180, 500])
