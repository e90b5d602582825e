"""What is wrong with a value, as a sentence for whoever sent it: the value, the rule and an example.

The one mapping from the error types of the validation library; none of its own words reaches a user.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import get_args

from pydantic_core import ErrorDetails
from pydantic_core.core_schema import ErrorType

from shared.errors import InvalidFields, Located

SHOWN_MOST = 60
SECRETS = frozenset({"password", "present", "new", "code", "secret", "token", "authorization", "cookie"})
"""Fields whose value no answer repeats."""
_NAMED = re.compile(r"(is|are|has|have|holds|lies|names|takes|does|must|needs|comes|was|says|cannot)\b")

_PATTERNS = {
    "^[a-z0-9-]+$": "is not a code of a refusal, as ambiguous-number",
    "^[A-Z]{2}$": "is not a country of two capital letters, as DE",
    "^[A-Z]{3}$": "is not a currency of three capital letters, as EUR",
    "^[0-9]{6}$": "is not a code of six digits, as 042137",
    "^[^\\x00]*$": "holds a NUL character",
    "^https?://[^\\s]+$": "is not an address that begins with http:// or https://, as https://example.org",
    "^[a-z][a-z0-9_]{0,79}$": "is not a key of a to z, 0 to 9 and _ with a letter first and at most 80 characters, "
    "as on_time_delivery",
    "^[a-z][a-z0-9_]{1,59}$": "is not a key of a to z, 0 to 9 and _ with a letter first and 2 to 60 characters, "
    "as on_time_delivery",
    "^[a-z][a-z0-9_]{1,39}$": "is not a key of a to z, 0 to 9 and _ with a letter first and 2 to 40 characters, "
    "as delivery",
    "^[0-9a-f-]{36}(:[a-z]{1,20})?$": "is not the id of an entry, as 01890a5d-ac96-774b-bcce-b302099a8057",
}
"""A sentence for each pattern that a request is held to; a test compares them with the contracts."""

_KINDS = {
    "string": 'is not a text, as "text"',
    "bool": "is neither true nor false",
    "int": "is not a whole number, as 3",
    "float": "is not a number, as 1.5",
    "decimal": "is not a number, as 1.5",
    "list": 'is not a list, as ["a", "b"]',
    "tuple": 'is not a list, as ["a", "b"]',
    "set": 'is not a list, as ["a", "b"]',
    "dict": 'is not an object, as {"key": "value"}',
    "mapping": 'is not an object, as {"key": "value"}',
    "model": 'is not an object, as {"key": "value"}',
    "dataclass": 'is not an object, as {"key": "value"}',
    "date": "is not a day; write it as 2026-09-30",
    "datetime": "is not a point in time; write it with its offset from UTC, as 2026-09-30T14:30:00Z",
    "timezone": "is not a point in time; write it with its offset from UTC, as 2026-09-30T14:30:00Z",
    "time": "is not a time of the day, as 14:30:00",
    "url": "is not an address, as https://example.org",
    "uuid": "is not an id, as 01890a5d-ac96-774b-bcce-b302099a8057",
}
"""By the beginning of an error type: every `<kind>_type` and `<kind>_parsing`, and their relatives."""

_OF_THE_LIBRARY = frozenset(get_args(ErrorType))
"""What other errors say is written by hand, in a validator."""

Context = Mapping[str, object]
_RULES: dict[str, Callable[[Context], str]] = {
    "greater_than": lambda context: f"is not above {context['gt']}",
    "greater_than_equal": lambda context: f"is below {context['ge']}, the least that is accepted",
    "less_than": lambda context: f"is not below {context['lt']}",
    "less_than_equal": lambda context: f"is above {context['le']}, the most that is accepted",
    "multiple_of": lambda context: f"is not a multiple of {context['multiple_of']}",
    "finite_number": lambda context: "is not a finite number, as 1.5",
    "int_parsing_size": lambda context: "is a number with too many digits",
    "int_from_float": lambda context: "is not a whole number, as 3",
    "string_too_short": lambda context: _at_least(context["min_length"], "character"),
    "string_too_long": lambda context: f"has over {_counted(context['max_length'], 'character')}, the most that fits",
    "bytes_too_short": lambda context: _at_least(context["min_length"], "byte"),
    "bytes_too_long": lambda context: f"has over {_counted(context['max_length'], 'byte')}, the most that fits",
    "too_short": lambda context: _at_least(context["min_length"], "item"),
    "too_long": lambda context: f"has over {_counted(context['max_length'], 'item')}, the most that is accepted",
    "url_too_long": lambda context: f"has over {_counted(context['max_length'], 'character')}, the most that fits",
    "string_pattern_mismatch": lambda context: _PATTERNS.get(
        str(context["pattern"]), "is not in the form that is asked for"
    ),
    "string_unicode": lambda context: "holds characters that no text can hold",
    "string_not_ascii": lambda context: "holds other characters than those of ASCII",
    "enum": lambda context: f"is not one of {_choices(context['expected'])}",
    "literal_error": lambda context: f"is not one of {_choices(context['expected'])}",
    "union_tag_invalid": lambda context: f"is not one of {_choices(context['expected_tags'])}",
    "none_required": lambda context: "is to be null or left out",
    "missing_sentinel_error": lambda context: "is to be left out",
    "date_past": lambda context: "does not lie in the past",
    "date_future": lambda context: "does not lie in the future",
    "datetime_past": lambda context: "does not lie in the past",
    "datetime_future": lambda context: "does not lie in the future",
    "decimal_whole_digits": lambda context: f"has over {_counted(context['whole_digits'], 'digit')} before the point",
}
_OTHERWISE = "is not a value that is accepted here; the API's description says which are"


def refused(errors: Sequence[ErrorDetails]) -> InvalidFields:
    """The refusal of a body (`loc` begins with its first field): one located sentence for each error."""
    return InvalidFields([Located(pointer=pointer_to(error["loc"]), detail=sentence_of(error)) for error in errors])


def pointer_to(path: Sequence[str | int]) -> str:
    """An RFC 6901 pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def sentence_of(error: ErrorDetails) -> str:
    """What is wrong in plain words. The value comes first where it is short, is no secret and is not itself at fault
    for being there."""
    kind, name = error["type"], str(error["loc"][-1]) if error["loc"] else ""
    if kind in ("missing", "missing_argument", "missing_keyword_only_argument"):
        return f"{name} is missing; it has to be sent" if name not in ("", "body") else "the body is missing"
    if kind in ("extra_forbidden", "unexpected_keyword_argument"):
        return f"{shown(name)} is not a field that is known here; leave it out"
    rule = rule_of(error)
    if _NAMED.match(rule) is None:
        return rule
    return f"{_subject(error, name)} {rule}"


