"""The cookie that carries a session's secret."""

from starlette.responses import Response

from shared.settings import Settings


class SessionCookie:
    """Under https it has the prefix `__Host-`, so that no other host of the domain can set it."""

    def __init__(self, settings: Settings) -> None:
        self.is_secure = (settings.public_url or "").lower().startswith("https://")
        self.name = "__Host-entente" if self.is_secure else "entente"
        self._start = self.name.encode() + b"="

    def secret_in(self, header: bytes) -> bytes | None:
        """The secret in a request's `Cookie` header."""
        for part in header.split(b";"):
            part = part.strip()
            if part.startswith(self._start):
                return part[len(self._start) :]
        return None

    def set(self, response: Response, secret: str, max_age_s: int) -> None:
        response.set_cookie(
            self.name, secret, max_age=max_age_s, path="/", httponly=True, samesite="lax", secure=self.is_secure
        )
