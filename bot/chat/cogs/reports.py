"""Reports to moderators: problems of the knowledge files, superseded edits, and the weekly digest."""

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from bot.moderation.unanswered import Group, Order
from bot.store.store import StoreError

POLL_SECONDS: Final = 5.0
"""Seconds between checks: long enough to report a file that is saved twice only once, short enough to be timely."""

DIGEST_AT: Final = dt.time(9, tzinfo=dt.UTC)
"""The time of the digest, on Mondays."""

MAX_DELAY: Final = dt.timedelta(days=1)
"""How late a digest is still sent if it could not be sent in time."""

_log = logging.getLogger(__name__)


@final
class Reports(commands.Cog):
    """Posts in the moderator channel of every server that has one."""

    def __init__(self, bot: CaseBot) -> None:
        self._bot: Final = bot
        self._reported: Sequence[Problem] = ()
        self._refused: set[int] = set()
        self._sent: dt.datetime | None = None

    @override
    async def cog_load(self) -> None:
        """Start the loops; discord.py calls this."""
        self._watch.start()
        self._digests.start()

    @override
    async def cog_unload(self) -> None:
        """Stop the loops; discord.py calls this."""
        self._watch.cancel()
        self._digests.cancel()

    @tasks.loop(seconds=POLL_SECONDS)
    async def _watch(self) -> None:
        with self._bot.supervisor.attempt("The check of the knowledge files for moderators"):
            await self.look()

    @tasks.loop(minutes=1)
    async def _digests(self) -> None:
        with self._bot.supervisor.attempt("The digest for moderators"):
            await self.send_digests(dt.datetime.now(dt.UTC))

    @_digests.before_loop
    @_watch.before_loop
    async def _connected(self) -> None:
        await self._bot.wait_until_ready()

    async def look(self) -> None:
        """Report the problems of the files if they have changed since the last report, and superseded edits."""
        for revision in await asyncio.to_thread(self._bot.desk.news) if self._bot.desk else ():
            # Only one process knows of each, so this one reports it even if it does not lead.
            told = revision.without_text_of(self._bot.live.current.base.withdrawn)
            await self._tell(partial(_superseded, told))
        problems = self._bot.live.problems
        if problems == self._reported:
            return
        # Even if the leader is another process, so that there is no second report if this one takes over.
        self._reported = problems
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
        """Post the digest that is due in every server that wants it and has not had it.

        If the store cannot be used, it is tried again later.

        Args:
            now: the current time, in UTC.
        """
        due = _last_due(now)
        if not self._bot.cluster.leads or due == self._sent or now - due > MAX_DELAY:
            return
        week = ending(due.date() - dt.timedelta(days=1), 7)
        withdrawn = self._bot.live.current.base.withdrawn
        for guild, settings in self._bot.store.all_settings().items():
            if not settings.digest or settings.moderator_channel is None:
                continue
            try:
                groups = await self._bot.backlog.groups(guild, Order.COUNT)
                figures = await read_summary(self._bot.store, guild, week, withdrawn)
                wanted = await self._bot.store.begin_digest(guild, week.last)
            except StoreError:
                return
            if not wanted:
                continue
            first = await self._bot.backlog.with_nearest(groups[:MAX_GROUPS])
            with speaking(self._bot.language_of(guild)):
                questions = marked_questions(self._bot, guild)
                by_now = self._answered_by_now([group for group, _nearest in first], guild)
                pages = digest_pages(first, len(groups) - len(first), figures, questions, by_now)
            await self._post(settings.moderator_channel, pages)
        self._sent = due

    def _answered_by_now(self, groups: Iterable[Group], guild: int) -> Mapping[str, str]:
        """Return the entries that answer questions which had no answer when they were asked, by the question."""
        asked = [group.text for group in groups if not group.answered]
        replies = {text: self._bot.questions.answer(text, guild) for text in asked}
        return {text: reply.answers[0].entry for text, reply in replies.items() if reply.answers}

    async def _post(self, channel: int, pages: Sequence[Page]) -> None:
        """Send pages to a channel; log a failure once until a message gets through again."""
        try:
            place = self._bot.get_partial_messageable(channel)
            for page in pages:
                await place.send(view=page)
        except Exception as error:  # noqa: BLE001 (a failure in one channel must not affect the others)
            if channel not in self._refused:
                _log.warning("The moderator channel %d doesn't accept reports: %s", channel, kind(error))
            self._refused.add(channel)
        else:
            self._refused.discard(channel)


def _last_due(now: dt.datetime) -> dt.datetime:
    """Return the last time at which a digest was due."""
    monday = now.date() - dt.timedelta(days=now.weekday())
    due = dt.datetime.combine(monday, DIGEST_AT)
    return due if due <= now else due - dt.timedelta(weeks=1)


def _superseded(revision: Revision) -> Sequence[Page]:
    return [superseded_page(revision)]


async def setup(bot: CaseBot) -> None:
    """Add the cog; discord.py calls this."""
    await bot.add_cog(Reports(bot))
