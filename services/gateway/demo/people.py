"""Made-up people of our own side: who records the demo, who owns its relationships, who reviews for its providers."""

from shared.auth import Actor

OWNERS = {
    "0198a000-0000-7000-8000-00000000d001": "Lucia Marchetti",
    "0198a000-0000-7000-8000-00000000d002": "Jonas Kessler",
    "0198a000-0000-7000-8000-00000000d003": "Asha Subramanian",
    "0198a000-0000-7000-8000-00000000d004": "Tom Redfearn",
}
"""Made-up alliance managers by actor id: they own relationships and cannot sign in."""


REVIEWER = Actor("0198a000-0000-7000-8000-00000000d005", "Ilse Brandt", "reviewer", "provider", "person")
"""Speaks for every provider in reviews; made up too."""


ACTOR = Actor("0198a000-0000-7000-8000-00000000d000", "Demo portfolio", "admin", "sponsor", "client")
"""On whose behalf the demo is recorded: made up, with no token of its own."""
