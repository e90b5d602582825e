"""Names are written, found and ordered as people write, search and order them, on both databases alike."""

import itertools
import random
import unicodedata

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.access import account_names, accounts
from services.scorecards.portfolio.tables import portfolio, portfolio_names
from shared.ids import new_id
from shared.text import folded, name_in, sort_key
from tests.support.installation import HttpClient, InstallationUnderTest

ASKED = [
    ("Äskulap Pharma", ["äskulap", "ÄSKULAP", "askulap", "a\u0308skulap", "Äskulap", "kulap  ph"]),
    ("Ärzte AG", ["ärzte", "arzte ag", "\u200bärzte", "ä\u200brzte"]),
    ("ΒΟΡΡΑΣ ΑΕ", ["βορρας", "Βορράς", "βορρας αε"]),
    ("Химфарм", ["химфарм", "ХИМФАРМ"]),
    ("Müller Pharma", ["müller", "mu\u0308ller", "ＭＵＬＬＥＲ", "muller", "Müller\u00a0\u00a0Pharma"]),
    ("Łódź Leki", ["lodz", "łódź"]),
    ("Straße & Söhne", ["strasse", "STRASSE", "sohne"]),
    ("株式会社ガスター", ["ガスター", "ｶﾞｽﾀｰ"]),
    ("Σίσυφος", ["σισυφος", "ΣΙΣΥΦΟΣ"]),
    ("50 %_Off", ["%_", "50 %"]),
]


def _account(client: HttpClient, name: str) -> str:
    answer = client.post("/v1/accounts", {"name": name, "kind": "provider"})
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


@pytest.mark.parametrize(("name", "asked"), ASKED, ids=lambda case: case if isinstance(case, str) else None)
def test_an_account_is_found_by_its_name_however_it_is_typed(
    installation: InstallationUnderTest, name: str, asked: list[str]
) -> None:
    client = installation.client("accounts")
    tag = new_id()
    account_id = client.post("/v1/accounts", {"name": name, "kind": "provider", "tags": [tag]}).json()["id"]

    for q in (name, *asked):
        found = client.get("/v1/accounts", params={"q": q, "tag": tag}).json()["items"]
        assert [item["id"] for item in found] == [account_id], q
    assert client.get("/v1/accounts", params={"q": "zzz", "tag": tag}).json()["items"] == []


def test_a_renamed_account_is_found_by_its_new_name_alone(installation: InstallationUnderTest) -> None:
    client, old, new = installation.client("accounts"), f"Älter {new_id()}", f"Jünger {new_id()}"
    account_id = _account(client, old)

    client.patch(f"/v1/accounts/{account_id}", {"name": new}, headers={"if-match": '"1"'})

    assert client.get("/v1/accounts", params={"q": old.lower()}).json()["items"] == []
    assert [item["id"] for item in client.get("/v1/accounts", params={"q": new.upper()}).json()["items"]] == [
        account_id
    ]


