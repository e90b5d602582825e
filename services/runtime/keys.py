"""The key pair of actor tokens, from the settings or made once and stored in the data folder."""

import json
import os
from pathlib import Path

from shared.actor_tokens import Jwk, new_key, parse_key, public_half
from shared.settings import BadSettings, Settings, data_folder


def actor_key(settings: Settings) -> Jwk:
    """The private key of actor tokens: the one that was set, else one made once and kept in the data folder (0600)."""
    if settings.actor_key is not None:
        return _parsed("ENTENTE_ACTOR_KEY", settings.actor_key.get_secret_value())
    path = data_folder(settings.data_dir) / "actor-key.json"
    if not path.exists():
        write_secret(path, json.dumps(new_key()))
    return _parsed(str(path), path.read_text())


def actor_public_key(settings: Settings) -> Jwk:
    if settings.actor_public_key is not None:
        return _parsed("ENTENTE_ACTOR_PUBLIC_KEY", settings.actor_public_key, is_private=False)
    return public_half(actor_key(settings))


def _parsed(name: str, text: str, *, is_private: bool = True) -> Jwk:
    try:
        return parse_key(text, is_private=is_private)
    except ValueError:
        half = "a private" if is_private else "an"
        raise BadSettings(f"{name}: is not {half} Ed25519 key as JSON Web Key") from None


def write_secret(path: Path, text: str) -> None:
    """Write a file that only its owner reads, or leave the one that another process wrote first."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        temporary.unlink()
