"""A small alliance with every kind of record in it, made from a part of the demo.

`python -m tests.support.small_alliance FOLDER` writes it into an embedded installation, by the program found first.
"""

import sys
import threading
from pathlib import Path

from services.gateway.demo.load import load
from services.gateway.demo.people import ACTOR
from services.gateway.demo.reviews import review
from services.gateway.imports.service_client import ServiceClient
from tests.gateway.test_demo import short_story, today_in
from tests.support.installation import InstallationUnderTest


def record_alliance(installation: InstallationUnderTest) -> None:
    """Returns when everything has had its effects."""
    story, upstreams = short_story(today_in(installation)), installation.product.upstreams()
    with ServiceClient(upstreams, lambda: ACTOR) as send:
        load(send, story)
        installation.wait_until_applied()
        send.wait_for(review(upstreams, ACTOR, story.today, threading.Event()))
    installation.wait_until_applied()


def embedded(folder: Path) -> InstallationUnderTest:
    """An installation in this folder, as the command line finds it there."""
    return InstallationUnderTest(f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite", folder)


if __name__ == "__main__":
    with embedded(Path(sys.argv[1])) as installation:
        record_alliance(installation)
