"""How many lines a text takes at a width where the reader's program, not the renderer, breaks it."""

from collections.abc import Iterator, Sequence

FULL = 12.0
"""The widths of a whole table's columns add up to this; a table of less is narrower."""


def shares(widths: Sequence[float]) -> list[float]:
    """Each column's share of the page's width."""
    whole = max(FULL, sum(widths))
    return [width / whole for width in widths]


def lines(text: str, letters: int) -> int:
    """Broken at spaces, or inside a word that is longer than a line; at least one."""
    return max(1, sum(1 for _ in _breaks(text, max(1, letters))))


def _breaks(text: str, letters: int) -> Iterator[None]:
    used = 0
    for word in text.split():
        size = len(word)
        if used and used + 1 + size > letters:
            yield None
            used = 0
        while size > letters:
            yield None
            size -= letters
        used += size + (1 if used else 0)
    if used:
        yield None
