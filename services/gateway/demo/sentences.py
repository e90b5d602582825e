"""Writes the sentences of one relationship: the phrases take turns, and so do the words that fill them."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, TypeVar

from services.gateway.demo.specialties import Specialty, read_toml

T = TypeVar("T")

_TRIES = 6

PHRASES: dict[str, dict[str, list[str]]] = read_toml("phrases.toml")


class SentenceWriter:
    """Writes no sentence twice, as long as there is another."""

    def __init__(self, specialty: Specialty, chance: Random) -> None:
        self._specialty, self._chance = specialty, chance
        self._turns: dict[str, list[Any]] = {}
        self._written: set[str] = set()

    def next_of(self, name: str, choices: Sequence[T]) -> T:
        """Every choice once in an order of its own, before any comes again."""
        waiting = self._turns.setdefault(name, [])
        if not waiting:
            waiting.extend(choices)
            self._chance.shuffle(waiting)
        chosen: T = waiting.pop()
        return chosen

    def has(self, kind: str, mood: str) -> bool:
        return mood in PHRASES[kind]

    def write(self, kind: str, mood: str, on: date, **words: object) -> str:
        """A sentence of a kind in a mood, as written on a day."""
        phrases = PHRASES[kind][mood]
        sentence = ""
        for _ in range(_TRIES * len(phrases)):
            # The words take turns too, so that the same phrase comes out differently another time.
            sentence = self.fill(self.next_of(f"{kind} {mood}", phrases), on, **words)
            if sentence not in self._written:
                break
        self._written.add(sentence)
        return sentence

    def fill(self, phrase: str, on: date, **words: object) -> str:
        """The phrase with its words filled in; `words` come before the specialty's own."""
        specialty, between = self._specialty, self._chance.randint
        slots: dict[str, object] = {
            "step": self._word("steps", phrase),
            "assay": self._word("assays", phrase),
            "material": self._word("materials", phrase),
            "fault": self._word("faults", phrase),
            "remedy": self._word("remedies", phrase),
            "novelty": self._word("novelties", phrase),
            "item": self._chance.choice(specialty.items).name,
            "site": specialty.site,
            "outage": specialty.outage,
            "quarter": quarter(on - timedelta(45)),
            "next_quarter": quarter(on + timedelta(60)),
            "month": f"{on + timedelta(40):%B}",
            "weeks": ("three", "four", "five", "six", "eight")[between(0, 4)],
            "days": between(9, 24),
            "pct": between(6, 18),
            "count": between(3, 14),
            "lot": f"{on:%y}{between(1, 60):02d}",
        } | words
        slots |= {f"{name}_cap": capital(str(slots[name])) for name in ("step", "material", "fault", "remedy", "item")}
        return phrase.format_map(slots)

    def _word(self, name: str, phrase: str) -> str:
        singular = {"remedies": "remedy", "novelties": "novelty"}.get(name, name.removesuffix("s"))
        choices: tuple[str, ...] = getattr(self._specialty, name)
        return self.next_of(name, choices) if f"{{{singular}" in phrase else choices[0]


def quarter(on: date) -> str:
    return f"Q{(on.month + 2) // 3}"


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
