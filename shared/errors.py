"""Domain errors with stable slugs, and the RFC 9457 problem that each becomes at the edge."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

PROBLEMS = "/api/problems/"
"""Below it the gateway answers a page about each problem."""


class Located(BaseModel):
    """One wrong field: an RFC 6901 pointer into the body, or the name of a parameter or header."""

    pointer: str
    """An RFC 6901 pointer into the body, or the name of a parameter or header."""
    detail: str
    """What is wrong there."""


class Problem(BaseModel):
    """The body of every refusal (application/problem+json).

    `code` never changes and is what a program compares; `type` is the address of a page about it, and the last part of
    it is the code. `detail` says what was wrong this time, `errors` where. `request_id` finds it in the log.
    """

    model_config = ConfigDict(extra="allow")

    type: str
    """The address of a page about the refusal; its last part is the code."""
    code: str
    """Names the refusal for programs; it never changes."""
    title: str
    """What the refusal is called."""
    status: int
    """The answer's status."""
    detail: str
    """What was wrong this time, for people."""
    request_id: str = ""
    """Finds the request in the log; empty where it has none."""
    errors: list[Located] = []
    """Each wrong value; empty where it is about none."""


class DomainError(Exception):
    """A refusal that a caller can act on; ``slug`` is part of the contract and never changes."""

    slug: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"
    headers: ClassVar[dict[str, str]] = {}

    def __init__(
        self, detail: str = "", *, errors: Sequence[Located] = (), more: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail or self.title
        self.errors = list(errors)
        self.more = more or {}

    def problem(self) -> dict[str, object]:
        body: dict[str, object] = {
            "type": PROBLEMS + self.slug,
            "code": self.slug,
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            body["errors"] = [error.model_dump() for error in self.errors]
        return {**body, **self.more}


class NotSignedIn(DomainError):
    slug, status, title = "not-signed-in", 401, "Not signed in"
    headers: ClassVar[dict[str, str]] = {"WWW-Authenticate": "Bearer"}


class Forbidden(DomainError):
    slug, status, title = "forbidden", 403, "Not allowed"


class NotFound(DomainError):
    slug, status, title = "not-found", 404, "Not found"


class BadRequest(DomainError):
    slug, status, title = "bad-request", 400, "The request cannot be read"


class MethodNotAllowed(DomainError):
    slug, status, title = "method-not-allowed", 405, "This address has no such method"


class InternalError(DomainError):
    slug, status, title = "internal-error", 500, "Something went wrong on our side"

    def __init__(self) -> None:
        super().__init__("it is logged under its request_id")


class Conflict(DomainError):
    slug, status, title = "conflict", 409, "Conflict"


class ReplicaBehind(Conflict):
    """Something that the request names is newer than what one of the services knows of it: send it again."""

    slug, title = "replica-behind", "This was made a moment ago and is not known everywhere yet; try again"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class MalformedBody(DomainError):
    slug, status, title = "malformed-json", 400, "The body is not valid JSON"


class TooLarge(DomainError):
    slug, status, title = "body-too-large", 413, "The body is too large"


class StaleVersion(DomainError):
    slug, status, title = "stale-version", 412, "Somebody else changed it first"


class VersionRequired(DomainError):
    slug, status, title = "version-required", 428, "Send the version you have seen as If-Match"


class TooManyRequests(DomainError):
    slug, status, title = "too-many-requests", 429, "Too many requests"


class Unavailable(DomainError):
    slug, status, title = "unavailable", 503, "Not available just now"
    headers: ClassVar[dict[str, str]] = {"Retry-After": "1"}


class InvalidFields(DomainError):
    """A well-formed request with wrong values."""

    slug, status, title = "invalid-field", 422, "A value is not right"

    def __init__(self, errors: Sequence[Located]) -> None:
        super().__init__(errors[0].detail if len(errors) == 1 else f"{len(errors)} values are not right", errors=errors)


class InvalidField(InvalidFields):
    def __init__(self, pointer: str, detail: str) -> None:
        super().__init__([Located(pointer=pointer, detail=detail)])


class IdempotencyKeyReused(DomainError):
    slug, status, title = "idempotency-key-reused", 422, "This Idempotency-Key came with another body before"
