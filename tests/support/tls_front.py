"""TLS before a PostgreSQL server whose build has none: answers the request for it and hands the bytes on."""

import asyncio
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_ASKS_FOR_TLS = struct.pack("!ii", 8, 80877103)  # SSLRequest of the frontend/backend protocol


@contextmanager
def tls_front(context: ssl.SSLContext, behind: int) -> Iterator[int]:
    """The port of 127.0.0.1 that speaks TLS, and only TLS, before the port `behind`."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            if await reader.readexactly(len(_ASKS_FOR_TLS)) == _ASKS_FOR_TLS:
                writer.write(b"S")
                await writer.start_tls(context)
                there, back = await asyncio.open_connection("127.0.0.1", behind)
                await asyncio.gather(_hand_on(reader, back), _hand_on(there, writer))
        writer.close()

    async def begin() -> asyncio.Server:
        return await asyncio.start_server(serve, "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _hand_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
