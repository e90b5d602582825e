"""Texts that go out: without addresses, and without what no page can show."""

import pytest

from services.gateway.packs.redaction import printable, without_addresses


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to jana@provider.example today", "write to [address left out] today"),
        ("<jana.r@mail.provider.example>, (o@x.eu)", "<[address left out]>, ([address left out])"),
        ("mailto:jana@provider.example", "mailto:[address left out]"),
        ("jana@provider.example.", "[address left out]."),
        ("5 kg @ 20 °C, lot@site", "5 kg @ 20 °C, lot@site"),
        ("@" * 2000 + "a@" * 2000, "@" * 2000 + "a@" * 2000),
        ("a." * 2000 + "@", "a." * 2000 + "@"),
    ],
)
def test_addresses_are_left_out_however_they_stand(text: str, left: str) -> None:
    assert without_addresses(text) == left


def test_what_no_page_can_show_becomes_a_space() -> None:
    assert printable("a\x00b\u202ec\ud800d\x1be\nf") == "a b c d e f"
    assert printable("Lo\u0301dz\u0301") == "L\u00f3d\u017a"
