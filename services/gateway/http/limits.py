"""Limits of calls a second (docs/decisions/0009)."""

import time

from shared.errors import TooManyRequests


class TooBusy(TooManyRequests):
    headers = {"Retry-After": "1"}


class RateLimit:
    """Calls per principal in the running second; the next second begins at zero."""

    def __init__(self, name: str, most: int) -> None:
        self.name, self.most = name, most
        self._second = 0
        self._counts: dict[str, int] = {}

    @property
    def policy(self) -> str:
        """An item of the header RateLimit-Policy."""
        return f'"{self.name}";q={self.most};w=1'

    def count(self, principal: str) -> bytes:
        """The header RateLimit: how many calls remain in this second; `TooBusy` when none did."""
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._counts = second, {}
        count = self._counts.get(principal, 0) + 1
        self._counts[principal] = count
        if count > self.most:
            raise TooBusy()
        return f'"{self.name}";r={self.most - count};t=1'.encode()
