"""Traces: from which request something follows, carried over HTTP and the bus as W3C `traceparent`.

Every request has a trace id, which stands in its log entries and goes on with what it announces. Spans are recorded,
and OpenTelemetry loaded, only where a collector is set (ENTENTE_OTLP_URL). They say which route, task or event, never
what was in it: no body, no path, no query, no text of an error.
"""

import random
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from contextvars import Token
from typing import Literal, Protocol

from opentelemetry.context import Context, attach, create_key, detach, get_value, set_value

Kind = Literal["internal", "server", "producer", "consumer"]
Attribute = str | int

_FORM = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
# In OpenTelemetry's context stands the text and not a span: where nothing is recorded, to make a span of the text costs
# seven times as much (docs/decisions/0008).
_TRACEPARENT = create_key("traceparent")
_REQUEST_ID = create_key("request_id")
_CAUSES = create_key("causes")
_recorder: "Recorder | None" = None


class Recorder(Protocol):
    """Makes the spans that are recorded, and sends them."""

    def start(
        self, service: str, name: str, kind: Kind, parent: str, attributes: Mapping[str, Attribute]
    ) -> "Span": ...

    def close(self) -> None: ...


class Span:
    """Something that happens, under `traceparent`; without a recorder under that of what it follows from."""

    __slots__ = ("traceparent",)

    def __init__(self, traceparent: str) -> None:
        self.traceparent = traceparent

    def end(self, *, name: str | None = None, error: str | None = None, **attributes: Attribute) -> None:
        """It is over. `error` is a kind of error, as the name of its class; dots in names stand as `__` here."""


def record_with(recorder: Recorder) -> None:
    """Record from here on by this recorder."""
    global _recorder
    _recorder = recorder


def close() -> None:
    """Send what is recorded; bounded."""
    global _recorder
    recorder, _recorder = _recorder, None
    if recorder is not None:
        recorder.close()


def is_recording() -> bool:
    return _recorder is not None


def start(service: str, name: str, kind: Kind, parent: str | None = None, **attributes: Attribute) -> Span:
    """Begin something that follows from `parent`, a traceparent; from nothing where that is none."""
    known = parent if parent and _FORM.fullmatch(parent) else ""
    if _recorder is not None:
        return _recorder.start(service, name, kind, known, attributes)
    return Span(known or f"00-{random.getrandbits(128) or 1:032x}-{random.getrandbits(64) or 1:016x}-00")


@contextmanager
def span(service: str, name: str) -> Iterator[Span]:
    """The body as something of its own, which follows from what runs here, if anything."""
    began = start(service, name, "internal", here())
    token = enter(began.traceparent)
    try:
        yield began
    except BaseException as error:
        began.end(error=type(error).__name__)
        raise
    else:
        began.end()
    finally:
        leave(token)


def here() -> str:
    """The traceparent of what runs, or nothing."""
    traceparent = get_value(_TRACEPARENT)
    return traceparent if isinstance(traceparent, str) else ""


def request_id() -> str:
    """The id of the request that is answered, or nothing."""
    found = get_value(_REQUEST_ID)
    return found if isinstance(found, str) else ""


def enter(traceparent: str, request_id: str | None = None) -> Token[Context]:
    """From here on this runs, as a part of this request; `leave` takes the token back."""
    context = set_value(_TRACEPARENT, traceparent)
    return attach(context if request_id is None else set_value(_REQUEST_ID, request_id, context))


def leave(token: Token[Context]) -> None:
    detach(token)


@contextmanager
def inside(traceparent: str, request_id: str | None = None) -> Iterator[None]:
    """The body as a part of what has this traceparent, and of this request."""
    token = enter(traceparent, request_id)
    try:
        yield
    finally:
        leave(token)


@contextmanager
def caused_by(causes: Mapping[str, str]) -> Iterator[None]:
    """What the body announces under one of these keys follows from its traceparent."""
    token = attach(set_value(_CAUSES, causes))
    try:
        yield
    finally:
        detach(token)


def cause_of(key: str) -> str:
    """The traceparent that an event under this key follows from, or nothing."""
    causes = get_value(_CAUSES)
    cause = causes.get(key) if isinstance(causes, Mapping) else None
    return cause if isinstance(cause, str) and cause else here()


def add_trace_id(_: object, __: str, entry: MutableMapping[str, object]) -> MutableMapping[str, object]:
    """A log processor: the ids of what runs, in OpenTelemetry's names."""
    if traceparent := here():
        entry["trace_id"], entry["span_id"] = traceparent[3:35], traceparent[36:52]
    if request := request_id():
        entry["request_id"] = request
    return entry
