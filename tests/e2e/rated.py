"""A relationship with one published card, for whatever shows ratings."""

import httpx

from tests.e2e.product import PASSWORD, Product
from tests.support.processes import wait_until

NAME = "Rated Works"
RATED = {"on_time_delivery": "below", "communication": "exceeds"}
"""Everything else meets."""


def rated_works(product: Product) -> str:
    """The id of a relationship whose newest card was rated by the manager and is published; made once."""
    known = product.get("portfolio", q=NAME)["items"]
    if known:
        return str(known[0]["relationship_id"])
    relationship_id = product.relationship(NAME)
    cookies = {"entente": product.session("manager")}
    with httpx.Client(base_url=product.url + "/api/v1/", cookies=cookies, timeout=30) as manager:
        me = manager.get("me").json()
        manager.headers["x-csrf-token"] = me["csrf_token"]
        template = product.get("scorecard-templates", limit=1)["items"][0]["id"]
        people = {"owner": False, "actor_ids": [me["id"]]}
        cycle = {
            "name": "Rated", "time_zone": "UTC", "template_id": template, "sides": ["sponsor"],
            "audience": {"relationship_ids": [relationship_id]}, "opens_days_before_end": 89,
            "raters": {"sponsor": people | {"team": False}}, "signers": {"sponsor": people},
        }  # fmt: skip
        made = product.post("review-cycles", cycle)
        product.tier(relationship_id)  # answered once scorecards knows of it
        run = product.post(f"review-cycles/{made['id']}/runs", {"as_of": product.get("portfolio/summary")["as_of"]})
        assert run["created"] == 1
        [card] = product.get("scorecards", review_cycle_id=made["id"])["items"]
        questions = manager.get(f"scorecards/{card['id']}").json()["questions"]
        ratings = []
        for question in questions:
            word = RATED.get(question["attribute"], "meets")
            comment = {"comment": "Two came late."} if word == "below" else {}
            ratings.append({"attribute": question["attribute"], "rating": word} | comment)
        put = manager.put(f"scorecards/{card['id']}/ratings", json={"ratings": ratings}, headers={"if-match": '"0"'})
        put.raise_for_status()
        manager.post(f"scorecards/{card['id']}/submission").raise_for_status()
        signature = {"password": PASSWORD, "meaning": "I agree"}
        manager.post(f"scorecards/{card['id']}/signature", json=signature).raise_for_status()

    def is_shown() -> bool:
        return bool(product.get("portfolio/heat-map", q=NAME)["items"][0]["card"])

    wait_until(is_shown, 30, "the card is published", product.process)
    return relationship_id
