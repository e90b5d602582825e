"""A small alliance with every kind of record in it, told from a part of the demo.

`python -m tests.support.told FOLDER` tells it in an embedded installation, by whatever program is found first.
"""

import sys
import threading
from pathlib import Path

from services.gateway import demo
from services.gateway.demo.reviewing import review
from services.gateway.imports.runner import Caller
from tests.gateway.test_demo import short_story, today_in
from tests.support.house import HouseUnderTest


def tell(house: HouseUnderTest) -> None:
    """Returns when everything has had its effects."""
    told, upstreams = short_story(today_in(house)), house.house.upstreams()
    with Caller(upstreams, lambda: demo.ACTOR) as send:
        demo.load(send, told)
        house.settle()
        send.wait_for(review(upstreams, demo.ACTOR, told.today, threading.Event()))
    house.settle()


def embedded(folder: Path) -> HouseUnderTest:
    """An installation in this folder, as the command line finds it there."""
    return HouseUnderTest(f"sqlite:///{folder}/{{service}}.sqlite", f"sqlite:///{folder}/events.sqlite", folder)


if __name__ == "__main__":
    with embedded(Path(sys.argv[1])) as house:
        tell(house)
