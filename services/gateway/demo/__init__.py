"""A made-up portfolio for the first embedded start, marked as such by the tag `demo`."""

from services.gateway.demo.cast import OWNERS, REVIEWER
from services.gateway.demo.loading import ACTOR, DemoStopped, fill, load, run
from services.gateway.demo.records import Story
from services.gateway.demo.telling import story

__all__ = ["ACTOR", "OWNERS", "REVIEWER", "DemoStopped", "Story", "fill", "load", "run", "story"]
