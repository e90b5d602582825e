"""What a web app carries, with its types: `request.app.state` has none of its own."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from fastapi import Request

from shared.auth import Actor
from shared.clock import Clock
from shared.db.database import Database

Authenticate = Callable[[Request], Awaitable[Actor]]


class AppState(Protocol):
    """Set once, where the app is made (`shared/derived/web_app.py`)."""

    database: Database
    authenticate: Authenticate
    clock: Clock
    max_body_bytes: int


def state_of(request: Request) -> AppState:
    state: AppState = request.app.state
    return state
