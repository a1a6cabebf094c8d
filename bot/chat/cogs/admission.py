"""Admission: whether a member may ask here and now, checked before every command and every question."""

from typing import Final, final

from discord.ext import commands
from typing_extensions import override

from bot.chat import rate_limit
from bot.chat.client import AdmissionRefused, CaseBot
from bot.chat.cogs.command import Context
from bot.chat.rate_limit import SlidingWindow
from bot.i18n.catalogue import N_, _

HINT_SECONDS: Final = 20.0
"""Seconds between hints to a member who asks too fast."""

ELSEWHERE_SECONDS: Final = 300.0
"""Seconds between hints to a member in a channel that the bot answers elsewhere."""

MAX_NAMED: Final = 5
"""The most channels that such a hint names."""

SLOWLY: Final = N_("Slow down a little, please, and ask me again in a few seconds.")


@final
class Admission(commands.Cog):
    """Refuses commands and questions that come too fast or in the wrong channel, even moderators'; clicks pass."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot = bot
        self._members = SlidingWindow(*rate_limit.MEMBER_LIMIT)
        self._channels = SlidingWindow(*rate_limit.CHANNEL_LIMIT)
        self._slowed = SlidingWindow(1, HINT_SECONDS)
        self._sent_on = SlidingWindow(1, ELSEWHERE_SECONDS)

    @override
    async def bot_check_once(self, ctx: Context) -> bool:  # type: ignore[override] # the context is always this bot's
        """Admit a command or a question.

        Raises:
            AdmissionRefused: it is not admitted.
        """
        member, channel = ctx.author.id, ctx.channel.id
        if self._bot.paused_in(ctx.guild.id if ctx.guild else None, ctx.channel):
            raise AdmissionRefused(None)
        settings = self._bot.store.settings(ctx.guild.id if ctx.guild else None)
        if settings.channels and not {channel, getattr(ctx.channel, "parent_id", None)} & settings.channels:
            told = ctx.interaction or self._sent_on.take((member, channel))
            raise AdmissionRefused(_where(settings.channels) if told else None)
        if not (self._members.free(member) and self._channels.free(channel)):
            told = ctx.interaction or self._slowed.take(member)
            raise AdmissionRefused(_(SLOWLY) if told else None)
        self._members.take(member)
        self._channels.take(channel)
        return True


def _where(channels: frozenset[int]) -> str:
    named = ", ".join(f"<#{channel}>" for channel in sorted(channels)[:MAX_NAMED])
    if len(channels) > MAX_NAMED:
        return _(
            "I don't answer in this channel. Please ask me in {channels} or one of the others I answer in."
        ).format(channels=named)
    return _("I don't answer in this channel. Please ask me in {channels}.").format(channels=named)


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Admission(bot))
