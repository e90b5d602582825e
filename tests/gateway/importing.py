"""A file of deliveries with its mapping, and an import of it followed to its end."""

import time
from typing import Any

import httpx

from shared.ids import new_id
from tests.support.installation import ApiClient

MAPPING = """
[sponsor]
name = {{ constant = "Us {run}" }}
external_system = "erp"
external_id = {{ constant = "us {run}" }}
[provider]
name = {{ column = "Vendor" }}
external_system = "erp"
external_id = {{ column = "Vendor" }}
[relationship]
visibility = "{visibility}"
[delivery]
key = "Shipment"
promised_on = {{ column = "Promised", formats = ["%Y-%m-%d"] }}
delivered_on = {{ column = "Delivered", formats = ["%Y-%m-%d"] }}
"""
HEADER = "Shipment,Vendor,Promised,Delivered"


class Track:
    """A file of its own installation of accounts, so that tests do not find each other's."""

    def __init__(self, visibility: str = "open") -> None:
        self.run = new_id()
        self.mapping = MAPPING.format(run=self.run, visibility=visibility)
        self.vendor = f"Acme {self.run}"

    def row(self, key: str, delivered: str = "2024-01-09") -> str:
        return f"{key},{self.vendor},2024-01-10,{delivered}"

    def file(self, *lines: str) -> bytes:
        return "\n".join((HEADER, *lines)).encode()


def post(api: ApiClient, file: bytes, mapping: str | bytes, **more: Any) -> httpx.Response:
    headers = more.pop("headers", None)
    files = {"file": ("track.csv", file), "mapping": ("track.toml", mapping)}
    return api.request("POST", "/api/v1/imports", files=files, data=more, headers=headers)


def finished(api: ApiClient, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 202, answer.text
    deadline = time.monotonic() + 60
    while True:
        job: dict[str, Any] = api.get(f"/api/v1/imports/{answer.json()['id']}").json()
        if job["status"] not in ("queued", "running"):
            return job
        assert time.monotonic() < deadline, job
        time.sleep(0.05)


def report_of(api: ApiClient, file: bytes, mapping: str | bytes, **more: Any) -> dict[str, Any]:
    job = finished(api, post(api, file, mapping, **more))
    assert job["status"] == "done", job["problem"]
    report: dict[str, Any] = job["report"]
    return report


def relationships(api: ApiClient, track: Track) -> list[dict[str, Any]]:
    found = api.get("/api/v1/accounts", params={"external_id": f"us {track.run}"}).json()["items"]
    if not found:
        return []
    listed: list[dict[str, Any]] = api.get("/api/v1/relationships", params={"sponsor_id": found[0]["id"]}).json()[
        "items"
    ]
    return listed


def deliveries(api: ApiClient, relationship: dict[str, Any]) -> list[dict[str, Any]]:
    answer = api.get("/api/v1/deliveries", params={"relationship_id": relationship["id"]})
    listed: list[dict[str, Any]] = answer.json()["items"]
    return listed
