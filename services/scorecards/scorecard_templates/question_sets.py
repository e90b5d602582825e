"""The questions of a card, frozen when it opens."""

from services.scorecards.scorecard_templates.importances import Profile
from services.scorecards.scorecard_templates.queries import (
    TemplateNotFound,
    attributes_rated_by,
    content_id,
    find_template,
    questions_of,
)
from services.scorecards.scorecard_templates.tables import question_sets
from shared.db.bulk import upsert
from shared.db.database import Tx


class NothingAsked(ValueError):
    """The template has no attribute that this side rates."""


def question_set_of(tx: Tx, template_id: str, template_version: int, side: str, profile: str) -> str:
    """The id of what this template asks of this side under this profile, stored where it is new.

    Raises `TemplateNotFound` for an unknown template or version, `NothingAsked` where this side rates nothing of it.
    """
    row = find_template(tx, template_id, template_version)
    if row is None:
        raise TemplateNotFound()
    if not attributes_rated_by(tx, row["attributes"], side):
        raise NothingAsked(f"the template asks nothing of the {side} side")
    questions = questions_of(tx, row["attributes"], side, Profile(*profile.split("/")))
    question_set_id = content_id(questions)
    insert = upsert(question_sets, tx.connection().dialect.name).on_conflict_do_nothing()
    tx.run(insert.values(question_set_id=question_set_id, questions=questions))
    return question_set_id