def rule_of(error: ErrorDetails) -> str:
    """What is wrong, without the value."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind not in _OF_THE_LIBRARY:
        return error["msg"]
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or _OTHERWISE)
    if kind in _RULES and context.keys() >= _needed(kind):
        return _RULES[kind](context)
    if kind.startswith("decimal_max"):
        most = next((value for value in context.values() if isinstance(value, int)), 0)
        return (
            f"has over {_counted(most, 'digit' if kind.endswith('digits') else 'decimal')}, the most that is accepted"
        )
    return _KINDS.get(kind.split("_", 1)[0], _OTHERWISE)


def _needed(kind: str) -> set[str]:
    return {
        "greater_than": {"gt"}, "greater_than_equal": {"ge"}, "less_than": {"lt"}, "less_than_equal": {"le"},
    }.get(kind, set())  # fmt: skip


def _subject(error: ErrorDetails, name: str) -> str:
    value: object = error["input"]
    if SECRETS.intersection(str(part).lower() for part in error["loc"]):
        return name
    if value is None or isinstance(value, bool | int | float | str):
        return shown(value)
    return name if name not in ("", "body") else "the body"


def shown(value: object) -> str:
    """A value as JSON writes it, cut to 60 characters, with what cannot be seen or would turn the line escaped."""
    if isinstance(value, str):
        cut = value if len(value) <= SHOWN_MOST else value[: SHOWN_MOST - 1] + "…"
        return '"' + visible(cut).replace('"', '\\"') + '"'
    if isinstance(value, int) and value.bit_length() > 200:  # which Python might not write at all
        return "a number of over 60 digits"
    written = json.dumps(value, default=str)
    return written if len(written) <= SHOWN_MOST else written[: SHOWN_MOST - 1] + "…"


def visible(text: str) -> str:
    """The text with control, direction and other invisible characters as their code point, `\\u202e`."""
    return "".join(
        f"\\u{ord(each):04x}" if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") else each for each in text
    )


def to_restore(resource: str, record_id: str) -> str:
    """Where what is archived or disabled is restored by a POST: `restore` of a refusal that says so."""
    return f"/api/v1/{resource}/{record_id}/restoration"


def _at_least(least: object, what: str) -> str:
    return "is empty" if least == 1 else f"has under {_counted(least, what)}, the least that is accepted"


def _counted(count: object, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _choices(expected: object) -> str:
    """`'a', 'b' or 'c'` as the library writes it, as JSON writes texts."""
    return str(expected).replace("'", '"')