def test_accounts_are_listed_in_the_order_of_people_page_by_page(installation: InstallationUnderTest) -> None:
    client, tag = installation.client("accounts"), new_id()
    ordered = [
        "Ångström",
        "apex",
        "Ärzte",
        "Äskulap",
        "Muller",
        "MULLER",
        "Müller",
        "Œuvre",
        "Zeta",
        "ΒΟΡΡΑΣ",
        "Химфарм",
    ]
    for name in random.Random(7).sample(ordered, len(ordered)):
        client.post("/v1/accounts", {"name": name, "kind": "provider", "tags": [tag]})

    for limit in (1, 3, 200):
        listed, after = list[str](), None
        while True:
            asked = {"tag": tag, "limit": limit} | ({"after": after} if after else {})
            page = client.get("/v1/accounts", params=asked).json()
            listed += [item["name"] for item in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert listed == ordered


def test_the_portfolio_is_searched_and_ordered_alike(installation: InstallationUnderTest) -> None:
    client, mark = installation.client("accounts"), new_id()[-12:]
    sponsor = client.post("/v1/accounts", {"name": f"Nordwind {mark}", "kind": "sponsor"}).json()["id"]
    for name in ("Zeta", "äskulap", "Ångström", "ΒΟΡΡΑΣ ΑΕ"):
        provider = _account(client, f"{name} {mark}")
        client.post("/v1/relationships", {"sponsor_id": sponsor, "provider_id": provider})
    installation.wait_until_applied()

    rows = installation.client("scorecards").get("/v1/portfolio", params={"q": f"NORDWIND  {mark}", "sort": "name"})
    one = installation.client("scorecards").get("/v1/portfolio", params={"q": f"βορρας αε {mark}"}).json()["items"]

    assert [row["provider_name"].split()[0] for row in rows.json()["items"]] == [
        "Ångström",
        "äskulap",
        "Zeta",
        "ΒΟΡΡΑΣ",
    ]
    assert len(one) == 1


def test_what_the_release_before_wrote_is_repaired(installation: InstallationUnderTest) -> None:
    client = installation.client("accounts")
    account_id, name = _account(client, f"Before {new_id()}"), f"Überholt {new_id()}"
    sponsor = client.post("/v1/accounts", {"name": name, "kind": "sponsor"}).json()["id"]
    relationship = client.post("/v1/relationships", {"sponsor_id": sponsor, "provider_id": account_id}).json()["id"]
    installation.wait_until_applied()
    databases = installation.product.databases
    with databases["accounts"].write() as tx:
        tx.run(sa.update(accounts).where(accounts.c.account_id == account_id).values(name=name))
    with databases["scorecards"].write() as tx:
        of_it = portfolio.c.relationship_id == relationship
        tx.run(sa.update(portfolio).where(of_it).values(provider_name=name, folded="", sort_key="", derived_from=None))

    account_names.repair(databases["accounts"], installation.clock())
    portfolio_names.repair(databases["scorecards"], installation.clock())

    found = client.get("/v1/accounts", params={"q": name.lower()}).json()["items"]
    assert {item["id"] for item in found} == {account_id, sponsor}
    rows = installation.client("scorecards").get("/v1/portfolio", params={"q": name.upper()}).json()["items"]
    assert [row["relationship_id"] for row in rows] == [relationship]
    assert account_names.repair(databases["accounts"], installation.clock()) == {"repaired": 0}
    assert portfolio_names.repair(databases["scorecards"], installation.clock()) == {"repaired": 0}


REFUSED = [
    *(chr(point) for point in (*range(0x01, 0x20), *range(0x7F, 0xA0))),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
]


def test_a_name_with_a_control_or_direction_character_is_refused() -> None:
    for character in REFUSED:
        with pytest.raises(ValueError, match=f"U\\+{ord(character):04X}"):
            name_in(f"Hal{character}den")
    for wrong in ("\u200dHalden", "Halden\u200c", "Hal \u200dden", "Hal\u200d\u200dden", "\u200b", "\u00ad\u2060"):
        with pytest.raises(ValueError, match=r"U\+200|shows nothing"):
            name_in(wrong)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Halden   Labs\u00a0\u2003GmbH ", "Halden Labs GmbH"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("J. & J. (2) \u2013 \u00ab\u00e9\u00bb", "J. & J. (2) \u2013 \u00ab\u00e9\u00bb"),
    ],
)
def test_a_name_is_trimmed_and_has_one_space_between_its_words(typed: str, name: str) -> None:
    assert name_in(typed) == name


@pytest.mark.parametrize(
    ("service", "path", "body"),
    [
        ("accounts", "/v1/accounts", {"name": "Hal\u202eden", "kind": "provider"}),
        ("accounts", "/v1/accounts", {"name": "Halden", "kind": "provider", "tags": ["a\u200eb"]}),
        (
            "gateway",
            "/api/v1/users",
            {"name": "Ida\u0007", "email": "i@example.org", "password": "correct horse"},
        ),
        ("gateway", "/api/v1/tokens", {"name": "\ufeffERP"}),
        ("scorecards", "/v1/scorecard-templates", {"name": "Q\u20693", "attributes": []}),
    ],
)
def test_every_service_refuses_such_a_name_and_shows_it_escaped(
    installation: InstallationUnderTest, service: str, path: str, body: dict[str, object]
) -> None:
    client = installation.api("admin") if service == "gateway" else installation.client(service)

    answer = client.post(path, body)

    assert answer.status_code == 422
    details = [error["detail"] for error in answer.json()["errors"]]
    assert any("a character that is not seen" in detail for detail in details)
    assert not any(character in detail for detail in details for character in REFUSED)


NAMES = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(NAMES)
def test_folding_is_the_same_for_every_normal_form_and_case_and_when_repeated(name: str) -> None:
    once = folded(name)

    assert folded(once) == once
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert folded(unicodedata.normalize(form, name)) == once
    assert folded(f"  {name}\u200b ") == once


@given(st.lists(NAMES, max_size=8))
def test_a_sort_key_does_not_depend_on_the_normal_form(names: list[str]) -> None:
    for one, other in itertools.pairwise(names):
        nfd, nfc = unicodedata.normalize("NFD", one), unicodedata.normalize("NFC", one)
        assert sort_key(nfd) == sort_key(nfc)
        assert (sort_key(nfd) < sort_key(other)) == (sort_key(nfc) < sort_key(other))


def test_the_library_of_the_collation_is_there() -> None:
    assert sort_key("Äpfel") < sort_key("Zebra") < sort_key("Ωμέγα")
