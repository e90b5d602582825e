"""What the gateway's web app carries beside what every service's does."""

from typing import Protocol

from anyio import CapacityLimiter
from fastapi import Request

from services.gateway.http.authentication import Authenticator
from services.gateway.http.replica_wait import ReplicaWait
from services.gateway.identity.sessions import SignInState


class GatewayState(SignInState, Protocol):
    """Set once, where the gateway is opened (`services/gateway/app.py`)."""

    authenticator: Authenticator
    replica_wait: ReplicaWait
    made_up_actors: dict[str, str]
    sends_mail: bool
    address: str | None
    max_upload_bytes: int
    pack_limiter: CapacityLimiter
    openapi_document: bytes
    problems: dict[str, dict[str, object]]


def state_of(request: Request) -> GatewayState:
    state: GatewayState = request.app.state
    return state
