"""What is installed from the wheel is the whole product: it starts in an empty folder and serves the built UI."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from services.gateway import ui_build
from services.registry import SERVICES
from tests.support.processes import Process, free_port, wait_until

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    ui_build.build()
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment with nothing of ours but the wheel; the libraries are lent to it."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True, capture_output=True, timeout=120)
    (lent := folder / "lent").mkdir()
    for library in Path(sysconfig.get_path("purelib")).iterdir():
        if "entente" not in library.name:  # our own editable install
            (lent / library.name).symlink_to(library)
    own = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    (Path(own.stdout.strip()) / "lent.pth").write_text(f"{lent}\n")
    return folder / "bin"


def test_the_wheel_holds_what_runs_and_no_sources_of_the_ui(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert {name.split("/")[0] for name in names} == {"services", "shared", "entente-0.2.0.dist-info"}
    assert any(name.startswith("services/gateway/static/") and name.endswith("/index.html") for name in names)
    for service in SERVICES:
        assert any(name.startswith(f"services/{service}/migrations/versions/0001") for name in names)
    assert "services/scorecards/reference/catalogue.json" in names
    assert not [name for name in names if name.startswith("services/gateway/ui/") or "node_modules" in name]


def test_it_starts_in_an_empty_folder_and_serves_everything(installed: Path, tmp_path: Path) -> None:
    folder, port = tmp_path / "empty", free_port()
    folder.mkdir()
    command = ["/bin/sh", "-c", f"cd {folder} && exec {installed}/entente up --no-demo --port {port}"]
    url = f"http://127.0.0.1:{port}"

    def is_ready() -> bool:
        try:
            ready = httpx.get(f"{url}/readyz", timeout=2)
        except httpx.HTTPError:
            return False
        return ready.status_code == 200 and ready.json()["ui"] == "ready"

    process = Process(command, tmp_path / "up.log", environment={"PYTHONPATH": ""})
    try:
        wait_until(is_ready, 60, "the product of the wheel is ready", process)
        made = subprocess.run(
            [installed / "entente", "token", "create", "--name", "wheel", "--role", "admin"],
            cwd=folder, check=True, capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"},
        )  # fmt: skip
        api = httpx.Client(base_url=url, headers={"authorization": f"Bearer {made.stdout.strip()}"})
        assert "<script" in api.get("/").text
        assert api.post("/api/v1/accounts", json={"name": "Vialworks", "kind": "provider"}).status_code == 201
        assert len(api.get("/api/v1/attributes").json()["items"]) >= 30
        assert {path.name for path in folder.iterdir()} == {"data"}
    finally:
        process.stop()
