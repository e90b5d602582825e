"""The topics that services write and read, and who must be allowed to."""

from collections.abc import Sequence

from shared.events import topic_of
from shared.messaging.bus import Grant
from shared.service import Service


def topics(services: Sequence[Service]) -> list[str]:
    """What these services write to or read: whoever comes first makes a topic."""
    return sorted({topic for service in services for topic in (topic_of(service.name), *service.handlers.topics)})


def grants(services: Sequence[Service]) -> list[Grant]:
    """What each service, as the bus's user of its name, has to be allowed: to write and check what it tells, to read
    what it subscribes to, and to commit its position as a group."""
    allowed = [Grant(s.name, "write", "topic", topic_of(s.name)) for s in services]
    allowed += [Grant(s.name, "read", "topic", topic) for s in services for topic in topics([s])]
    return sorted(allowed + [Grant(s.name, "read", "group", s.name) for s in services if s.handlers.topics])
