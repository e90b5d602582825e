"""Print the secrets of a compose installation as an .env file: a password per service and one signing key."""

import json
import secrets

from services.registry import SERVICES
from shared.actor_tokens import new_key, public_half

for name in ("postgres", *SERVICES):
    print(f"{name.upper()}_PASSWORD={secrets.token_urlsafe(24)}")  # noqa: T201
key = new_key()
print(f"ACTOR_KEY='{json.dumps(key)}'")  # noqa: T201
print(f"ACTOR_PUBLIC_KEY='{json.dumps(public_half(key))}'")  # noqa: T201
