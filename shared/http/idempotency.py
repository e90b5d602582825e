"""The answer to a write that carries an Idempotency-Key, kept for its retries."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from fastapi import Response

from shared.db.database import Database, Tx
from shared.errors import (
    IdempotencyKeyReused,
    InvalidField,
)
from shared.http.app_state import state_of
from shared.http.requests import JsonRequest


class Rendered(Response):
    """An answer, and what a key keeps of it where that is not its body."""

    kept: bytes | None = None


@dataclass(frozen=True)
class KeyedWrite:
    """A write that carries an Idempotency-Key: the same key and body have the same answer; only 2xx ones are kept."""

    primary_key: dict[str, str]
    body_hash: str
    now: datetime

    @classmethod
    def of(cls, request: JsonRequest) -> "KeyedWrite | None":
        key = request.headers.get("idempotency-key") if request.method == "POST" else None
        if key is None:
            return None
        if len(key) > 1 and key[0] == key[-1] == '"':  # as a structured field, which is the same key
            key = key[1:-1]
        if not 1 <= len(key) <= 200:
            raise InvalidField("Idempotency-Key", "is 1 to 200 characters long")
        route = f"{request.method} {request.url.path}"[:200]
        primary_key = {"principal_id": request.state.actor.actor_id, "route": route, "key": key}
        return cls(primary_key, hashlib.sha256(request.content).hexdigest(), state_of(request).clock())

    def keep(self, tx: Tx, response: Response) -> None:
        if response.status_code < 300:
            headers = {n: v for n, v in response.headers.items() if n in ("content-type", "etag", "location")}
            kept = response.kept if isinstance(response, Rendered) else None
            body = bytes(response.body if kept is None else kept).decode()
            tx.add_row(
                tx.table("idempotency_key"), **self.primary_key, body_hash=self.body_hash, status=response.status_code,
                headers=headers, body=body, created_at=self.now,
            )  # fmt: skip

    def answered(self, database: Database) -> Response | None:
        """What this key was answered before; `IdempotencyKeyReused` where that was for another body."""
        keys = database.metadata.tables["idempotency_key"]
        chosen = sa.select(keys).where(*(keys.c[name] == value for name, value in self.primary_key.items()))
        with database.read() as tx:
            row = tx.run(chosen).mappings().first()
        if row is None:
            return None
        if row["body_hash"] != self.body_hash:
            raise IdempotencyKeyReused()
        return Response(row["body"], row["status"], {**row["headers"], "Idempotency-Replayed": "true"})
