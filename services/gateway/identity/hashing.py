"""How secrets are hashed: once for random ones, slowly for what a person types."""

import hashlib
import hmac

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

# OWASP's argon2id with 19 MiB: sixteen threads that sign in at once stay within the memory of a small machine.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def hash_of(secret: str) -> str:
    """Secrets are random and long, so one round of SHA-256 is as good as many."""
    return hashlib.sha256(secret.encode()).hexdigest()


def slow_hash_of(secret: str) -> str:
    """For what a person types, which can be guessed."""
    return _hasher.hash(secret)


def matches(secret: str, slow_hash: str) -> bool:
    try:
        return _hasher.verify(slow_hash, secret)
    except (Argon2Error, InvalidHashError):
        return False


def csrf_token(session_secret: str) -> str:
    """Derived from the cookie, which another site can send but not read."""
    return hmac.new(session_secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def needs_rehash(slow_hash: str) -> bool:
    """Whether it was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(slow_hash)
