"""What is served to browsers: the internal UI once it is built, a plain page until then, and the API's description."""

import secrets
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Literal, NamedTuple

import swagger_ui_bundle
from fastapi import Request, Response

from services.gateway import ui_build
from shared.derived.contracts import FOLDER as CONTRACTS
from shared.errors import NotFound

FOLDER = Path(__file__).parent / "html"
VIEWER = Path(swagger_ui_bundle.swagger_ui_path)
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
SCRIPT = "text/javascript; charset=utf-8"
ASSETS = {
    "swagger-ui.css": (VIEWER, CSS),
    "swagger-ui-bundle.js": (VIEWER, SCRIPT),
    "start.js": (FOLDER, SCRIPT),
    "home.css": (FOLDER, CSS),
}
TYPES = {
    ".css": CSS,
    ".html": HTML,
    ".js": SCRIPT,
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{nonce}; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NONCE = b"__NONCE__"
"""Stands in the UI's index.html; its style sheets made at run time carry the nonce of the page (`getStyleNonce`)."""

HASHED = "/assets/"
ENCODINGS = (("br", ".br"), ("gzip", ".gz"))

State = Literal["building", "ready", "absent"]


def page(name: str) -> Response:
    policy = {"Content-Security-Policy": POLICY.format(nonce="")}
    return Response(_bytes(FOLDER, name), headers=policy, media_type=HTML)


def asset(name: str) -> Response:
    if name not in ASSETS:
        raise NotFound("there is no such file")
    folder, media_type = ASSETS[name]
    return Response(_bytes(folder, name), headers={"Cache-Control": "max-age=3600"}, media_type=media_type)


def asyncapi_document() -> bytes:
    return _bytes(CONTRACTS, "events.asyncapi.json")


def problem_page(code: str, problems: Mapping[str, Mapping[str, object]]) -> Response:
    """What a refusal of this code means; `NotFound` where none has it."""
    if code not in problems:
        raise NotFound("no refusal has this code")
    template = Template(_bytes(FOLDER, "problem.html").decode())
    known = {name: escape(str(value)) for name, value in problems[code].items()}
    policy = {"Content-Security-Policy": POLICY.format(nonce="")}
    return Response(template.substitute(known), headers=policy, media_type=HTML)


@cache
def _bytes(folder: Path, name: str) -> bytes:
    return (folder / name).read_bytes()


class _File(NamedTuple):
    body: bytes
    media_type: str
    encoded: Mapping[str, bytes]


class Ui:
    """The newest build, whole in memory (some 2 MB), so that no request reads a path that it names itself."""

    def __init__(self, static: Path = ui_build.STATIC) -> None:
        self._static = static
        self._files: dict[str, _File] = {}
        self.is_building = False
        self.load_newest()

    def load_newest(self) -> None:
        """Serve the newest finished build from now on."""
        folder = ui_build.built(self._static)
        if folder is not None:
            self._files = _files_of(folder)

    @property
    def state(self) -> State:
        if self.is_building:
            return "building"
        return "ready" if self._files else "absent"

    async def answer(self, request: Request) -> Response:
        """A file of the build, or the UI's page for every path that its router may know."""
        path = request.url.path
        file = self._files.get(path)
        if file is not None and path != "/index.html":
            return _file_response(file, request.headers.get("accept-encoding", ""), is_hashed=path.startswith(HASHED))
        if "." in path.rsplit("/", 1)[-1]:
            raise NotFound("there is no such file")
        if not self._files:
            return page("building.html" if self.is_building else "home.html")
        return self._index()

    def _index(self) -> Response:
        nonce = secrets.token_urlsafe(16)
        body = self._files["/index.html"].body.replace(NONCE, nonce.encode())
        policy = {"Content-Security-Policy": POLICY.format(nonce=f" 'nonce-{nonce}'")}
        return Response(body, headers=policy, media_type=HTML)


def _files_of(folder: Path) -> dict[str, _File]:
    paths = {"/" + path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {
        name: _File(
            path.read_bytes(),
            TYPES.get(path.suffix, "application/octet-stream"),
            {encoding: paths[name + end].read_bytes() for encoding, end in ENCODINGS if name + end in paths},
        )
        for name, path in paths.items()
        if path.suffix not in (".br", ".gz")
    }


def _file_response(file: _File, accepts: str, *, is_hashed: bool) -> Response:
    headers = {"Cache-Control": "public, max-age=31536000, immutable" if is_hashed else "no-cache"}
    accepted = {part.split(";", 1)[0].strip() for part in accepts.split(",")}
    body = file.body
    if file.encoded:
        headers["Vary"] = "Accept-Encoding"
        encoding = next((name for name in file.encoded if name in accepted), None)
        if encoding is not None:
            headers["Content-Encoding"], body = encoding, file.encoded[encoding]
    return Response(body, headers=headers, media_type=file.media_type)
