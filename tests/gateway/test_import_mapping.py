"""A mapping file is checked whole, and each wrong key is named."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from services.gateway.imports.fields import (
    CauseField,
    DateField,
    FlagField,
    NumberField,
    RegionField,
    SizeField,
    TextField,
)
from services.gateway.imports.mapping import (
    DeliveryFields,
    FileFormat,
    InvalidMapping,
    Mapping,
    Provider,
    RelationshipDefaults,
    Sponsor,
    parse_mapping,
)

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = DOCS / "imports.md"
SCMS = DOCS / "examples" / "scms.mapping.toml"

SMALLEST = """
[sponsor]
name = { constant = "Us" }
external_system = "erp"
external_id = { constant = "1" }
[provider]
name = { column = "Vendor" }
external_system = "erp"
external_id = { column = "Vendor No" }
[delivery]
key = "Shipment"
promised_on = { column = "Promised", formats = ["%Y-%m-%d"] }
"""


def faults(document: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMapping) as refused:
        parse_mapping(document)
    assert refused.value.status == 422
    return [(error.pointer, error.detail) for error in refused.value.errors]


def test_an_empty_mapping_is_refused_with_every_missing_part() -> None:
    assert faults("") == [("/sponsor", "is missing"), ("/provider", "is missing"), ("/delivery", "is missing")]


def test_a_mapping_that_names_no_column_is_refused_where_it_should_have_named_them() -> None:
    document = SMALLEST.replace('key = "Shipment"', "key = []").replace('column = "Vendor No"', "")
    document = document.replace('{ column = "Promised", formats = ["%Y-%m-%d"] }', '{ column = "" }')

    assert [pointer for pointer, _ in faults(document)] == [
        "/provider/external_id",
        "/delivery/key",
        "/delivery/promised_on/column",
    ]


@pytest.mark.parametrize(
    ("line", "pointer", "detail"),
    [
        ("surprise = 1", "/delivery/surprise", "is not a key of a mapping"),
        ("quantity = {}", "/delivery/quantity", "names neither a column nor a constant"),
        ('quantity = { column = "Q", unit = "kg" }', "/delivery/quantity/unit", "is not a key of a mapping"),
        ("quantity = { constant = -1 }", "/delivery/quantity/constant", "is below 0"),
        ("quantity = { constant = nan }", "/delivery/quantity/constant", "finite number"),
        ("weight = { constant = 0 }", "/delivery/weight", "not above 0 and at most 3"),
        ("weight = { constant = 3.1 }", "/delivery/weight", "not above 0 and at most 3"),
        ("weight = { constant = 0.1234567 }", "/delivery/weight/constant", "has over 6 decimals"),
        ("accepted = { constant = 1 }", "/delivery/accepted/constant", "neither true nor false"),
        ('accepted = { column = "QC" }', "/delivery/accepted", "its words for yes and for no"),
        (
            'accepted = { column = "QC", true = ["Yes"], false = ["yes"] }',
            "/delivery/accepted",
            "'yes' for yes and for no",
        ),
        ('delivered_on = { column = "D" }', "/delivery/delivered_on", "no formats"),
        (
            'delivered_on = { column = "D", formats = ["%d.%m."] }',
            "/delivery/delivered_on/formats/0",
            "does not name a day",
        ),
        (
            'delivered_on = { column = "D", formats = ["%Q"] }',
            "/delivery/delivered_on/formats/0",
            "does not name a day",
        ),
        (
            'delivered_on = { column = "D", formats = ["%d-%b-%y"], months = { Sept = "Septembre" } }',
            "/delivery/delivered_on/months/Sept",
            "not an English month",
        ),
        (
            'delivered_on = { column = "D", formats = ["%d-%b-%y"], lines = "sum" }',
            "/delivery/delivered_on/lines",
            '"earliest"',
        ),
        ("delivered_on = { constant = 1969-12-31 }", "/delivery/delivered_on", "before 1970"),
        ('[file]\nencoding = "utf-32"', "/file/encoding", "extends ASCII"),
        ('[file]\nencoding = "klingon"', "/file/encoding", "extends ASCII"),
        ('[file]\ndelimiter = "ab"', "/file/delimiter", '","'),
        ('[relationship]\nvisibility = "hidden"', "/relationship/visibility", '"open" or "restricted"'),
    ],
)
def test_one_wrong_key_of_a_mapping_is_one_located_error(line: str, pointer: str, detail: str) -> None:
    [(found, message)] = faults(SMALLEST + line)

    assert found == pointer
    assert detail in message


def test_a_name_that_is_too_long_or_broken_over_lines_is_refused() -> None:
    [(long, _)] = faults(SMALLEST.replace('"Us"', f'"{"U" * 201}"'))
    [(broken, detail)] = faults(SMALLEST.replace('"Us"', r'"U\ns"'))

    assert long == broken == "/sponsor/name/constant"
    assert "control character" in detail


def test_a_mapping_that_is_no_toml_or_no_text_is_refused_as_a_whole() -> None:
    [(broken, detail)] = faults("[sponsor")
    [(binary, _)] = faults(b"\xff\xfe")

    assert broken == binary == ""
    assert "line 1" in detail or "end of document" in detail


def test_the_smallest_mapping_stands_for_accepted_deliveries_of_weight_one() -> None:
    mapping = parse_mapping(SMALLEST)

    assert (mapping.sponsor.kind, mapping.provider.kind, mapping.relationship.visibility) == (
        "sponsor",
        "provider",
        "open",
    )
    assert mapping.delivery.accepted.constant is True
    assert mapping.delivery.weight.constant == 1
    assert mapping.delivery.delivered_on is None
    assert list(mapping.columns()) == [
        ("/delivery/key/0", "Shipment"),
        ("/provider/name/column", "Vendor"),
        ("/provider/external_id/column", "Vendor No"),
        ("/delivery/promised_on/column", "Promised"),
    ]


def test_the_mapping_of_the_scms_file_names_the_columns_that_its_readme_names() -> None:
    mapping = parse_mapping(SCMS.read_bytes())

    assert mapping.delivery.key == ("ASN/DN #",)
    assert (mapping.delivery.promised_on.column, mapping.delivery.promised_on.lines) == (
        "Scheduled Delivery Date",
        "earliest",
    )
    assert mapping.delivery.delivered_on is not None
    assert (mapping.delivery.delivered_on.column, mapping.delivery.delivered_on.lines) == (
        "Delivered to Client Date",
        "latest",
    )


def test_the_guide_explains_every_key_of_every_part() -> None:
    explained = set(re.findall(r"^\| `([a-z_]+)`", GUIDE.read_text(), re.MULTILINE))
    kinds = (TextField, SizeField, RegionField, CauseField, DateField, FlagField, NumberField)
    parts = (FileFormat, Sponsor, Provider, RelationshipDefaults, DeliveryFields)

    keys = {key for model in (Mapping, *parts, *kinds) for key in model.model_fields}

    assert keys - explained == set()
    assert explained - keys == {"first", "earliest", "latest", "sum", "same"}


def test_a_date_is_read_by_the_first_format_that_fits_and_by_the_declared_months() -> None:
    field = DateField(column="D", formats=("%d-%b-%y", "%Y-%m-%d"), months={"Sept": "Sep", "MAI": "May"})

    read = {text: field.show(field.parse(text)) for text in ("02-Sept-06", "2-Jun-06", "2006-06-02", "05-mai-70")}

    assert read == {
        "02-Sept-06": "2006-09-02",
        "2-Jun-06": "2006-06-02",
        "2006-06-02": "2006-06-02",
        "05-mai-70": "1970-05-05",
    }


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31-Feb-06", "is no day written as %d-%b-%y"),
        ("02-Sept-06", "is no day written as %d-%b-%y"),
        ("Pre-PQ Process", "is no day written as %d-%b-%y"),
        ("31-Dec-69", "is a day before 1970"),
    ],
)
def test_a_day_that_is_impossible_unknown_or_before_1970_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        DateField(column="D", formats=("%d-%b-%y",)).parse(text)


def test_a_number_of_a_file_is_exact_to_the_millionth() -> None:
    field = NumberField(column="N")

    assert [field.show(field.parse(text)) for text in ("0.1", "19", "999999999999.000001")] == [
        "0.1",
        "19",
        "999999999999.000001",
    ]
    assert NumberField(constant=Decimal("0.1")).stored_constant == field.parse("0.1")


@pytest.mark.parametrize("text", ["-1", "1e5", "NaN", "1,,5", "1_000", "0.1234567", "1234567890123", "١", "1."])
def test_a_cell_that_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        NumberField(column="N").parse(text)


def test_a_flag_is_read_in_its_words_whatever_their_case() -> None:
    field = FlagField(column="QC", yes=("Released",), no=("Rejected", "hold"))

    assert [field.show(field.parse(text)) for text in ("RELEASED", "Hold")] == ["yes", "no"]
    with pytest.raises(ValueError, match="is none of released, rejected, hold"):
        field.parse("maybe")


@pytest.mark.parametrize("text", ["a\x00b", "a\nb", "a" * 201])
def test_a_cell_that_is_no_valid_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"control character|longer than 200"):
        TextField(column="V").parse(text)


@pytest.mark.parametrize(
    ("line", "pointer", "detail"),
    [
        ('[file]\ndecimal = ","\nthousands = ","', "/file", "same sign"),
        ("[file]\nheader_line = 3\nskip_lines = 3", "/file", "header_line"),
        ("[file]\nheader_line = 0", "/file/header_line", "is below 1"),
        ('[file]\nquotes = "none"', "/file/quotes", '"marks" or "text"'),
        ('accepted = { column = "QC", true = ["a"], yes = ["a"], no = ["b"] }', "/delivery/accepted", "the same key"),
        ("in_full_from = 1", "/delivery", "needs both"),
        ('cancelled_on = { column = "C", formats = ["iso"] }', "/delivery", "needs a reason"),
        ('late_cause = { column = "C", words = { us = "them" } }', "/delivery/late_cause/words/us", '"sponsor"'),
    ],
)
def test_settings_that_contradict_each_other_are_refused(line: str, pointer: str, detail: str) -> None:
    [(found, message)] = faults(SMALLEST + line)

    assert found == pointer
    assert detail in message


def test_a_flag_in_the_old_spelling_is_the_same_mapping() -> None:
    old = parse_mapping(SMALLEST + 'accepted = { column = "QC", true = ["ok"], false = ["bad"] }')
    new = parse_mapping(SMALLEST + 'accepted = { column = "QC", yes = ["ok"], no = ["bad"] }')

    assert old == new


def test_renames_are_accepted_above_the_first_part_or_among_the_settings_of_the_file() -> None:
    assert parse_mapping("accept_renames = true\n" + SMALLEST).accept_renames
    assert parse_mapping(SMALLEST + "[file]\naccept_renames = true").accept_renames
    assert faults(SMALLEST + "[file]\naccept_renames = 1")[0][0] == "/accept_renames"


def test_a_delimiter_in_the_old_spelling_is_the_same_mapping() -> None:
    old, new = (parse_mapping(f"{SMALLEST}[file]\ndelimiter = {each}") for each in (r'"\t"', '"tab"'))

    assert old == new


def test_constants_keep_their_stored_form() -> None:
    assert DateField(constant=date(1970, 1, 1)).stored_constant == date(1970, 1, 1).toordinal()
    assert FlagField(constant=False).stored_constant == 0
