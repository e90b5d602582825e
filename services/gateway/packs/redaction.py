"""What goes into a pack, by whom it is for (docs/packs.md has the rule in words). Pure: a reading in, a reading out."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any

from services.gateway.packs.data import Reading, Row, Told
from services.gateway.packs.request import Audience
from shared.auth import Side

PUBLISHED = ("published", "disputed", "resolved")
OURS_ALONE = ("issue", "action")
"""Kinds of entry that one side keeps for itself."""
NOT_BETWEEN_US = ("note", "technology_scouting")
"""Interactions that the other side had no part in."""
_JUDGED = ("outcome", "would_use_again", "value", "currency")
# No part may hold what ends it, or a text of nothing but signs would take its length to the third power.
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]++@[^\s@<>()\[\],;:\"]+\.[^\s@.<>()\[\],;:\"]+")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)


def for_audience(reading: Reading, audience: Audience, own_side: Side) -> Reading:
    """The part of a reading that this audience may have; texts are printable in every format."""
    reading = _written_by(reading, printable)
    reading = replace(reading, events=_only(reading.events, lambda entry: _label(entry) != "note"))
    return reading if audience == "internal" else _for_the_other(reading, own_side)


def _for_the_other(reading: Reading, own_side: Side) -> Reading:
    other_side = "provider" if own_side == "sponsor" else "sponsor"
    other_id = reading.relationship.body[f"{other_side}_id"]
    contracted = _only(reading.engagements, lambda row: row["contracted_on"] is not None)
    known = {row["id"] for row in contracted.body}

    def is_theirs(action: Row) -> bool:
        owner = reading.contacts.get(action["owner_contact_id"] or "", {})
        return owner.get("account_id") == other_id and action["interaction_id"] not in reading.notes

    return _written_by(
        replace(
            reading,
            reviews=reading.reviews._replace(
                body=[review for each in reading.reviews.body if (review := _published(each)).body["sides"]]
            ),
            engagements=contracted._replace(body=[{**row, **dict.fromkeys(_JUDGED)} for row in contracted.body]),
            milestones=_only(reading.milestones, lambda row: row["engagement_id"] in known),
            actions=_only(reading.actions, is_theirs),
            events=reading.events._replace(
                body=[_untitled(entry) for entry in reading.events.body if _is_shared(entry, known)]
            ),
        ),
        without_addresses,
    )


def _published(review: Told) -> Told:
    sides = [side for side in review.body["sides"] if side["status"] in PUBLISHED and review.body["is_revealed"]]
    return review._replace(body={**review.body, "sides": sides})


def _is_shared(entry: Row, engagements: set[str]) -> bool:
    engagement_id = entry["source_id"] if entry["kind"] == "stage_change" else entry["details"].get("engagement_id")
    is_known = engagement_id is None or engagement_id in engagements
    return is_known and entry["kind"] not in OURS_ALONE and _label(entry) not in NOT_BETWEEN_US


def _untitled(entry: Row) -> Row:
    """An interaction without the words that one side wrote about it."""
    return {**entry, "title": ""} if entry["kind"] == "interaction" else entry


def _label(entry: Row) -> Any:
    return entry["details"].get("label")


def _only(told: Told, is_kept: Callable[[Row], bool]) -> Told:
    return told._replace(body=[row for row in told.body if is_kept(row)])


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("[address left out]", text)


def printable(text: str) -> str:
    """Without what no page can show and some formats break at: controls, lone surrogates, turned directions."""
    return _UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", text))


def _written_by(reading: Reading, write: Callable[[str], str]) -> Reading:
    """Every text of a reading written anew."""
    return replace(reading, **{field.name: _each(getattr(reading, field.name), write) for field in fields(reading)})


def _each(value: Any, write: Callable[[str], str]) -> Any:
    match value:
        case str():
            return write(value)
        case Told():
            return value._replace(body=_each(value.body, write))
        case Mapping():
            return {key: _each(part, write) for key, part in value.items()}
        case list():
            return [_each(part, write) for part in value]
        case _:
            return value
