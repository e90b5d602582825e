"""The colours and shapes of the UI (its theme.css and marks.tsx, in light), as hexadecimal RGB without a sign."""

INK, INK_2, INK_3, LINE, RAISED, PANEL = "1B1A18", "57544E", "6B6860", "E5E3DD", "F3F2EE", "FFFFFF"
BAND, BAND_LINE, SPONSOR, PROVIDER = "DFE5F8", "8EA4E6", "2F5BD3", "1B1A18"
WARN_GROUND, WARN_TEXT = "FFF6E0", "8A5200"

TIERS = ("transactional", "preferred", "strategic", "partnership")
COLOURS = {
    "transactional": "67635B",
    "preferred": "1C756C",
    "strategic": "2F5BD3",
    "partnership": "6A35B8",
    "below": "C2410C",
    "meets": "556274",
    "exceeds": "0F7B5F",
    "late": "C2410C",
    "missing": "C2410C",
    "met": "0F7B5F",
    "": INK,
}
"""Of words that mean something: each is shown by its word as well, and where it has one by its shape."""
SHAPES = {"below": "\u25bc", "meets": "\u25cf", "exceeds": "\u25b2"}
GOOD, BAD = COLOURS["exceeds"], COLOURS["below"]
