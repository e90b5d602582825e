"""JSON requests of bounded size and nesting."""

import re
from collections.abc import AsyncGenerator

import pydantic_core
from fastapi import Request

from shared.errors import (
    DomainError,
    MalformedBody,
    TooLarge,
)
from shared.http.app_state import state_of


class JsonRequest(Request):
    """A request of bounded size whose JSON is parsed with bounded nesting, and without NaN or invalid UTF-8."""

    content: bytes = b""
    """What an Idempotency-Key's second request is compared by: the body, where the route does not say otherwise."""

    async def stream(self) -> AsyncGenerator[bytes, None]:
        received, most = 0, state_of(self).max_body_bytes
        async for chunk in super().stream():
            received += len(chunk)
            if received > most:
                raise RefusedInside(TooLarge(f"a body has at most {most} bytes"))
            yield chunk

    async def body(self) -> bytes:
        self.content = await super().body()
        return self.content

    async def json(self) -> object:
        if not hasattr(self, "_parsed"):
            body = await self.body()
            try:
                self._parsed: object = pydantic_core.from_json(body, allow_inf_nan=False)
            except ValueError as error:
                raise RefusedInside(MalformedBody(_unreadable(str(error)))) from None
            if b"\\u0000" in body and (pointer := _nul(self._parsed, "")) is not None:
                raise RefusedInside(MalformedBody(f"{pointer or 'the body'} holds a NUL character"))
        return self._parsed


def _unreadable(error: str) -> str:
    """Where the body ceases to be JSON, in plain words."""
    at = re.search(r"line (\d+) column (\d+)", error)
    where = f"from line {at[1]}, column {at[2]} on" if at else "in UTF-8"
    why = "it is nested too deeply" if "recursion" in error else f"it cannot be read {where}"
    return f'{why}; a body is one JSON value, as {{"name": "Halden"}}'


def _nul(value: object, pointer: str) -> str | None:
    """Where a NUL character stands, which no database text can hold."""
    if isinstance(value, str):
        return pointer if "\0" in value else None
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, child in children:
        found = pointer if isinstance(name, str) and "\0" in name else _nul(child, f"{pointer}/{name}")
        if found is not None:
            return found
    return None


class RefusedInside(Exception):
    """Carries a refusal past FastAPI, which hides what it does not know of a body's faults."""

    def __init__(self, error: DomainError) -> None:
        self.error = error
