"""The public app: the gateway's web app, and before it what is forwarded to the services."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import anyio.to_thread
from fastapi import FastAPI

from services.gateway.demo.people import ACTOR, OWNERS, REVIEWER
from services.gateway.http.authentication import Authenticator
from services.gateway.http.errors import ServiceRefusal, service_refusal_response
from services.gateway.http.examples import EXAMPLES
from services.gateway.http.forwarding import Gateway
from services.gateway.http.openapi import merged, own_routes, public_contracts, routes_of
from services.gateway.http.replica_wait import ReplicaWait
from services.gateway.http.static_files import Ui
from services.gateway.identity.links import RatingLinks
from services.gateway.live.feed import Feed
from services.gateway.packs.download import limiter
from services.gateway.replicas import queries as replicas
from services.gateway.service import service
from services.gateway.upstream import Upstreams
from shared.clock import Clock
from shared.db.database import Database
from shared.derived.openapi import Document, openapi_of
from shared.derived.web_app import serving, web_app
from shared.settings import Settings


def open_gateway(database: Database, upstreams: Upstreams, settings: Settings, clock: Clock) -> Gateway:
    """The public ASGI app, whose lifespan sets the thread limit; `RouteWithoutRule` where a contract names none."""
    authenticator, feed = Authenticator(database, RatingLinks(upstreams), settings, clock), Feed(database)

    async def own_version(relationship_id: str) -> int:
        return await anyio.to_thread.run_sync(_relationship_version, database, relationship_id)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with serving(settings.threads):
            yield
            await feed.close()
            await upstreams.close()

    app = web_app(service, database, authenticator.authenticate, settings, clock, lifespan=lifespan)
    app.add_exception_handler(ServiceRefusal, service_refusal_response)
    contracts = public_contracts(upstreams.names)
    replica_wait = ReplicaWait(upstreams, own_version)
    app.state.max_upload_bytes = settings.max_upload_bytes
    app.state.session_cookie = authenticator.cookie
    app.state.authenticator, app.state.feed, app.state.replica_wait = authenticator, feed, replica_wait
    app.state.made_up_actors = {**OWNERS, **{each.actor_id: each.name for each in (ACTOR, REVIEWER)}}
    app.state.sends_mail, app.state.address = settings.smtp_url is not None, settings.public_url
    app.state.pack_limiter = limiter()
    document = openapi_document(upstreams.names)
    app.state.openapi_document = json.dumps(document).encode()
    app.state.problems = {each["code"]: each for each in document["x-problems"]}
    app.state.ui = ui = Ui()
    app.state.readiness = lambda: {"ui": ui.state}
    app.add_route("/{path:path}", ui.answer, methods=["GET"], include_in_schema=False)
    own = own_routes(app.routes)
    return Gateway(
        app,
        routes_of(contracts),
        own,
        authenticator,
        replica_wait,
        settings.max_body_bytes,
        settings.cors_origins.split(),
    )


def openapi_document(services: Iterable[str]) -> Document:
    """The whole public API in one document: the gateway's own routes and those of ``services``, by name."""
    return merged(public_contracts(services), openapi_of(service), EXAMPLES)


def _relationship_version(database: Database, relationship_id: str) -> int:
    with database.read() as tx:
        return replicas.relationship_version(tx, relationship_id)
