"""The pages that need nothing but this gateway: a plain first page, and the API's description to read and to try."""

from functools import cache
from pathlib import Path

import swagger_ui_bundle
from fastapi import Response

from shared.errors import NotFound

FOLDER = Path(__file__).parent / "html"
VIEWER = Path(swagger_ui_bundle.swagger_ui_path)
ASSETS = {
    "swagger-ui.css": (VIEWER, "text/css; charset=utf-8"),
    "swagger-ui-bundle.js": (VIEWER, "text/javascript; charset=utf-8"),
    "start.js": (FOLDER, "text/javascript; charset=utf-8"),
    "home.css": (FOLDER, "text/css; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def page(name: str) -> Response:
    policy = {"Content-Security-Policy": POLICY}
    return Response(_bytes(FOLDER, name), headers=policy, media_type="text/html; charset=utf-8")


def asset(name: str) -> Response:
    if name not in ASSETS:
        raise NotFound("there is no such file")
    folder, media_type = ASSETS[name]
    return Response(_bytes(folder, name), headers={"Cache-Control": "max-age=3600"}, media_type=media_type)


@cache
def _bytes(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()
