"""Making, reading, changing and archiving review cycles; who may, what is refused, and the table of periods."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.scorecards.scorecard_templates.tables import Template, TemplateVersion
from shared.ids import new_id
from tests.scorecards.reviewing import FULL, SHORT, cycle_body, make_cycle, pointers, read_cycle, run_cycle
from tests.support.installation import InstallationUnderTest, somebody


def plant_template(installation: InstallationUnderTest, attributes: list[str], archived: bool = False) -> str:
    template_id, now = new_id(), installation.clock()
    with installation.product.databases["scorecards"].write() as tx:
        tx.run(
            sa.insert(Template.__table__).values(
                template_id=template_id, version=1, name="Own", description="", is_shipped=False, created_at=now,
                archived_at=now if archived else None,
            )
        )  # fmt: skip
        asked = [{"attribute": key, "importance": None} for key in attributes]
        tx.run(
            sa.insert(TemplateVersion.__table__).values(
                template_id=template_id, version=1, attributes=asked, created_at=now
            )
        )
    return template_id


@pytest.mark.parametrize(
    ("role", "side"), [("viewer", "sponsor"), ("reviewer", "sponsor"), ("manager", "provider"), ("admin", "provider")]
)
def test_only_managers_and_admins_of_the_sponsor_side_make_review_cycles(
    installation: InstallationUnderTest, role: str, side: str
) -> None:
    cycle = make_cycle(installation)
    client = installation.client("scorecards", somebody(role, side))
    path = f"/v1/review-cycles/{cycle['id']}"

    refused = [
        client.post("/v1/review-cycles", cycle_body()),
        client.patch(path, {"name": "Mine"}, headers={"if-match": '"1"'}),
        client.delete(path, headers={"if-match": '"1"'}),
        client.post(f"{path}/restoration"),
        client.post(f"{path}/runs", {"as_of": "2026-09-30"}),
    ]

    assert [answer.status_code for answer in refused] == [403] * 5
    assert read_cycle(installation, cycle) == cycle


@pytest.mark.parametrize("path", ["", "/{id}", "/{id}/periods", "/{id}/runs"])
def test_the_sponsor_side_reads_review_cycles_and_the_provider_side_does_not(
    installation: InstallationUnderTest, path: str
) -> None:
    cycle = make_cycle(installation)
    url = "/v1/review-cycles" + path.format(**cycle)

    assert installation.stranger("scorecards").get(url).status_code == 401
    assert installation.client("scorecards", somebody("viewer", "provider")).get(url).status_code == 403
    assert installation.client("scorecards", somebody("viewer")).get(url).status_code == 200


def test_a_cycle_is_made_with_its_defaults_said(installation: InstallationUnderTest) -> None:
    author = somebody()

    cycle = make_cycle(installation, installation.client("scorecards", author), name="  Every quarter ")

    today = cycle["starts_on"]
    assert abs((date.fromisoformat(today) - installation.clock().date()).days) <= 1
    last_run, next_run = cycle.pop("last_run"), cycle.pop("next_run")
    assert (cycle.pop("id"), last_run) == (read_cycle_id(installation, author.actor_id), None)
    assert date.fromisoformat(next_run["opens_on"]) >= date.fromisoformat(today)
    assert next_run["opens_on"] == next_run["ends_on"]
    assert date.fromisoformat(next_run["due_on"]) == date.fromisoformat(next_run["ends_on"]) + timedelta(days=14)
    assert cycle == {
        "version": 1, "name": "Every quarter", "cadence": "quarterly", "fiscal_year_start_month": 1,
        "time_zone": "Europe/Berlin", "template_id": FULL, "template_rules": [], "sides": ["sponsor", "provider"],
        "audience": {"tiers": [], "regions": [], "sizes": [], "owner_ids": [], "tags": [], "relationship_ids": []},
        "raters": {
            side: {"owner": True, "team": True, "actor_ids": [], "contact_functions": []}
            for side in ("sponsor", "provider")
        },
        "signers": {side: {"owner": True, "actor_ids": []} for side in ("sponsor", "provider")},
        "project_type": None, "starts_on": today, "opens_days_before_end": 0, "due_days_after_end": 14,
        "reminder_days_before_due": [1, 7], "escalation_days_after_due": [7], "created_by": author.actor_id,
        "created_at": cycle["created_at"], "archived_at": None,
    }  # fmt: skip


def read_cycle_id(installation: InstallationUnderTest, author_id: str) -> str:
    page = installation.client("scorecards").get("/v1/review-cycles?limit=200").json()
    [found] = [item["id"] for item in page["items"] if item["created_by"] == author_id]
    return str(found)


def test_making_one_is_announced(installation: InstallationUnderTest) -> None:
    cycle = make_cycle(installation, sides="provider")

    [event] = installation.announced("scorecards", cycle["id"])
    assert event["type"] == "scorecards.review_cycle_recorded.v1"
    assert event["data"]["sides"] == ["provider"]
    assert (event["data"]["version"], event["data"]["archived"]) == (1, False)


@pytest.mark.parametrize(
    ("sides", "understood"),
    [
        ("both", ["sponsor", "provider"]), ("sponsor", ["sponsor"]), (["provider"], ["provider"]),
        (["provider", "sponsor", ], ["sponsor", "provider"]),
    ],
)  # fmt: skip
def test_sides_are_a_word_or_a_list(installation: InstallationUnderTest, sides: Any, understood: list[str]) -> None:
    assert make_cycle(installation, sides=sides)["sides"] == understood


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"cadence": "weekly"}, "/cadence"),
        ({"fiscal_year_start_month": 13}, "/fiscal_year_start_month"),
        ({"fiscal_year_start_month": 0}, "/fiscal_year_start_month"),
        ({"fiscal_year_start_month": "4"}, "/fiscal_year_start_month"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../etc/passwd"}, "/time_zone"),
        ({"time_zone": "America"}, "/time_zone"),
        ({"time_zone": ""}, "/time_zone"),
        ({"sides": []}, "/sides"),
        ({"sides": "neither"}, "/sides/0"),
        ({"sides": None}, "/sides"),
        ({"name": "   "}, "/name"),
        ({"template_id": new_id()}, "/template_id"),
        ({"template_id": "short"}, "/template_id"),
        ({"template_rules": [{"sponsor_size": "huge", "template_id": FULL}]}, "/template_rules/0/sponsor_size"),
        ({"template_rules": [{"template_id": FULL}, {"template_id": new_id()}]}, "/template_rules/1/template_id"),
        ({"opens_days_before_end": -14}, "/opens_days_before_end"),
        ({"due_days_after_end": 0}, "/opens_days_before_end"),
        ({"opens_days_before_end": 90}, "/opens_days_before_end"),
        ({"opens_days_before_end": 28, "cadence": "monthly"}, "/opens_days_before_end"),
        ({"due_days_after_end": -1}, "/due_days_after_end"),
        ({"reminder_days_before_due": [0]}, "/reminder_days_before_due/0"),
        ({"escalation_days_after_due": ["7"]}, "/escalation_days_after_due/0"),
        ({"starts_on": 1_790_000_000}, "/starts_on"),
        ({"starts_on": "1999-01-01"}, "/starts_on"),
        ({"audience": {"colours": ["red"]}}, "/audience/colours"),
        ({"audience": {"tiers": ["gold"]}}, "/audience/tiers/0"),
        ({"raters": {"sponsor": {"contact_functions": ["cook"]}}}, "/raters/sponsor/contact_functions/0"),
        ({"signers": {"provider": {"owner": "yes"}}}, "/signers/provider/owner"),
        ({"project_type": "capacity_only"}, "/project_type"),
        ({"surprise": 1}, "/surprise"),
    ],
)
def test_a_wrong_review_cycle_is_refused_at_the_fields_that_are_wrong(
    installation: InstallationUnderTest, wrong: dict[str, Any], pointer: str
) -> None:
    answer = installation.client("scorecards").post("/v1/review-cycles", cycle_body(**wrong))

    assert pointers(answer) == [pointer]


@pytest.mark.parametrize("missing", ["name", "time_zone", "template_id", "sides"])
def test_what_is_missing_is_named(installation: InstallationUnderTest, missing: str) -> None:
    body = cycle_body()
    del body[missing]

    assert pointers(installation.client("scorecards").post("/v1/review-cycles", body)) == [f"/{missing}"]


def test_a_template_is_known_live_and_asks_something_of_every_side(installation: InstallationUnderTest) -> None:
    archived = plant_template(installation, ["communication"], archived=True)
    one_sided = plant_template(installation, ["capacity_availability"])
    rules = [{"template_id": archived}, {"template_id": SHORT}, {"template_id": one_sided}]

    answer = installation.client("scorecards").post("/v1/review-cycles", cycle_body(template_rules=rules))

    assert pointers(answer) == ["/template_rules/0/template_id", "/template_rules/2/template_id"]
    assert [error["detail"] for error in answer.json()["errors"]] == [
        "names a template that is archived; restore it, or name another",
        "this template asks nothing of the provider side",
    ]  # fmt: skip
    assert make_cycle(installation, template_id=one_sided, sides="sponsor")["template_id"] == one_sided


def test_a_key_sent_again_makes_no_second_cycle(installation: InstallationUnderTest) -> None:
    client, headers = installation.client("scorecards"), {"idempotency-key": new_id()}

    first, again = (client.post("/v1/review-cycles", cycle_body(), headers=headers) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(installation.announced("scorecards", first.json()["id"])) == 1


def test_a_change_needs_the_version_seen_and_is_announced(installation: InstallationUnderTest) -> None:
    cycle, client = make_cycle(installation, project_type="clinical_supply"), installation.client("scorecards")
    path = f"/v1/review-cycles/{cycle['id']}"
    assert client.patch(path, {"name": "New"}).status_code == 428

    changed = client.patch(
        path,
        {"name": "New", "project_type": None, "audience": {"tags": ["b", "a", "b"]}, "sides": ["provider"]},
        headers={"if-match": '"1"'},
    )

    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    body = changed.json()
    assert (body["name"], body["project_type"], body["sides"]) == ("New", None, ["provider"])
    assert body["audience"]["tags"] == ["a", "b"]
    assert body["raters"] == cycle["raters"]
    assert body == read_cycle(installation, cycle)
    assert [event["data"]["version"] for event in installation.announced("scorecards", cycle["id"])] == [1, 2]
    assert client.patch(path, {"name": "Late"}, headers={"if-match": '"1"'}).status_code == 412


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"template_id": new_id()}, "/template_id"),
        ({"opens_days_before_end": -20}, "/opens_days_before_end"),
        ({"time_zone": "Nowhere"}, "/time_zone"),
        ({"sides": []}, "/sides"),
        ({"starts_on": None}, "/starts_on"),
    ],
)
def test_a_change_is_checked_like_a_new_one(
    installation: InstallationUnderTest, change: dict[str, Any], pointer: str
) -> None:
    cycle = make_cycle(installation)

    answer = installation.client("scorecards").patch(
        f"/v1/review-cycles/{cycle['id']}", change, headers={"if-match": '"1"'}
    )

    assert pointers(answer) == [pointer]
    assert read_cycle(installation, cycle) == cycle


def test_the_length_of_periods_stays_once_one_was_opened(installation: InstallationUnderTest) -> None:
    cycle, client = make_cycle(installation, audience={"tags": [new_id()]}), installation.client("scorecards")
    path, seen = f"/v1/review-cycles/{cycle['id']}", {"if-match": '"1"'}
    run_cycle(installation, cycle, installation.clock().date())

    refused = client.patch(path, {"cadence": "monthly"}, headers=seen)

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("/review-cycle-has-run")
    assert refused.json()["errors"][0]["pointer"] == "/cadence"
    assert client.patch(path, {"fiscal_year_start_month": 2}, headers=seen).status_code == 409
    assert client.patch(path, {"cadence": "quarterly", "name": "Same"}, headers=seen).status_code == 200


def test_an_archived_cycle_is_listed_apart_and_goes_on_after_its_restoration(
    fresh_installation: InstallationUnderTest,
) -> None:
    installation = fresh_installation
    kept, gone = (
        make_cycle(installation),
        make_cycle(installation, starts_on=str(installation.clock().date() - timedelta(days=5))),
    )
    client, path = installation.client("scorecards"), f"/v1/review-cycles/{gone['id']}"
    assert client.delete(path).status_code == 428

    assert client.delete(path, headers={"if-match": '"1"'}).status_code == 204

    assert [each["id"] for each in client.get("/v1/review-cycles").json()["items"]] == [kept["id"]]
    [archived] = client.get("/v1/review-cycles?archived=true").json()["items"]
    assert (archived["id"], archived["next_run"], archived["version"]) == (gone["id"], None, 2)
    assert client.post(f"{path}/runs", {"as_of": "2026-09-30"}).status_code == 409
    installation.clock.advance(days=200)
    restored = client.post(f"{path}/restoration").json()
    assert (restored["archived_at"], restored["version"]) == (None, 3)
    assert date.fromisoformat(restored["starts_on"]) >= installation.clock().date() - timedelta(days=1)
    assert client.post(f"{path}/restoration").json()["version"] == 3
    archived = [event["data"]["archived"] for event in installation.announced("scorecards", gone["id"])]
    assert archived == [False, True, False]


def test_cycles_come_in_pages(fresh_installation: InstallationUnderTest) -> None:
    made = [make_cycle(fresh_installation, name=f"Cycle {n}")["id"] for n in range(5)]
    client = fresh_installation.client("scorecards")

    found, after = [], ""
    while after is not None:
        page = client.get(f"/v1/review-cycles?limit=2{after and '&after=' + after}").json()
        found, after = found + [item["id"] for item in page["items"]], page["next"]

    assert found == made


def test_an_unknown_cycle_is_not_found(installation: InstallationUnderTest) -> None:
    client, path = installation.client("scorecards"), f"/v1/review-cycles/{new_id()}"

    answers = [
        client.get(path), client.get(f"{path}/periods"), client.get(f"{path}/runs"), client.post(f"{path}/restoration"),
        client.post(f"{path}/runs", {"as_of": "2026-09-30"}), client.delete(path, headers={"if-match": '"1"'}),
    ]  # fmt: skip

    assert {(answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) for answer in answers} == {
        (404, "review-cycle-not-found")
    }


def test_the_table_of_periods_says_when_each_opens_and_is_due(installation: InstallationUnderTest) -> None:
    cycle = make_cycle(
        installation, fiscal_year_start_month=10, opens_days_before_end=7, due_days_after_end=21, time_zone="Asia/Tokyo"
    )
    client, path = installation.client("scorecards"), f"/v1/review-cycles/{cycle['id']}/periods"

    table = client.get(path, params={"from": "2025-11-25", "to": "2026-04-01"}).json()

    assert table["next"] is None
    assert table["items"] == [
        {
            "name": name, "starts_on": starts_on, "ends_on": ends_on, "opens_on": opens_on, "due_on": due_on,
            "opened_at": None,
        }
        for name, starts_on, ends_on, opens_on, due_on in (
            ("FY2026 Q1", "2025-10-01", "2025-12-31", "2025-12-24", "2026-01-21"),
            ("FY2026 Q2", "2026-01-01", "2026-03-31", "2026-03-24", "2026-04-21"),
            ("FY2026 Q3", "2026-04-01", "2026-06-30", "2026-06-23", "2026-07-21"),
        )
    ]  # fmt: skip
    assert 8 <= len(client.get(path).json()["items"]) <= 10
    assert pointers(client.get(path, params={"from": "2026-02-01", "to": "2026-01-01"})) == ["to"]
    assert pointers(client.get(path, params={"from": "1970-01-01", "to": "2026-01-01"})) == ["to"]
    assert pointers(client.get(path, params={"from": "1900-01-01", "to": "2026-01-01"})) == ["from"]
    assert pointers(client.get(path, params={"from": "soon"})) == ["from"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_the_next_run_is_at_midnight_of_the_cycles_zone(installation: InstallationUnderTest, zone: str) -> None:
    cycle = make_cycle(installation, time_zone=zone, starts_on="2031-07-01")

    opens_at = datetime.fromisoformat(cycle["next_run"]["opens_at"])

    assert (cycle["next_run"]["name"], cycle["next_run"]["opens_on"]) == ("2031 Q3", "2031-09-30")
    hour = {
        "Pacific/Kiritimati": datetime(2031, 9, 29, 10, tzinfo=UTC),
        "Pacific/Pago_Pago": datetime(2031, 9, 30, 11, tzinfo=UTC),
    }
    assert opens_at == hour[zone]
