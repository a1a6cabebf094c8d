"""Marking the replies of the last day whose answers have been corrected."""

import asyncio
import datetime as dt
import logging
import weakref
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import aiohttp
import discord
from discord.ext import commands, tasks
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.wording import NOTED
from bot.chat.client import CaseBot
from bot.chat.message.page import Page
from bot.chat.retry import SERVER_ERROR
from bot.chat.screens.corrected import corrected_pages
from bot.chat.screens.feedback import language_of
from bot.editing.revision import ChangeKind, Revision
from bot.editing.updates import differs, recent_history, seen
from bot.errors import kind
from bot.i18n.catalogue import speaking
from bot.store.memory import LINK_LIFETIME
from bot.store.types import ReplyLink

POLL_SECONDS: Final = 5.0
"""Seconds between looks at whether other answers are in use."""

FIRST_RETRY: Final = dt.timedelta(minutes=1)
"""How long after a failure of Discord a reply is tried again; the pause doubles each time."""

LONGEST_RETRY: Final = dt.timedelta(hours=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Change:
    """A change of an entry that readers see."""

    since: dt.datetime
    """When it came into use, as far as that is known."""

    kind: ChangeKind | None
    before: str | None
    after: str | None


_Changes: TypeAlias = Mapping[str, Sequence[_Change]]
"""The changes of entries by their ids, oldest first."""


@final
class Corrections(commands.Cog):
    """Edits the bot's own replies, one at a time, each process those of its shards.

    Nothing is stored about which replies are marked: one that says what its answer says now is left alone.
    """

    def __init__(self, bot: CaseBot) -> None:
        self._bot: Final = bot
        self._known: Mapping[str, dt.datetime] | None = None
        """The revisions by their keys, and since when they are in use; None before the first look."""

        self._looked = discord.utils.utcnow()
        self._seen: weakref.ref[Answerer] | None = None
        self._corrected: frozenset[str] = frozenset()
        self._paused: frozenset[tuple[int | None, str]] = frozenset()
        self._pause = FIRST_RETRY
        self._retry_at: dt.datetime | None = None
        """When to try again what a failure of Discord prevented; None if nothing did."""

    @override
    async def cog_load(self) -> None:
        """Start the loop; discord.py calls this."""
        self._watch.start()

    @override
    async def cog_unload(self) -> None:
        """Stop the loop; discord.py calls this."""
        self._watch.cancel()

    @tasks.loop(seconds=POLL_SECONDS)
    async def _watch(self) -> None:
        with self._bot.supervisor.attempt("The marking of corrected replies"):
            await self.look()

    @_watch.before_loop
    async def _connected(self) -> None:
        await self._bot.wait_until_ready()

    async def look(self) -> None:
        """Bring replies up to date if other answers are in use, or corrected ones are put back, since the last look.

        What a failure of Discord prevents is tried again later.

        Raises:
            StoreError: the store cannot be used; the next look tries again.
            OSError: the history cannot be read; as above.
        """
        answerer, looked = self._bot.live.current, self._looked
        self._looked = discord.utils.utcnow()
        due = self._retry_at is not None and self._looked >= self._retry_at
        if self._seen and self._seen() is answerer and self._paused == self._paused_now() and not due:
            return
        changes = await self._read(looked)
        day = discord.utils.utcnow() - LINK_LIFETIME
        self._corrected = frozenset(
            entry
            for entry, found in changes.items()
            if any(each.kind is ChangeKind.CORRECTION and each.since >= day for each in found)
        )
        paused = self._paused_now()
        links = [link for entry in self._corrected for link in await self._bot.store.links_showing(entry)]
        failed = False
        for link in {link.question: link for link in links}.values():
            if self._bot.stopping:
                return
            failed |= not await self._correct(link, changes)
        self._seen, self._paused = weakref.ref(answerer), paused
        self._retry_at = self._looked + self._pause if failed else None
        self._pause = min(2 * self._pause, LONGEST_RETRY) if failed else FIRST_RETRY

    async def _read(self, looked: dt.datetime) -> _Changes:
        """Read the changes of the last days.

        Args:
            looked: when nothing of what is new now was there.
        """
        now = discord.utils.utcnow()
        revisions = await asyncio.to_thread(recent_history, self._bot.live.folder, now - NOTED)
        known = self._known
        came = {}
        for each in revisions:
            # What was written before, but is new here, was committed elsewhere, and came into use when it got here.
            arrived = each.when if known is None or each.when >= looked else now
            came[each.key] = (known or {}).get(each.key, arrived)
        self._known = came
        return _changes(revisions, came)

    def _paused_now(self) -> frozenset[tuple[int | None, str]]:
        """Return which of the corrected entries are stopped, and where."""
        if not self._corrected:
            return frozenset()
        places = (None, *(guild.id for guild in self._bot.guilds))
        return frozenset((place, entry) for place in places for entry in self._bot.store.stops(place)) & {
            (place, entry) for place in places for entry in self._corrected
        }

    async def _correct(self, link: ReplyLink, changes: _Changes) -> bool:
        """Bring a reply up to date, if one of its answers has been corrected since it was sent.

        Returns:
            False if another try may succeed: Discord failed, or can't be reached.
        """
        sent = discord.utils.snowflake_time(link.replies[0])
        later = [[each for each in changes.get(entry, ()) if each.since >= sent] for entry in link.entries]
        if not any(each.kind is ChangeKind.CORRECTION for found in later for each in found):
            return True
        # A correction that was taken back leaves an answer as it was sent.
        marked = any(differs(found[0].before, found[-1].after) for found in later if found)
        try:
            place = self._bot.get_channel(link.channel) or await self._bot.fetch_channel(link.channel)
            guild = None if isinstance(place, discord.abc.PrivateChannel) else place.guild
            if self._runs(guild):
                await self._update(link, guild, marked=marked)
        except (discord.DiscordException, aiohttp.ClientError, OSError) as error:
            _log.warning("A reply can't be marked as corrected: %s", kind(error))
            return isinstance(error, discord.HTTPException) and error.status < SERVER_ERROR
        return True

    def _runs(self, guild: discord.Guild | None) -> bool:
        """Return whether this process has the shard of a server; direct messages are those of the first shard."""
        own = self._bot.shard_ids
        return own is None or (guild.shard_id if guild else 0) in own

    async def _update(self, link: ReplyLink, guild: discord.Guild | None, *, marked: bool) -> None:
        here = guild.id if guild else None
        if not self._bot.store.stops(here).keys().isdisjoint(link.entries):
            # Once the answer is put back, the next look comes here again.
            return
        answerer = self._bot.questions.answerer_for(here)
        served = [entry for entry in link.entries if entry in answerer.base.entries]
        if not served:
            return

        def pages_for(messages: Sequence[discord.Message]) -> Sequence[Page]:
            # The language of a member who asked by direct message isn't stored, but the reply is in it.
            with speaking(self._bot.language_of(guild.id) if guild else language_of(messages)):
                return corrected_pages(answerer.entries(served), messages, marked=marked)

        await self._bot.reply_links.correct(self._bot, link, pages_for)


def _changes(revisions: Sequence[Revision], came: Mapping[str, dt.datetime]) -> _Changes:
    found: defaultdict[str, list[_Change]] = defaultdict(list)
    for revision in revisions:
        for change in revision.changes:
            if change.before is not None and seen(change):
                made = _Change(came[revision.key], revision.kind, change.before, change.after)
                found[change.item].append(made)
    return found


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Corrections(bot))
