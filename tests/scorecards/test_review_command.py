"""`entente review run`: for cron, on the service's own database."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.__main__ import app
from services.runtime.cli.common import WRONG
from shared.errors import DomainError
from shared.ids import new_id
from tests.scorecards.breaking import refusing_a_card
from tests.scorecards.reviewing import cards_of, make_later, plant_relationships, runs_of
from tests.support.installation import InstallationUnderTest


def review(installation: InstallationUnderTest, *options: str) -> Result:
    settings = installation.product.settings
    environment = {
        "ENTENTE_DATABASE_URL": settings.database_url,
        "ENTENTE_BUS_URL": settings.bus_url,
        "ENTENTE_DATA_DIR": str(settings.data_dir),
    }
    return CliRunner().invoke(app, ["review", "run", *options], env=environment)


def runs_in(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_it_opens_what_is_missing_and_says_so(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known = plant_relationships(installation, 2)
    cycle = make_later(installation, known, name="Every quarter")

    first = review(installation, "--as-of", "2026-09-30", "--cycle", cycle["id"], "--json")
    again = review(installation, "--as-of", "2026-09-30", "--cycle", cycle["id"])

    assert first.exit_code == again.exit_code == 0
    [run] = runs_in(first)
    assert (run["name"], run["cause"], run["period"]["name"], run["created"]) == (
        "Every quarter",
        "command",
        "2026 Q3",
        4,
    )
    assert again.stdout.strip() == "Every quarter, 2026 Q3: 0 created, 4 existing, 0 failed"
    assert len(cards_of(installation, cycle)) == 4
    assert [each["id"] for each in runs_of(installation, cycle)][1] == run["id"]


def test_every_live_cycle_is_run_where_none_is_named(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    known = plant_relationships(installation, 1)
    one, other = make_later(installation, known), make_later(installation, known, cadence="yearly")

    runs = runs_in(review(installation, "--as-of", "2026-09-30", "--json"))

    assert {run["review_cycle_id"]: run["period"]["name"] for run in runs} == {
        one["id"]: "2026 Q3",
        other["id"]: "2025",
    }


def test_a_card_that_cannot_be_opened_ends_the_command_with_code_3(quiet_installation: InstallationUnderTest) -> None:
    installation = quiet_installation
    [known] = plant_relationships(installation, 1)
    cycle = make_later(installation, [known])

    with refusing_a_card(installation, known, "sponsor"):
        result = review(installation, "--as-of", "2026-09-30", "--cycle", cycle["id"])

    assert result.exit_code == WRONG
    assert f"failed: {known}, sponsor side: " in result.stdout
    assert "this one is refused" in result.stdout


def test_an_unknown_cycle_is_one_line(quiet_installation: InstallationUnderTest) -> None:
    result = review(quiet_installation, "--cycle", new_id())

    assert isinstance(result.exception, DomainError)
    assert result.exception.detail == "No such review cycle"


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "30.09.2026"])
def test_a_day_that_is_none_is_code_2(quiet_installation: InstallationUnderTest, day: str) -> None:
    assert review(quiet_installation, "--as-of", day).exit_code == 2
