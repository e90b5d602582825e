"""What goes into a pack, by whom it is for (docs/packs.md has the rule in words). Pure."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from services.gateway.packs import answers
from services.gateway.packs.answers import Answer, Side
from services.gateway.packs.data import PackData
from services.gateway.packs.request import PackAudience

R = TypeVar("R")

PUBLISHED = ("published", "disputed", "resolved")
PRIVATE_KINDS = ("issue", "action")
"""Kinds of entry that one side does not share."""
ONE_SIDED = ("note", "technology_scouting")
"""Interactions that the other side had no part in."""
# No part may hold what ends it, or a text of nothing but signs would take its length to the third power.
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"]++@[^\s@<>()\[\],;:\"]+\.[^\s@.<>()\[\],;:\"]+")
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069\ud800-\udfff\ufffe\uffff]+"
)


def for_audience(data: PackData, audience: PackAudience, own_side: Side) -> PackData:
    """The part of the data that this audience may have; texts are printable in every format."""
    data = _written_by(data, printable)
    data = replace(data, events=_only(data.events, lambda entry: _label(entry) != "note"))
    return data if audience == "internal" else _for_the_other(data, own_side)


def _for_the_other(data: PackData, own_side: Side) -> PackData:
    relationship = data.relationship.body
    other_id = relationship["provider_id"] if own_side == "sponsor" else relationship["sponsor_id"]
    contracted = _only(data.engagements, lambda row: row["contracted_on"] is not None)
    known = {row["id"] for row in contracted.body}

    def is_theirs(action: answers.Action) -> bool:
        owner = data.contacts.get(action["owner_contact_id"] or "")
        return owner is not None and owner["account_id"] == other_id and action["interaction_id"] not in data.notes

    return _written_by(
        replace(
            data,
            reviews=data.reviews._replace(
                body=[review for each in data.reviews.body if (review := _published(each)).body["sides"]]
            ),
            engagements=contracted._replace(body=[_unjudged(row) for row in contracted.body]),
            milestones=_only(data.milestones, lambda row: row["engagement_id"] in known),
            actions=_only(data.actions, is_theirs),
            events=data.events._replace(
                body=[_untitled(entry) for entry in data.events.body if _is_shared(entry, known)]
            ),
        ),
        without_addresses,
    )


def _unjudged(engagement: answers.Engagement) -> answers.Engagement:
    """An engagement without its value and what one side thinks of it."""
    return {**engagement, "outcome": None, "would_use_again": None, "value": None, "currency": None}


def _published(review: Answer[answers.Review]) -> Answer[answers.Review]:
    sides = [side for side in review.body["sides"] if side["status"] in PUBLISHED and review.body["is_revealed"]]
    return review._replace(body={**review.body, "sides": sides})


def _is_shared(entry: answers.Entry, engagements: set[str]) -> bool:
    engagement_id = entry["source_id"] if entry["kind"] == "stage_change" else entry["details"].get("engagement_id")
    is_known = engagement_id is None or engagement_id in engagements
    return is_known and entry["kind"] not in PRIVATE_KINDS and _label(entry) not in ONE_SIDED


def _untitled(entry: answers.Entry) -> answers.Entry:
    """An interaction without the words that one side wrote about it."""
    return {**entry, "title": ""} if entry["kind"] == "interaction" else entry


def _label(entry: answers.Entry) -> str | None:
    return entry["details"].get("label")


def _only(answer: Answer[list[R]], is_wanted: Callable[[R], bool]) -> Answer[list[R]]:
    return answer._replace(body=[row for row in answer.body if is_wanted(row)])


def without_addresses(text: str) -> str:
    return _ADDRESS.sub("[address left out]", text)


def printable(text: str) -> str:
    """Without what no page can show and some formats break at: controls, lone surrogates, turned directions."""
    return _UNPRINTABLE.sub(" ", unicodedata.normalize("NFC", text))


def _written_by(data: PackData, write: Callable[[str], str]) -> PackData:
    """The data with every text rewritten."""
    return replace(data, **{field.name: _each(getattr(data, field.name), write) for field in fields(data)})


def _each(value: Any, write: Callable[[str], str]) -> Any:
    match value:
        case str():
            return write(value)
        case Answer():
            return value._replace(body=_each(value.body, write))
        case Mapping():
            return {key: _each(part, write) for key, part in value.items()}
        case list():
            return [_each(part, write) for part in value]
        case _:
            return value
