"""What moderators are told unasked: problems of the knowledge files and their fix, and once a week the digest."""

import contextlib
import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, final

from discord.ext import commands, tasks
from typing_extensions import override

from bot.chat.client import CaseBot
from bot.chat.message.page import Page
from bot.chat.screens.edit_preview import superseded_page
from bot.chat.screens.problems import problem_report
from bot.chat.screens.stop import marked_questions
from bot.chat.screens.weekly_digest import MAX_GROUPS, digest_pages
from bot.editing.revision import Revision
from bot.errors import kind
from bot.i18n.catalogue import speaking
from bot.knowledge.yaml_file import Problem
from bot.moderation.stats import ending, read_summary
from bot.moderation.unanswered import Order
from bot.store.store import StoreError

POLL_SECONDS: Final = 5.0
"""Seconds between two checks: long enough that a file saved twice is one report, short enough to be timely."""

DIGEST_AT: Final = dt.time(9, tzinfo=dt.UTC)
"""On Mondays."""

MAX_DELAY: Final = dt.timedelta(days=1)
"""How late a digest is still sent, if it couldn't be sent in time."""

_log = logging.getLogger(__name__)


@final
class Reports(commands.Cog):
    """Posts into the moderator channel of every server that has set one up."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot: Final = bot
        self._told: Sequence[Problem] = ()
        self._refused: set[int] = set()
        self._sent: dt.datetime | None = None

    @override
    async def cog_load(self) -> None:
        """Begin to look; discord.py calls this."""
        self._watch.start()
        self._digests.start()

    @override
    async def cog_unload(self) -> None:
        """Stop looking; discord.py calls this."""
        self._watch.cancel()
        self._digests.cancel()

    @tasks.loop(seconds=POLL_SECONDS)
    async def _watch(self) -> None:
        with _going_on("The look at the knowledge files for moderators"):
            await self.look()

    @tasks.loop(minutes=1)
    async def _digests(self) -> None:
        with _going_on("The digest for moderators"):
            await self.send_digests(dt.datetime.now(dt.UTC))

    @_digests.before_loop
    @_watch.before_loop
    async def _connected(self) -> None:
        await self._bot.wait_until_ready()

    async def look(self) -> None:
        """Tell moderators of the files' problems if they have changed since they were told last, and of lost races."""
        for revision in self._bot.desk.news() if self._bot.desk else ():
            # Each is known to one process only, so that is the one to tell it.
            await self._tell(partial(_superseded, revision))
        problems = self._bot.live.problems
        if problems == self._told:
            return
        # Also where another process tells them, so that there is no second report if this one takes over.
        self._told = problems
        if not self._bot.cluster.leads:
            return
        await self._tell(partial(problem_report, problems))

    async def _tell(self, pages: Callable[[], Sequence[Page]]) -> None:
        """Post pages to every moderator channel, in the language of its server."""
        for guild, settings in self._bot.store.all_settings().items():
            if settings.moderator_channel is not None:
                with speaking(self._bot.language_of(guild)):
                    await self._post(settings.moderator_channel, pages())

    async def send_digests(self, now: dt.datetime) -> None:
        """Post the digest that is due in every server that has asked for it and has not had it.

        While the store cannot be read it waits.

        Args:
            now: in UTC.
        """
        due = _last_due(now)
        if not self._bot.cluster.leads or due == self._sent or now - due > MAX_DELAY:
            return
        week = ending(due.date() - dt.timedelta(days=1), 7)
        for guild, settings in self._bot.store.all_settings().items():
            if not settings.digest or settings.moderator_channel is None:
                continue
            try:
                groups = await self._bot.backlog.groups(guild, Order.COUNT)
                figures = await read_summary(self._bot.store, guild, week)
                wanted = await self._bot.store.begin_digest(guild, week.last)
            except StoreError:
                return
            if not wanted:
                continue
            first = await self._bot.backlog.placed(groups[:MAX_GROUPS])
            with speaking(self._bot.language_of(guild)):
                questions = marked_questions(self._bot, guild)
                pages = digest_pages(first, len(groups) - len(first), figures, questions)
            await self._post(settings.moderator_channel, pages)
        self._sent = due

    async def _post(self, channel: int, pages: Sequence[Page]) -> None:
        """Send pages to a channel; where that is not allowed, one line in the log, once."""
        try:
            place = self._bot.get_partial_messageable(channel)
            for page in pages:
                await place.send(view=page)
        except Exception as error:  # noqa: BLE001 (whatever one channel meets, the others are told)
            if channel not in self._refused:
                _log.warning("The moderator channel %d does not take reports: %s", channel, kind(error))
            self._refused.add(channel)
        else:
            self._refused.discard(channel)


@contextlib.contextmanager
def _going_on(what: str) -> Iterator[None]:
    """Log what one round of a loop meets, so that the next comes: discord.py ends a loop for it, and logs it twice."""
    try:
        yield
    except Exception:  # noqa: BLE001 (whatever it is)
        _log.exception("%s failed and is tried again.", what)


def _last_due(now: dt.datetime) -> dt.datetime:
    """Return the last moment at which a digest was due."""
    monday = now.date() - dt.timedelta(days=now.weekday())
    due = dt.datetime.combine(monday, DIGEST_AT)
    return due if due <= now else due - dt.timedelta(weeks=1)


def _superseded(revision: Revision) -> Sequence[Page]:
    return [superseded_page(revision)]


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Reports(bot))
