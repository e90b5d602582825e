"""Pages that are written from rows say the same as the models that describe them, field by field and in their order."""

import json

import pytest
from pydantic import BaseModel

from services.engagements.interactions.schemas import InteractionOut
from services.scorecards.portfolio.schemas import PortfolioRowOut
from shared.http.pages import Page
from tests.integration.alliance import Alliance, alliance
from tests.support.installation import InstallationUnderTest

LISTS: dict[str, type[BaseModel]] = {"portfolio": PortfolioRowOut, "interactions": InteractionOut}


@pytest.fixture(scope="module")
def recorded(installation: InstallationUnderTest) -> Alliance:
    here = alliance(installation)
    here.good_record()
    for _ in range(3):
        here.interaction(experience="exceeds", attributes=["communication"])
    installation.wait_until_applied()
    return here


@pytest.mark.parametrize("path", LISTS)
def test_a_page_of_rows_is_what_its_model_says(recorded: Alliance, path: str) -> None:
    query = {"relationship_id": recorded.relationship_id} if path == "interactions" else {"sort": "-change"}
    text = recorded.api.get(f"/api/v1/{path}", params=query | {"limit": "2"}).text
    model: type[BaseModel] = Page[LISTS[path]]  # type: ignore[misc,valid-type]

    assert len(json.loads(text)["items"]) >= 1
    assert json.loads(model.model_validate_json(text).model_dump_json(by_alias=True)) == json.loads(text)
    for row in json.loads(text)["items"]:
        assert list(row) == list(LISTS[path].model_fields)


@pytest.mark.parametrize("sort", ["-lower", "lower", "score", "change", "-last_contact", "name", "-name"])
def test_pages_in_every_order_have_every_row_once(recorded: Alliance, sort: str) -> None:
    seen: list[str] = []
    following = None
    for _ in range(200):
        query = {"sort": sort, "limit": "3", "tier": "preferred"} | ({} if following is None else {"after": following})
        page = recorded.get("portfolio", **query)
        seen += [row["relationship_id"] for row in page["items"]]
        following = page["next"]
        if following is None:
            break
    assert len(seen) == len(set(seen))
    assert recorded.relationship_id in seen
