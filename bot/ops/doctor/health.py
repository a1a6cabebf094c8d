"""The health of a bot that is running, read from its port."""

import json
from collections.abc import Mapping
from typing import Final

import aiohttp

PATIENCE: Final = aiohttp.ClientTimeout(total=2.0)

_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 (compared, not listened on)
"""Addresses on which a bot listens everywhere, and where to reach it then."""


async def fetch_health(host: str, port: int) -> Mapping[str, str] | None:
    """Return what a running bot says of each of its parts: "ok", or a sentence about what is wrong.

    Args:
        host: the address that it listens on.
        port: its port.

    Returns:
        The parts by name; None if no bot answers there.
    """
    where = _ANY.get(host, host)
    url = f"http://[{where}]:{port}/healthz" if ":" in where else f"http://{where}:{port}/healthz"
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session, session.get(url) as response:
            said = json.loads(await response.text())
    except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
        return None
    if not isinstance(said, dict) or "ready" not in said:
        return None
    return {str(part): value for part, value in said.items() if isinstance(value, str)}
