"""What every request body and every answer shares."""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict


class Command(BaseModel):
    """A request body: unknown fields, NaN and infinity are refused."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


@dataclass(frozen=True)
class Answer:
    """What a use case returns when the status is not the route's own, as 200 for what existed already.

    ``kept`` replaces the body in what an Idempotency-Key keeps, where the body holds a secret that is shown once.
    """

    body: object
    status: int = 200
    kept: object = None
