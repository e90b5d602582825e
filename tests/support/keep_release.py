"""Keep a release, for the next one's tests of the upgrade: its program without the UI, and data it has written.

`python -m tests.support.keep_release FOLDER`, once a release is out; FOLDER holds its `services` and `shared`. The data
is made by that program itself, and kept as its own `entente backup`.
"""

import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "data" / "release"
LEFT_OUT = {"ui", "static", "__pycache__"}


def main(program: Path) -> None:
    KEPT.mkdir(exist_ok=True)
    with tarfile.open(KEPT / "program.tar.xz", "w:xz", preset=9) as tar:
        for name in ("services", "shared"):
            tar.add(program / name, name, filter=_kept)
    environment = {**os.environ, "PYTHONPATH": f"{program}:{ROOT}"}
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "tests.support.small_alliance", f"{folder}/data"]
        os.mkdir(f"{folder}/data")
        subprocess.run(command, env=environment, cwd=folder, check=True)
        (KEPT / "data.tar.gz").unlink(missing_ok=True)
        backup = [sys.executable, "-m", "services", "backup", "--data", f"{folder}/data", str(KEPT / "data.tar.gz")]
        subprocess.run(backup, env=environment, cwd=folder, check=True)


def _kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    member.uid = member.gid = member.mtime = 0
    member.uname = member.gname = ""
    return None if LEFT_OUT & set(Path(member.name).parts) else member


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
