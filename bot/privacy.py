"""All personal data that the bot keeps, as one table: what, why, where, how long, how it is deleted, and who sees it.

``/privacy show`` and ``docs/privacy.md`` are generated from it. Tests compare it with the columns of the database, and
with the rows, files and memory of a bot after members have used every feature.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from bot.answering.service import FOLLOW_UP_SECONDS
from bot.i18n.catalogue import N_
from bot.i18n.commands import SLASH, command
from bot.i18n.dates import format_duration
from bot.store.database import STATS_RETENTION
from bot.store.member_hash import LIFETIME as SALT
from bot.store.memory import LINK_LIFETIME


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of personal data.

    Members read the texts, which are translated. Names in braces are filled in from :func:`terms`.
    """

    what: str
    """What it is, in a few words."""

    why: str
    """Why it is kept, and what exactly it is."""

    time: str
    """How long it is kept."""

    end: str
    """How it is deleted earlier."""

    seen: str
    """Who can see it."""

    columns: tuple[str, ...] = ()
    """The database columns that contain it, as ``table.column``."""

    memory: Mapping[str, str | None] = field(default_factory=dict)
    """Where it is in memory: ``module.Class.attribute``, or ``module.function`` for a function with a cache. The value
    is its limit as ``module.NAME``, or a product of several; None for a function, whose cache has its own limit, and
    for anything without a limit."""

    files: tuple[str, ...] = ()
    """The files that contain it, other than the database: ``knowledge/…`` in the knowledge folder, ``cache/…`` in the
    matcher's cache, and ``git`` for commits."""

    discord: str = ""
    """Which messages on Discord contain it."""


WORDS: Final = Kept(
    N_("The text of a question"),
    N_("so that moderators can add what I don't know yet; never who asked."),
    N_("Kept for {retention}."),
    N_("Deleted earlier if I leave the server. I can't delete yours on request, because nothing shows which they are."),
    N_("The server's moderators can read the ones I couldn't answer well. My operator can read them all."),
    columns=("questions.id", "questions.text"),
    memory={
        "bot.store.write_queue.WriteQueue._queue": "bot.store.write_queue.MAX_WAITING",
        "bot.store.write_queue.WriteQueue._batch": "bot.store.write_queue.BATCH",
        "bot.moderation.backlog.Backlog._known": (
            "bot.moderation.backlog.MAX_SERVERS * bot.moderation.unanswered.MAX_GROUPED"
        ),
        "bot.store.memory.MemoryStore._asked": "bot.store.memory.MAX_REMEMBERED",
    },
    discord="the weekly digest in a moderator channel, where it's on",
)

FATE: Final = Kept(
    N_("What happened to a question"),
    N_(
        "for statistics: the server, the hour, how it was asked, what I answered, which suggestion you picked, and "
        "what moderators did about it."
    ),
    N_("Kept for {figures}."),
    N_("Deleted earlier if I leave the server."),
    N_("The server's moderators see totals. My operator can see each one."),
    columns=(
        "questions.outcome",
        "questions.entry",
        "questions.score",
        "questions.surface",
        "questions.guild",
        "questions.at",
        "questions.picked",
        "questions.resolution",
        "questions.resolved_with",
    ),
    memory={"bot.store.memory.MemoryStore._picked": "bot.store.memory.MAX_REMEMBERED"},
)

VOTES: Final = Kept(
    N_("Votes on answers"),
    N_(
        "so that moderators see which ones don't help. A vote on an answer to your own question isn't linked to you "
        "at all; any other is kept under a hash instead of your ID, and after {salt} nobody can tell it's yours."
    ),
    N_("Kept as long as the question is."),
    N_("`{forget}` deletes the ones I can tell are yours."),
    N_("The server's moderators see totals. My operator can see each one."),
    columns=("votes.asked", "votes.entry", "votes.member", "votes.helpful", "salts.secret", "salts.since"),
    memory={"bot.store.memory.MemoryStore._votes": "bot.store.memory.MAX_REMEMBERED"},
)

CHOICE: Final = Kept(
    N_("Your choice not to have questions kept"),
    N_("so that I can follow it, under a hash instead of your ID."),
    N_("Kept until you change it."),
    N_("Use `{logging}`."),
    N_("My operator could find out that it's yours."),
    columns=("opt_outs.member",),
    memory={
        "bot.store.database.Database._opted_out": None,
        # SQLAlchemy caches statements with the values of their first use.
        "bot.store.database.Database._engine": None,
        "bot.store.memory.MemoryStore._opted_out": None,
    },
)

REPLIES: Final = Kept(
    N_("Which reply belongs to which message, and which answers it shows"),
    N_(
        "so that I can update my reply when you edit your question or its answer is corrected, and delete it when you "
        "delete yours."
    ),
    N_("Kept for {link}."),
    N_("Deleted earlier if you delete your message."),
    N_("My operator can see it."),
    columns=(
        "reply_links.question",
        "reply_links.channel",
        "reply_links.replies",
        "reply_links.at",
        "reply_links.entries",
    ),
    memory={
        "bot.store.database.Database._links": "bot.store.write_queue.MAX_WAITING",
        "bot.store.memory.MemoryStore._links": "bot.store.memory.MAX_REMEMBERED",
        "bot.chat.reply_links.ReplyLinks._gone": "bot.chat.reply_links.MAX_DELETED",
        "bot.chat.cogs.reply_sync.ReplySync._seen": "bot.chat.cogs.reply_sync.MAX_EDITS",
    },
)

