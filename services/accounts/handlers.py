"""What accounts does when others announce: nothing, it is where facts begin."""

from shared.messaging.handlers import Handlers

handlers: Handlers[None] = Handlers(begin_batch=lambda: None)
