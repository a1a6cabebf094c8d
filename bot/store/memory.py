"""A store in memory that lasts as long as the process: to try the bot out, or where nothing may be stored."""

import dataclasses
import datetime as dt
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Final, TypeVar, final

from typing_extensions import override

from bot.matching.types import Outcome
from bot.store.store import Store
from bot.store.types import Asked, GuildSettings, Health, ReplyLink, Resolution, Stats, Stop, Unanswered, Why, in_force

MAX_REMEMBERED: Final = 10_000
"""The most questions, votes and links to remember, each. The oldest are dropped first."""

LINK_LIFETIME: Final = dt.timedelta(days=1)
"""How long the reply to a question follows when the question is edited or deleted."""

_DEFAULTS: Final = GuildSettings()

K = TypeVar("K")
V = TypeVar("V")


@final
class MemoryStore(Store):
    """A store that keeps everything in dictionaries."""

    def __init__(self) -> None:
        """Create an empty store."""
        self._settings: dict[int, GuildSettings] = {}
        self._asked: OrderedDict[str, Asked] = OrderedDict()
        self._picked: dict[str, str] = {}
        self._resolved: dict[str, tuple[Resolution, str]] = {}
        self._votes: OrderedDict[tuple[str, str, int | None], bool] = OrderedDict()
        self._links: OrderedDict[int, ReplyLink] = OrderedDict()
        self._opted_out: set[int] = set()
        self._digests: dict[int, dt.date] = {}
        self._stops: dict[str, Stop] = {}

    @property
    @override
    def retention(self) -> None:
        return None

    @override
    def settings(self, guild: int | None) -> GuildSettings:
        return _DEFAULTS if guild is None else self._settings.get(guild, _DEFAULTS)

    @override
    def all_settings(self) -> Mapping[int, GuildSettings]:
        return MappingProxyType(self._settings)

    @override
    async def change_settings(self, guild: int, edit: Callable[[GuildSettings], GuildSettings]) -> None:
        # A new dictionary, because a caller may be iterating over the old one.
        self._settings = {**self._settings, guild: edit(self.settings(guild))}

    @override
    async def reload_changed(self, topic: str) -> None:
        return

    @override
    def stops(self, guild: int | None) -> Mapping[str, Stop]:
        return in_force(self._stops.values(), guild)

    @override
    def hold(self, stop: Stop) -> None:
        if stop.ended:
            for each in [*self._stops.values()]:
                if each.place == stop.place and not each.ended:
                    self._stops[each.id] = dataclasses.replace(each, ended=stop.ended, ended_by=stop.ended_by)
        self._stops[stop.id] = stop

    @override
    async def save_stops(self) -> None:
        return

    @override
    async def stop_history(self, guild: int, entry: str | None = None) -> Sequence[Stop]:
        here = [each for each in self._stops.values() if each.guild in {None, guild} and entry in {None, each.entry}]
        return sorted(here, key=lambda each: each.since, reverse=True)

    @override
    def record(self, asked: Asked, *members: int) -> None:
        if self.settings(asked.guild).log_questions and self._opted_out.isdisjoint(members):
            dropped = _put(self._asked, asked.id, asked)
            if dropped is not None:
                self._forget(dropped)

    @override
    def picked(self, asked: str, entry: str) -> None:
        if asked in self._asked:
            self._picked[asked] = entry

    @override
    def vote(self, asked: str, entry: str, member: int | None, *, helpful: bool) -> None:
        if asked in self._asked:
            _put(self._votes, (asked, entry, member), helpful)

    @override
    def link(self, link: ReplyLink) -> None:
        _put(self._links, link.question, link)

    @override
    def unlink(self, question: int) -> None:
        self._links.pop(question, None)

    @override
    async def find_link(self, question: int) -> ReplyLink | None:
        link = self._links.get(question)
        return link if link and dt.datetime.now(dt.UTC) - link.at <= LINK_LIFETIME else None

    @override
    async def links_showing(self, entry: str) -> Sequence[ReplyLink]:
        since = dt.datetime.now(dt.UTC) - LINK_LIFETIME
        return [link for link in self._links.values() if entry in link.entries and link.at >= since]

    @override
    async def unanswered(self, guild: int | None = None, limit: int | None = None) -> Sequence[Unanswered]:
        votes = {(asked, entry) for (asked, entry, _), helpful in self._votes.items() if not helpful}
        # As in a database: of several, the one that was picked, which came last.
        unhelpful = dict(sorted(votes, key=lambda vote: (self._picked.get(vote[0]) == vote[1], vote)))
        found = (
            Unanswered(
                asked.id,
                asked.text,
                why,
                unhelpful.get(asked.id, asked.entry),
                asked.guild,
                asked.at,
                self._picked.get(asked.id) if asked.outcome is not Outcome.SUGGEST else None,
            )
            for asked in reversed(self._asked.values())
            if asked.id not in self._resolved
            and guild in {None, asked.guild}
            and (why := self._why(asked, unhelpful)) is not None
        )
        return list(islice(found, limit))

    def _why(self, asked: Asked, unhelpful: Container[str]) -> Why | None:
        if asked.id in unhelpful:
            return Why.NOT_HELPFUL
        if asked.outcome is Outcome.NONE:
            return Why.MISSED
        if asked.outcome is Outcome.SUGGEST:
            return None if asked.id in self._picked else Why.NOT_TAKEN
        return Why.OTHER_PICKED if asked.id in self._picked else None

    @override
    async def resolve(self, asked: Iterable[str], resolution: Resolution) -> None:
        together = list(asked)
        self._resolved |= {each: (resolution, together[0]) for each in together if each in self._asked}

    @override
    async def reopen(self, guild: int, asked: str, *, edited: bool = False) -> int:
        question, done = self._asked.get(asked), self._resolved.get(asked)
        if not question or question.guild != guild or not done:
            return 0
        if done[0] is not Resolution.DISMISSED and not edited:
            return 0
        together = [each for each, how in self._resolved.items() if how == done]
        for each in together:
            del self._resolved[each]
        return len(together)

    @override
    async def stats(self, since: dt.datetime, guild: int | None = None, *, until: dt.datetime | None = None) -> Stats:
        counted = [
            each
            for each in self._asked.values()
            if each.at >= since and (until is None or each.at < until) and guild in {None, each.guild}
        ]
        by_day: defaultdict[dt.date, Counter[Outcome]] = defaultdict(Counter)
        for each in counted:
            by_day[each.at.date()][each.outcome] += 1
        answered = Counter(each.entry for each in counted if each.entry and each.outcome is not Outcome.SUGGEST)
        ids = {each.id for each in counted}
        votes = [helpful for (asked, _, _), helpful in self._votes.items() if asked in ids]
        return Stats(
            by_day=dict(by_day),
            entries=dict(answered.most_common()),
            helpful=sum(votes),
            not_helpful=len(votes) - sum(votes),
        )

    @override
    async def begin_digest(self, guild: int, week: dt.date) -> bool:
        if self._digests.get(guild, dt.date.min) >= week:
            return False
        self._digests[guild] = week
        return True

    @override
    def keeps_questions_of(self, member: int) -> bool:
        return member not in self._opted_out

    @override
    async def set_keeps_questions_of(self, member: int, *, keep: bool) -> None:
        (self._opted_out.discard if keep else self._opted_out.add)(member)

    @override
    async def forget(self, member: int) -> int:
        votes = [key for key in self._votes if key[2] == member]
        for key in votes:
            del self._votes[key]
        return len(votes)

    @override
    async def forget_server(self, guild: int) -> None:
        for asked in [asked.id for asked in self._asked.values() if asked.guild == guild]:
            del self._asked[asked]
            self._forget(asked)

    def _forget(self, asked: str) -> None:
        """Delete what is known of a question that is deleted."""
        self._picked.pop(asked, None)
        self._resolved.pop(asked, None)
        for vote in [key for key in self._votes if key[0] == asked]:
            del self._votes[vote]

    @override
    def health(self) -> Health:
        return Health(problem=None, waiting=0, lost=0)


def _put(kept: OrderedDict[K, V], key: K, value: V) -> K | None:
    """Store a value as the newest, drop the oldest beyond :data:`MAX_REMEMBERED`, and return the key of that one."""
    kept.pop(key, None)
    kept[key] = value
    return kept.popitem(last=False)[0] if len(kept) > MAX_REMEMBERED else None
