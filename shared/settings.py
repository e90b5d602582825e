"""Every setting of every process: one object, read once from ENTENTE_* variables and passed down."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, create_model, field_validator, validate_email
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from shared.sentences import rule_of

IN_PROCESS = "inprocess:"


class Settings(BaseSettings):
    """Read from the environment; the descriptions are the documentation (docs/settings.md)."""

    model_config = SettingsConfigDict(env_prefix="ENTENTE_", extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address that `up` and `serve` listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port that `up` and `serve` listen on; 0 takes a free one.")
    data_dir: Path = Field(Path("data"), description="Folder of the embedded default: databases, event log, secrets.")
    demo: bool = Field(
        True, description="Fill an empty embedded installation with a made-up portfolio, marked as such."
    )
    build_ui: bool = Field(
        True, description="In a checkout, `up` builds the internal UI beside it when that is missing or not current."
    )
    database_url: str = Field(
        "sqlite:///{data_dir}/{service}.sqlite",
        description="Database of a service, `sqlite:` or `postgresql:`; `{service}` and `{data_dir}` are filled in.",
    )
    database_pool: int = Field(20, ge=1, le=200, description="PostgreSQL connections per process.")
    threads: int = Field(16, ge=1, le=200, description="Threads for requests per process; never more than the pool.")
    bus_url: str = Field(
        "sqlite:///{data_dir}/events.sqlite",
        description="Event bus: `sqlite:` (the embedded log) or `kafka://host:port[,host:port]`.",
    )
    kafka_replication: int = Field(1, ge=1, le=5, description="Replication factor of the topics that are created.")
    kafka_security: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How Kafka is spoken to: `PLAINTEXT`, `SSL`, `SASL_PLAINTEXT` or `SASL_SSL`."
    )
    kafka_ca_file: Path | None = Field(
        None, description="Authority (PEM) that must have signed the brokers' certificates; else one of the system's."
    )
    kafka_mechanism: Literal["SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN"] = Field(
        "SCRAM-SHA-512", description="How the user is proven to Kafka: `SCRAM-SHA-256`, `SCRAM-SHA-512` or `PLAIN`."
    )
    kafka_user: str | None = Field(
        None, validate_default=True, description="User at Kafka; needed with `SASL_PLAINTEXT` and `SASL_SSL`."
    )
    kafka_password: SecretStr | None = Field(
        None, validate_default=True, description="Password of that user; needed with it."
    )
    actor_key: SecretStr | None = Field(
        None, description="Private Ed25519 key (JWK) that the gateway signs actor tokens with; embedded: generated."
    )
    actor_public_key: str | None = Field(None, description="Public half (JWK) with which services verify actor tokens.")
    url: str | None = Field(None, description="Address of a running gateway, for the command line (distributed).")
    token: SecretStr | None = Field(None, description="API token that the command line uses at `ENTENTE_URL`.")
    public_url: str | None = Field(
        None, description="Address that people reach the gateway at; https: makes cookies Secure."
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server, `smtp://[user:password@]host[:port][?starttls=offered or required or never]` or "
        "`smtps:`; without one, mail waits.",
    )
    mail_from: str | None = Field(
        None,
        validate_default=True,
        description="Sender of mail, as `Entente <entente@example.org>`; needed with a mail server.",
    )
    mail_language: Literal["en", "de"] = Field("en", description="Language of mail: `en` or `de`.")
    max_body_bytes: int = Field(1_048_576, ge=1024, description="Largest JSON body accepted.")
    max_upload_bytes: int = Field(2_147_483_648, ge=1024, description="Largest import file accepted.")
    requests_per_second: int = Field(
        1000, ge=1, description="Requests a second per principal; sign-in has its own limit."
    )
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="Least level that is logged.")
    log_json: bool = Field(False, description="Log JSON lines instead of readable ones.")
    drain_s: float = Field(
        5,
        ge=0,
        le=300,
        description="On SIGTERM, `serve` answers 503 at `/readyz` for so long before it stops taking requests.",
    )
    keep_alive_s: int = Field(
        75,
        ge=6,
        le=3600,
        description="Seconds that an idle connection is kept; longer than an ingress keeps its own to here, or it "
        "answers 502 and 503 for requests that meet the close.",
    )
    cors_origins: str = Field(
        "",
        description="Origins of other web pages that may call the API with a token, separated by spaces, as "
        "`https://portal.example.org`; without one, none may.",
    )
    metrics_port: int | None = Field(
        None, ge=0, le=65535, description="Port where `work` answers `/healthz` and `/metrics`; without one, nowhere."
    )
    otlp_url: str | None = Field(
        None,
        pattern="^https?://",
        description="OpenTelemetry collector that traces are sent to (OTLP over HTTP), as `http://collector:4318`; "
        "without one, none are made.",
    )
    trace_share: float = Field(
        1, ge=0, le=1, description="Share of the traces that is recorded; the same in every process."
    )
    watchdog_s: float = Field(
        60, gt=0, description="A worker that is behind and has not moved for so long ends itself."
    )

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, url: str) -> str:
        return _of_scheme(url, "sqlite", "postgresql")

    @field_validator("bus_url")
    @classmethod
    def _is_bus(cls, url: str) -> str:
        return _of_scheme(url, "sqlite", "kafka")

    @field_validator("kafka_ca_file")
    @classmethod
    def _is_readable(cls, file: Path | None) -> Path | None:
        if file is not None and not file.is_file():
            raise PydanticCustomError("file", "is no file")
        return file

    @field_validator("kafka_user", "kafka_password")
    @classmethod
    def _is_given_with_sasl(cls, value: object, known: ValidationInfo) -> object:
        if value is None and str(known.data.get("kafka_security")).startswith("SASL"):
            raise PydanticCustomError("sasl", "is needed with ENTENTE_KAFKA_SECURITY")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, url: SecretStr | None, known: ValidationInfo) -> SecretStr | None:
        if url is None:
            return None
        if not _names_mail_server(url.get_secret_value()):
            raise PydanticCustomError("url", "is not a URL of smtp: or smtps: as docs/settings.md says")
        if known.data.get("public_url") is None:
            raise PydanticCustomError("public_url", "needs ENTENTE_PUBLIC_URL, for the links in mail")
        return url

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, sender: str | None, known: ValidationInfo) -> str | None:
        if sender is not None:
            validate_email(sender)
        elif known.data.get("smtp_url") is not None:
            raise PydanticCustomError("sender", "is needed with ENTENTE_SMTP_URL")
        return sender

    def url_of(self, service: str) -> str:
        """Where the gateway reaches a service: in this process, unless its variable says otherwise."""
        return str(getattr(self, url_name(service), IN_PROCESS))

    def database_of(self, service: str) -> str:
        return self.database_url.format(data_dir=self.data_dir, service=service)

    @property
    def bus(self) -> str:
        return self.bus_url.format(data_dir=self.data_dir)

    @property
    def needs_data_folder(self) -> bool:
        return any("{data_dir}" in url for url in (self.database_url, self.bus_url))


def url_name(service: str) -> str:
    return f"{service}_url"


def settings_with(upstreams: Sequence[str]) -> type[Settings]:
    """`Settings` with a URL for each of the services behind the gateway, read from `ENTENTE_<NAME>_URL`."""
    about = "Where the gateway reaches {}: `inprocess:` or `http:`."
    fields: dict[str, Any] = {
        url_name(name): (str, Field(IN_PROCESS, description=about.format(name))) for name in upstreams
    }
    return create_model("SettingsOfInstallation", __base__=Settings, **fields)


def _of_scheme(url: str, *schemes: str) -> str:
    try:
        filled = url.format(data_dir="data", service="accounts")
        # Several brokers stand where SQLAlchemy knows one host.
        scheme = "kafka" if filled.startswith("kafka://") else make_url(filled).get_backend_name()
    except (LookupError, ValueError, ArgumentError):
        scheme = ""
    if scheme not in schemes:
        raise PydanticCustomError("url", "is not a URL of {schemes}", {"schemes": ": or ".join(schemes) + ":"})
    return url


def _names_mail_server(url: str) -> bool:
    try:
        parts = urlsplit(url)
        options = parse_qsl(parts.query, strict_parsing=bool(parts.query))
        named = parts.hostname and parts.port != 0  # the port of a URL is read, and refused, when asked for
    except ValueError:
        return False
    allowed = {("starttls", word) for word in ("offered", "required", "never")} if parts.scheme == "smtp" else set()
    return parts.scheme in ("smtp", "smtps") and bool(named) and parts.path in ("", "/") and allowed.issuperset(options)


class BadSettings(Exception):
    """One line per bad variable, by the name that the user set."""


def read_settings(upstreams: Sequence[str] = (), **overrides: Any) -> Settings:
    """Read the environment once; raise `BadSettings` naming every bad variable at once."""
    try:
        return settings_with(upstreams)(**overrides)
    except ValidationError as error:
        lines = [f"ENTENTE_{'_'.join(map(str, e['loc'])).upper()}: {rule_of(e)}" for e in error.errors()]
        raise BadSettings("; ".join(lines)) from None


def data_folder(path: Path) -> Path:
    """The data folder, made private to its owner; raise `BadSettings` when it cannot be written."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = path / ".writable"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise BadSettings(f"data folder {path} cannot be written: {error.strerror}") from None
    return path.resolve()
