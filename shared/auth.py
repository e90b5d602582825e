"""Who acts, what a route allows, and which rows a reader may see."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, cast

import sqlalchemy as sa
from typing_extensions import TypeAliasType

from shared.errors import Forbidden

Role = TypeAliasType("Role", Literal["viewer", "reviewer", "manager", "admin"])
Side = TypeAliasType("Side", Literal["sponsor", "provider"])
ActorKind = Literal["person", "client", "link"]
ROLES: tuple[Role, ...] = ("viewer", "reviewer", "manager", "admin")
SIDES: tuple[Side, ...] = ("sponsor", "provider")


@dataclass(frozen=True)
class Actor:
    """A person, a client with a token, or a contact with a link to one thing, on whose behalf a request is made.

    ``is_reauthenticated``: the gateway has just asked for the password again, for this one request.
    """

    actor_id: str
    name: str
    role: Role
    side: Side
    kind: ActorKind
    link_id: str | None = None
    is_reauthenticated: bool = False

    @property
    def is_admin(self) -> bool:
        return self.role == "admin" and self.side == "sponsor"


@dataclass(frozen=True)
class Rule:
    """What a route asks of its actor before anything of the request is read (docs/design/contract.md, Who)."""

    name: str
    roles: frozenset[Role] | None
    sides: frozenset[Side] = frozenset(SIDES)
    admits_links: bool = False

    def check(self, actor: Actor) -> None:
        if actor.kind == "link" and not self.admits_links:
            raise Forbidden("a link opens one thing, and not this")
        if self.roles is None or actor.role not in self.roles or actor.side not in self.sides:
            raise Forbidden(f"a {actor.role} of the {actor.side} side may not do this")


PUBLIC = Rule("public", None)
READ = Rule("read", frozenset(ROLES))
READ_OURS = Rule("read-ours", frozenset(ROLES), frozenset(("sponsor",)))
"""The provider side sees its own cards, and no review cycles (docs/design/contract.md, Who)."""
RATE = Rule("rate", frozenset(ROLES), admits_links=True)
"""Whatever an answerer of a scorecard may call; the use case decides for whom."""
WRITE = Rule("write", frozenset(("manager", "admin")), frozenset(("sponsor",)))
ADMIN = Rule("admin", frozenset(("admin",)), frozenset(("sponsor",)))


def readable(
    actor: Actor, key: sa.ColumnElement[str], is_restricted: sa.ColumnElement[bool], team: sa.Table
) -> sa.ColumnElement[bool]:
    """The one list filter: rows whose guarded resource this actor may read.

    ``team`` has one row per (resource, actor) with the resource's id in its first column and ``actor_id``. Admins read
    everything; people of the provider side only what they are on the team of; others what is open or theirs.
    """
    if actor.is_admin:
        return sa.true()
    resource = next(iter(team.primary_key.columns))
    on_team = sa.exists().where(resource == key, team.c.actor_id == actor.actor_id).correlate_except(team)
    return on_team if actor.side == "provider" else sa.or_(sa.not_(is_restricted), on_team)


def any_actor(is_admin: bool, side: Side) -> Actor:
    """Any actor of these rights, for a statement that is built once; its parameter `of_actor` gives the id."""
    actor_id = cast(str, sa.bindparam("of_actor"))  # it stands in SQL alone, where an id would
    return Actor(actor_id, "", "admin" if is_admin else "viewer", side, "person")


def reads(actor: Actor, is_restricted: bool, team: Collection[str]) -> bool:
    """The rule of `readable` for one row at hand."""
    return actor.is_admin or actor.actor_id in team or (actor.side != "provider" and not is_restricted)
