"""Imports through the API of a gateway elsewhere, for the command line."""

import time
from pathlib import Path
from typing import Any, BinaryIO

import httpx

from .apply import Progress

POLL_S = 0.5
_TIMEOUT = httpx.Timeout(30, read=600, write=600)
"""Generous: the gateway answers an upload when it has stored all of it."""


class CannotImport(ValueError):
    """What stops an import, in one line."""


def import_through(
    url: str, token: str, file: Path, mapping: Path, dry_run: bool, progress: Progress
) -> dict[str, Any]:
    """Upload a file, follow the job to its end and return its report; `CannotImport` where there is none."""
    try:
        with httpx.Client(base_url=url, headers={"authorization": f"Bearer {token}"}, timeout=_TIMEOUT) as client:
            with file.open("rb") as opened:
                files: dict[str, tuple[str, BinaryIO | bytes]] = {
                    "file": (file.name, opened),
                    "mapping": (mapping.name, mapping.read_bytes()),
                }
                job = _answer(client.post("/api/v1/imports", files=files, data={"dry_run": str(dry_run).lower()}))
            while job["status"] in ("queued", "running"):
                progress(job["lines_done"], job["lines_of"])
                time.sleep(POLL_S)
                job = _answer(client.get(f"/api/v1/imports/{job['id']}"))
            progress(job["lines_done"], job["lines_of"])
    except httpx.HTTPError as error:
        raise CannotImport(f"{url} does not answer: {error}") from error
    if job["status"] == "done":
        report: dict[str, Any] = job["report"]
        return report
    why = in_one_line(job["problem"]) if job["problem"] else "it was cancelled"
    raise CannotImport(f"import {job['id']} did not finish: {why}")


def _answer(response: httpx.Response) -> dict[str, Any]:
    try:
        body = response.json()
    except ValueError:
        raise CannotImport(f"{response.url} answers {response.status_code} without JSON") from None
    if not response.is_success:
        raise CannotImport(in_one_line(body))
    answer: dict[str, Any] = body
    return answer


def in_one_line(problem: dict[str, Any]) -> str:
    """A problem document with every place that it names."""
    places = [f"{place['pointer']} {place['detail']}".strip() for place in problem.get("errors", ())]
    return "; ".join([problem["detail"], *places])
