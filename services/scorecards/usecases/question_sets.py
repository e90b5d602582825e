"""The questions of a card, frozen when it opens."""

from services.scorecards import queries
from services.scorecards.queries import templates
from services.scorecards.ratings import Profile
from services.scorecards.tables import QuestionSet
from shared.db.bulk import upsert
from shared.db.database import Tx

question_sets = QuestionSet.__table__


class NothingAsked(ValueError):
    """The template has no attribute that this side rates."""


def question_set_of(tx: Tx, template_id: str, template_version: int, side: str, profile: str) -> str:
    """The id of what this template asks of this side under this profile, stored where it is new.

    Raises `TemplateNotFound` for an unknown template or version, `NothingAsked` where this side rates nothing of it.
    """
    row = templates.find_template(tx, template_id, template_version)
    if row is None:
        raise queries.TemplateNotFound()
    if not templates.attributes_rated_by(tx, row["attributes"], side):
        raise NothingAsked(f"the template asks nothing of the {side} side")
    questions = templates.questions_of(tx, row["attributes"], side, Profile(*profile.split("/")))
    question_set_id = templates.content_id(questions)
    insert = upsert(question_sets, tx.connection().dialect.name).on_conflict_do_nothing()
    tx.run(insert.values(question_set_id=question_set_id, questions=questions))
    return question_set_id
