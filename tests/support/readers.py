"""The programs by which others read our files: poppler's, else installed now where that is allowed."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.support.processes import APT_INSTALL, PartMissing

INSTALL_S, READ_S = 600, 60


def text_of_pdf(path: Path) -> str:
    """Page after page, each ended by a form feed; what stands in a cell stays together."""
    command = [_poppler("pdftotext"), "-enc", "UTF-8", str(path), "-"]
    done = subprocess.run(command, capture_output=True, timeout=READ_S, check=True)
    return done.stdout.decode()


def _poppler(name: str) -> str:
    """Raises `PartMissing` where there is none and none can be installed."""
    found = shutil.which(name)
    if found is None and os.geteuid() == 0 and shutil.which("apt-get") is not None:
        subprocess.run([*APT_INSTALL, "poppler-utils"], capture_output=True, timeout=INSTALL_S, check=False)
        found = shutil.which(name)
    if found is None:
        raise PartMissing(f"There is no {name}: install poppler, with Debian's package `poppler-utils`.")
    return found
