"""What accounts does when others announce: nothing, it is where facts begin."""

from shared.events import Handlers

handlers = Handlers()
