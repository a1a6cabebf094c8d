"""The first hour in a server: the person who added the bot is told once, privately, what to know."""

import logging
from typing import Final, final

import discord
from discord.ext import commands

from bot.chat.client import CaseBot
from bot.chat.screens.welcome import welcome_pages
from bot.errors import kind
from bot.i18n.catalogue import speaking
from bot.moderation.server_settings import mark_welcomed

RECENT_ENTRIES: Final = 10
"""How many of the audit log's entries about added bots to look at, newest first."""

_log = logging.getLogger(__name__)


@final
class Welcome(commands.Cog):
    """Writes to the member who has added the bot; if that fails, `/setup` tells the first manager who opens it."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Tell the member who has added the bot, if the audit log names them and they take direct messages."""
        bot = self._bot
        if bot.store.settings(guild.id).welcomed:
            return
        try:
            adder = await self._adder(guild)
            if adder is None:
                return
            base = bot.questions.answerer_for(guild.id).base
            with speaking(bot.language_of(guild.id)):
                for page in welcome_pages(base, guild, message_content=bot.intents.message_content):
                    await adder.send(view=page)
            await mark_welcomed(bot.store, guild.id)
        except Exception as error:  # noqa: BLE001 (nobody waits for the message, and `/setup` makes up for it)
            _log.info("Server %d is not welcomed by direct message: %s", guild.id, kind(error))

    async def _adder(self, guild: discord.Guild) -> discord.abc.Messageable | None:
        """Return the member who has added the bot; None if the bot may not see that, or they are a bot themselves."""
        if not guild.me.guild_permissions.view_audit_log:
            return None
        async for entry in guild.audit_logs(action=discord.AuditLogAction.bot_add, limit=RECENT_ENTRIES):
            if entry.target and entry.target.id == guild.me.id:
                return None if entry.user is None or entry.user.bot else entry.user
        return None


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Welcome(bot))
