"""What a good client does while a replica lags: it asks again when the answer says so."""

import time
from collections.abc import Callable

import httpx

TRIES = 30


def patiently(send: Callable[[], httpx.Response]) -> httpx.Response:
    """The first answer that is no `replica-behind`, or the last of half a minute: busy machines stall consumers."""
    for _ in range(TRIES - 1):
        answer = send()
        if answer.status_code != 409 or not answer.json().get("type", "").endswith("/replica-behind"):
            return answer
        time.sleep(float(answer.headers["retry-after"]))
    return send()