RECENT: Final = Kept(
    N_("Recent questions, in memory"),
    N_("so that I understand what you ask next, answer quickly and can't be flooded."),
    N_(
        "Which answer or suggestions you got last: kept for {talk}. The text, without your name: kept until newer "
        "questions replace it."
    ),
    N_("They're gone when I restart."),
    N_("Nobody can see it."),
    memory={
        "bot.answering.service.QuestionService._last": "bot.answering.service.MAX_CONVERSATIONS",
        "bot.answering.service.QuestionService._offered": "bot.answering.service.MAX_CONVERSATIONS",
        "bot.chat.rate_limit.SlidingWindow._taken": "bot.chat.rate_limit.MAX_KEYS",
        "bot.answering.answerer.Answerer._remembered": "bot.answering.answerer.MAX_CACHED_REPLIES",
        "bot.matching.sentence_model.SentenceEncoder._recent": "bot.matching.sentence_model._RECENT",
        "bot.matching.stems.stem": None,
        "bot.matching.stems._stemmer": "bot.matching.stems.REMEMBERED",
        "bot.chat.message.markdown.literal": None,
    },
)

WORDINGS: Final = Kept(
    N_("Phrasings that moderators add to my FAQ"),
    N_("so that I understand them next time; never who used them."),
    N_("Kept until a moderator removes them, and in the history of edits for good."),
    N_("Ask a moderator if you want one removed."),
    N_("Moderators can see them, and anyone who can read my files, which may be public."),
    memory={
        "bot.knowledge.reload.LiveKnowledge.current": None,
        "bot.moderation.check_cache.CheckCache._hints": None,
        "bot.knowledge.citations.parse_blocks": None,
        "bot.knowledge.citations.parse_statements": None,
    },
    files=("knowledge/*.yaml", "knowledge/faq/*.yaml", "knowledge/.desk/**", "git"),
    discord="a line for each edit in the moderator channels",
)

EDITS: Final = Kept(
    N_("Moderators' edits, with their display name"),
    N_("so that everyone who works on my FAQ can see who changed what, and when."),
    N_("Kept for good; drafts until they're confirmed or discarded, or I restart."),
    N_("My operator can delete the history."),
    N_("Moderators can see them, and anyone who can read my files, which may be public."),
    memory={
        "bot.chat.drafts.Drafts._pending": "bot.chat.drafts.MAX_DRAFTS",
        "bot.chat.drafts.Drafts._unsent": "bot.chat.drafts.MAX_UNSENT",
        "discord.ui.view.ViewStore._modals": None,
    },
    files=("knowledge/.desk/**", "git"),
    discord="a line for each edit in the moderator channels",
)

STOPS: Final = Kept(
    N_("Answers that moderators have stopped, with the moderator's display name"),
    N_("so that other moderators see who stopped an answer, when and why, and can put it back."),
    N_("Kept while the answer is stopped, and {stops} after that."),
    N_("My operator can delete it."),
    N_("Moderators can see it."),
    columns=(
        "stops.id",
        "stops.entry",
        "stops.guild",
        "stops.since",
        "stops.by",
        "stops.reason",
        "stops.ended",
        "stops.ended_by",
    ),
    memory={
        "bot.store.database.Database._stops": None,
        "bot.store.database.Database._held": None,
        "bot.store.memory.MemoryStore._stops": None,
    },
    discord="a line for each stop in the moderator channel",
)

BUTTONS: Final = Kept(
    N_("The buttons below an answer, on Discord"),
    N_("so that you can delete it, and votes count. Your ID and the question's number are hidden in them."),
    N_("They stay as long as the answer does."),
    N_("To remove them, delete the answer or your message."),
    N_("Programs that can read the channel see both. My operator can look up the question."),
    discord="the ids of the buttons",
)

LOG: Final = Kept(
    N_("My log"),
    N_("contains nothing you write, unless my operator logs everything for a while to find a bug."),
    N_("Kept for as long as my operator decides."),
    N_("My operator can delete it."),
    N_("My operator can read it."),
)

TABLE: Final = (WORDS, FATE, VOTES, CHOICE, REPLIES, RECENT, WORDINGS, EDITS, STOPS, BUTTONS, LOG)

HARMLESS: Final[Mapping[str, str]] = MappingProxyType({
    "guild_settings.guild": "a server",
    "guild_settings.settings": "channels and roles of a server, and choices of its managers, without who made them",
    "digests.guild": "a server",
    "digests.week": "which digest a server had last",
    "salts.purpose": "what a salt is for",
})  # fmt: skip
"""The database columns without personal data, and what each contains instead."""


def terms(retention: dt.timedelta | None) -> dict[str, str]:
    """Return the values for the names in braces, in the current language.

    Args:
        retention: how long the text of a question is kept; None if nothing outlives the process.
    """
    kept = retention or dt.timedelta()
    return {
        "retention": format_duration(kept),
        "figures": format_duration(max(STATS_RETENTION, kept)),
        "salt": format_duration(SALT),
        "stops": format_duration(STATS_RETENTION),
        "link": format_duration(LINK_LIFETIME),
        "talk": format_duration(dt.timedelta(seconds=FOLLOW_UP_SECONDS)),
        "forget": command(SLASH, "privacy", "forget-me"),
        "logging": command(SLASH, "privacy", "logging"),
    }
