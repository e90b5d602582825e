"""Which tests `make check` runs for which change."""

import pytest

from tests.support.check import commands_for, concerned_tests

SOURCES = {
    "tests/accounts/test_creating_accounts.py": "from tests.accounts.scene import account",
    "tests/accounts/test_contacts.py": "",
    "tests/accounts/test_merges.py": "from services.accounts.contacts.queries import contacts",
    "tests/engagements/test_deliveries.py": "",
    "tests/engagements/test_timeline.py": "",
    "tests/shared/test_relay.py": "from tests.support.processes import free_port",
    "tests/shared/test_logs.py": "",
    "tests/contract/test_bus.py": "",
    "tests/unit/test_ladder.py": "from services.engagements.ladder import rungs",
}


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        ("services/accounts/accounts/usecases.py", ["tests/accounts/test_creating_accounts.py"]),
        ("services/engagements/deliveries/api.py", ["tests/engagements/test_deliveries.py"]),
        ("services/engagements/ladder.py", ["tests/unit/test_ladder.py"]),
        ("services/engagements/bulk/deliveries.py", ["tests/engagements/test_deliveries.py"]),
        ("tests/accounts/scene.py", ["tests/accounts/test_creating_accounts.py"]),
        ("tests/engagements/test_timeline.py", ["tests/engagements/test_timeline.py"]),
        ("tests/support/processes.py", ["tests/shared/test_relay.py"]),
        ("services/gateway/ui/src/main.tsx", []),
        ("docs/operate.md", []),
    ],
)
def test_a_changed_file_runs_the_tests_of_its_noun(path: str, tests: list[str]) -> None:
    assert concerned_tests([path], SOURCES) == tests


def test_a_changed_noun_runs_the_tests_that_import_it_under_another_name() -> None:
    assert concerned_tests(["services/accounts/contacts/queries.py"], SOURCES) == [
        "tests/accounts/test_contacts.py",
        "tests/accounts/test_merges.py",
    ]


@pytest.mark.parametrize("path", ["services/engagements/handlers.py", "services/engagements/unnamed/api.py"])
def test_what_no_test_names_runs_all_tests_of_its_service(path: str) -> None:
    assert concerned_tests([path], SOURCES) == [
        "tests/engagements/test_deliveries.py",
        "tests/engagements/test_timeline.py",
    ]


def test_changed_messaging_runs_the_contract_of_the_bus() -> None:
    assert concerned_tests(["shared/messaging/relay.py"], SOURCES) == [
        "tests/contract/test_bus.py",
        "tests/shared/test_logs.py",
        "tests/shared/test_relay.py",
    ]


def test_unit_and_property_tests_run_for_every_change_and_no_test_runs_twice() -> None:
    *_, pytest_command = commands_for(["docs/operate.md"], ["tests/unit/test_ladder.py", "tests/shared/test_logs.py"])

    assert pytest_command[-3:] == ["tests/unit", "tests/properties", "tests/shared/test_logs.py"]


def test_a_change_of_the_ui_alone_checks_no_python() -> None:
    programs = [str(command[0]).rpartition("/")[2] for command in commands_for(["services/gateway/ui/src/a.ts"], [])]

    assert not {"ruff", "mypy", "lint-imports", "entente"} & set(programs)
