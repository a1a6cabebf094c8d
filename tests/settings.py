"""A server's settings, for tests that begin with them."""

from bot.store.store import Store
from bot.store.types import GuildSettings


async def save_settings(store: Store, guild: int, settings: GuildSettings) -> None:
    """Save a server's settings, whatever they were."""
    await store.change_settings(guild, lambda _: settings)
