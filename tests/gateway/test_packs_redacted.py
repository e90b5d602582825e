"""What is kept out of a pack: by the reader's rights in any, by whom it is handed to in an external one."""

from pathlib import Path
from typing import Any

import pytest

from shared.ids import new_id
from tests.gateway.packing import FORMATS, V1, Reviewed, reviewed, words_of, worked
from tests.support.installation import ApiClient, InstallationUnderTest

ALL_OF_US = {"sponsor": "manager", "provider": "partner"}


@pytest.fixture(scope="module")
def here(installation: InstallationUnderTest) -> Reviewed:
    return worked(reviewed(installation))


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]


@pytest.mark.parametrize("audience", ["internal", "external"])
@pytest.mark.parametrize(("role", "side"), [("manager", "sponsor"), ("viewer", "sponsor"), ("reviewer", "provider")])
def test_a_restricted_relationship_has_no_pack_for_outsiders(
    installation: InstallationUnderTest, role: str, side: str, audience: str
) -> None:
    hidden = reviewed(installation)
    relationship = hidden.manager.get(f"{V1}/relationships/{hidden.ids['relationship']}")
    closed = hidden.manager.patch(
        f"{V1}/relationships/{hidden.ids['relationship']}",
        {"visibility": "restricted"},
        headers={"If-Match": relationship.headers["etag"]},
    )
    assert closed.status_code == 200, closed.text
    outsider = installation.api(role, side)

    refused = hidden.ask("pdf", audience, outsider)
    hidden.ids["relationship"], known = new_id(), hidden.ids["relationship"]
    unknown = hidden.ask("pdf", audience, outsider)

    assert problem(refused) == problem(unknown) == (404, "relationship-not-found")
    assert refused.text.replace(known, "") == unknown.text.replace(hidden.ids["relationship"], "")


def test_a_visitor_who_is_not_signed_in_gets_no_pack(installation: InstallationUnderTest, here: Reviewed) -> None:
    assert here.ask("pdf", "external", installation.visitor()).status_code == 401  # type: ignore[arg-type]


def test_a_provider_side_person_off_the_team_gets_no_pack(installation: InstallationUnderTest, here: Reviewed) -> None:
    assert problem(here.ask("xlsx", "external", installation.api("reviewer", "provider"))) == (
        404,
        "relationship-not-found",
    )


@pytest.mark.parametrize("format", FORMATS)
def test_an_external_pack_has_no_internal_text(here: Reviewed, format: str, tmp_path: Path) -> None:
    words = here.words(format, tmp_path, "external")

    assert [what for what, secret in here.secrets.items() if secret in words] == []
    assert "jana@" not in words
    assert "provider.example" not in words
    assert "7,654,321" not in words
    assert "Internal" not in words
    assert "Send the stability data to [address left out]" in words
    assert "Zażółć transfer" in words
    # Once, among the counts of the period's facts.
    assert words.count("Technology scouting") == 1


@pytest.mark.parametrize("format", FORMATS)
def test_a_note_is_in_no_pack_not_even_its_authors(here: Reviewed, format: str, tmp_path: Path) -> None:
    words = here.words(format, tmp_path, "internal")

    for what in ("a private note", "an open note"):
        assert here.secrets[what] not in words
    for what in (
        "a planned engagement",
        "a step of it",
        "what was said in a review",
        "an action of our own",
        "an action of nobody",
        "an issue",
        "whom else was looked at",
    ):
        assert here.secrets[what] in words, what
    assert "7,654,321" in words


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_another_persons_private_note_is_in_no_pack(here: Reviewed, role: str, tmp_path: Path) -> None:
    other = here.installation.api(role)
    content = here.pack("xlsx", "internal", other)

    assert here.secrets["a private note"] not in words_of("xlsx", content, tmp_path)
    assert "Interactions" in words_of("xlsx", content, tmp_path)


@pytest.mark.parametrize("audience", ["internal", "external"])
def test_other_relationships_of_both_accounts_are_in_no_pack(here: Reviewed, audience: str, tmp_path: Path) -> None:
    third = here.post("accounts", {"name": here.secret("another provider"), "kind": "provider"})["id"]
    here.post("relationships", {"sponsor_id": here.ids["sponsor"], "provider_id": third})
    here.installation.wait_until_applied()

    words = here.words("xlsx", tmp_path, audience)

    assert here.secrets["another provider"] not in words


def blind_cards(installation: InstallationUnderTest) -> tuple[Reviewed, dict[str, str], str]:
    """The sponsor's card is signed, the provider's still a draft; and the comment that nobody else may read."""
    blind = reviewed(installation)
    cards = blind.open_cards()
    comment = blind.secret("a comment on a blind card")
    blind.submit(cards["sponsor"], "sponsor", {"communication": "below"}, comment)
    assert blind.sign(cards["sponsor"], "sponsor") == "signed"
    return blind, cards, comment


@pytest.mark.parametrize("format", FORMATS)
def test_a_card_is_read_by_its_own_side_alone_until_the_reveal(
    installation: InstallationUnderTest, format: str, tmp_path: Path
) -> None:
    blind, _, comment = blind_cards(installation)

    readers: dict[str, ApiClient] = {"partner": blind.partner, "manager": blind.manager}
    said = {name: blind.words(format, tmp_path, "internal", by) for name, by in readers.items()}
    external = [blind.words(format, tmp_path, "external", by) for by in readers.values()]

    assert comment in said["manager"]
    assert comment not in said["partner"]
    assert "Communication and transparency" not in said["partner"]
    for words in external:
        assert comment not in words
        assert "signed" not in words
        assert "draft" not in words
        assert "No scorecard of a period that ends in these days is in this pack." in words


@pytest.mark.parametrize("side", ["sponsor", "provider"])
def test_a_published_card_goes_out_with_its_comments(
    installation: InstallationUnderTest, side: str, tmp_path: Path
) -> None:
    blind, cards, comment = blind_cards(installation)
    blind.submit(cards["provider"], "provider", {"communication": "exceeds"})

    assert "Sponsor's card" not in blind.words("xlsx", tmp_path, "external") or comment in blind.words(
        "xlsx", tmp_path, "external"
    )
    assert blind.sign(cards["provider"], "provider") == "published"
    words = blind.words("xlsx", tmp_path, "external", getattr(blind, ALL_OF_US[side]))

    assert comment in words
    assert "Widest by question: Communication and transparency (+2.0)." in words


def test_an_external_pack_has_only_the_other_sides_actions(here: Reviewed, tmp_path: Path) -> None:
    """Read by the provider's side, the other side is the sponsor's."""
    words = here.words("xlsx", tmp_path, "external", here.partner)

    assert "Send the stability data" not in words
    assert "No action is open." in words
