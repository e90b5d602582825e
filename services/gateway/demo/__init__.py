"""A made-up portfolio for the first embedded start (docs: the demo), marked as such by the tag `demo`."""

from services.gateway.demo.records import Story
from services.gateway.demo.telling import story

__all__ = ["Story", "story"]
