"""The checks of `casebot doctor`. None of them changes anything."""

import asyncio
import datetime as dt
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import discord
from pydantic import SecretStr

from bot import charts
from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.chat.permissions import NEEDED, Permission, Place, invitation
from bot.config import Settings
from bot.editing.git import commits
from bot.editing.git.clone import try_out
from bot.editing.git.remote import Remote, RemoteError
from bot.errors import describe_os_error
from bot.folders import HomelessError, data_dir
from bot.knowledge.load import KnowledgeError
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import Live, LiveKnowledge
from bot.knowledge.watch import obstacle
from bot.ops.doctor.discord_facts import MAX_GUILDS, Guild, Known, Unknown, UnreachableError, fetch_facts
from bot.ops.doctor.finding import Finding, fault, ok, warning
from bot.ops.doctor.health import fetch_health
from bot.ops.doctor.machine import memory_left
from bot.ops.doctor.settings import check_free_port, check_settings
from bot.ops.doctor.tiers import check_tier
from bot.plurals import counted
from bot.store.memory import MemoryStore
from bot.store.opening import examine
from bot.store.store import StoreError

T = TypeVar("T")

PORTAL: Final = "https://discord.com/developers/applications"

CLOCK_MAY_DIFFER: Final = dt.timedelta(seconds=5)
"""Largest difference from Discord's clock that is fine. Retention, the digest and "a day" depend on the clock; the
measurement is inexact, because an HTTP date has whole seconds and a response takes time to arrive."""

FEW_STARTS: Final = 20
"""Warn below this many remaining identifies, of the 1,000 that Discord allows a day:
https://discord.com/developers/docs/events/gateway#session-start-limit-object"""

NAMED: Final = 5
"""The most servers that a finding names."""


async def run_checks(settings: Settings, build: Callable[[KnowledgeBase], Answerer]) -> list[Finding]:
    """Check everything that can be checked before a start, and return the findings.

    Args:
        settings: the settings to run the bot with.
        build: builds the answerer for a knowledge base.
    """
    try:
        live = LiveKnowledge(settings.knowledge, build)
    except KnowledgeError as error:
        what = f"{settings.knowledge} has {counted(len(error.problems), 'problem')}"
        knowledge, names = [fault("knowledge", what, "run `casebot check` and fix what it lists")], None
    else:
        watch = await _watch(settings.knowledge)
        tier = check_tier(live.current.matcher.tier, settings.matcher, memory_left())
        knowledge, names = [*_knowledge(settings.knowledge, live), *tier, *watch], await _command_names(live)
    repository = await asyncio.to_thread(_repository, settings)
    store = await _store(settings.database_url)
    return [
        *check_settings(settings),
        *knowledge,
        *repository,
        store,
        *_pictures(),
        *await _running_bot(settings),
        *await _discord(settings, names),
    ]


def _knowledge(folder: Path, live: Live[Answerer]) -> Iterator[Finding]:
    yield ok("knowledge", f"{folder} has {counted(len(live.current.base.entries), 'entry', 'entries')}")
    if not os.access(folder, os.W_OK):
        yield warning(
            "knowledge", f"{folder} can't be written, so nobody can edit in chat", "give the bot's user write access"
        )


async def _watch(folder: Path) -> list[Finding]:
    """Check that the system notifies the bot of changes to the knowledge files."""
    error = await obstacle(folder)
    if error is None:
        return []
    what = f"changes in {folder} are noticed late: the system refuses to watch it ({error})"
    return [warning("knowledge", what, "on Linux, raise fs.inotify.max_user_watches and max_user_instances (sysctl)")]


def _pictures() -> list[Finding]:
    """Check that the timeline and the figures can be drawn."""
    if charts.installed():
        return []
    return [warning("pictures", "replies have no pictures, only text", f"pip install '{charts.EXTRA}'")]


async def _running_bot(settings: Settings) -> list[Finding]:
    """Read the health of the bot that runs with these settings, if one does and shows it."""
    if not settings.http_port:
        return []
    health = await fetch_health(settings.http_host, settings.http_port)
    if health is None:
        return await check_free_port(settings.http_host, settings.http_port)
    fix = "see the bot's log"
    troubles = [warning("running bot", f"{part}: {said}", fix) for part, said in health.items() if said != "ok"]
    return troubles or [ok("running bot", "all its parts work")]


def _repository(settings: Settings) -> list[Finding]:
    """Check the repository that the knowledge comes from or lies in, if there is one."""
    if settings.knowledge_git is None:
        trouble = commits.obstacle(settings.knowledge)
        what = f"edits in chat can't be committed to git: {trouble}"
        return [warning("repository", what, trouble.fix)] if trouble else []
    remote = Remote(settings.knowledge_git, settings.knowledge_git_branch, settings.knowledge_git_token)
    try:
        data_dir()  # where the copy is kept
        branch = try_out(remote, settings.knowledge_git_folder)
    except KnowledgeError as error:
        first, *more = map(str, error.problems)
        what = f"its files have problems: {first}" + (f" (and {len(more)} more)" if more else "")
        return [fault("repository", what, "fix them there; `casebot check` in a copy lists them")]
    except HomelessError as error:
        what, _, fix = str(error).partition(". ")
        return [fault("repository", what, fix.rstrip("."))]
    except OSError as error:
        return [fault("repository", f"it cannot be copied: {describe_os_error(error)}".rstrip("."), "make room for it")]
    except RemoteError as error:
        what = f"the repository cannot be followed: {error}" + (f" ({error.detail})" if error.detail else "")
        return [fault("repository", what, "correct the settings that start with CASEBOT_KNOWLEDGE_GIT")]
    return [ok("repository", f"its branch {branch} can be read")]


async def _command_names(live: Live[Answerer]) -> frozenset[str]:
    """Return the names of this version's application commands."""
    async with CaseBot(live, MemoryStore(), prefix="!", message_content=False) as bot:
        await bot.load_cogs()
        return bot.published_commands()


async def _store(url: SecretStr | None) -> Finding:
    try:
        where = await examine(url)
    except StoreError as error:
        what, _, fix = str(error).partition(". ")
        # The first word may be a setting's name.
        fix = fix if fix[:2].isupper() else fix[:1].lower() + fix[1:]
        return fault("database", what.rstrip("."), fix.rstrip(".") or "correct it")
    return ok("database", where)


async def _discord(settings: Settings, commands: frozenset[str] | None) -> list[Finding]:
    if settings.token is None:
        fix = f"copy it from the Bot page of your application at {PORTAL} into CASEBOT_TOKEN"
        return [fault("token", "there is none", fix)]
    try:
        facts = await fetch_facts(settings.token)
    except UnreachableError as error:
        return [fault("Discord", f"cannot be reached: {error}", "check the network, and https://discordstatus.com")]
    if facts is None:
        fix = f"copy it again from the Bot page of your application at {PORTAL} (Reset Token shows a new one)"
        return [fault("token", "Discord doesn't accept it", fix)]
    return [
        *_found("token", facts.name, lambda name: [ok("token", f"Discord knows it as {name}")]),
        *_found("intents", facts.flags, lambda flags: [_intent(flags, wanted=settings.message_content)]),
        *(_found("slash commands", facts.commands, partial(_commands, commands)) if commands is not None else []),
        *_found("servers", facts.guilds, partial(_guilds, facts.application)),
        *_found("starts", facts.starts_left, partial(_starts, facts.shards)),
        *_found("clock", facts.clock, _clock),
    ]


def _found(about: str, fact: Known[T], check: Callable[[T], Iterable[Finding]]) -> Iterable[Finding]:
    """Check a fact if Discord said it; one that is missing hides no other."""
    if isinstance(fact, Unknown):
        return [warning(about, f"could not be checked: {fact.why}", "try again later; see https://discordstatus.com")]
    return check(fact)


def _intent(flags: discord.ApplicationFlags, *, wanted: bool) -> Finding:
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if wanted and not granted:
        what = "the message content intent is on here (CASEBOT_MESSAGE_CONTENT) but not on Discord"
        return fault("intents", what, f"turn on Message Content Intent on the Bot page at {PORTAL}, or set it to false")
    if granted and not wanted:
        what = "the message content intent is on at Discord but isn't used here"
        return warning("intents", what, "set CASEBOT_MESSAGE_CONTENT=true for !commands and replies without a mention")
    return ok("intents", f"message content is {'on' if wanted else 'off'} here and at Discord")


def _commands(ours: frozenset[str], theirs: frozenset[str]) -> Iterator[Finding]:
    if ours != theirs:
        differ = ", ".join(sorted(ours ^ theirs))
        what = f"what Discord knows differs from this version's ({differ})"
        yield warning("slash commands", what, "run `casebot run --sync` once")
        return
    yield ok("slash commands", f"Discord knows all {len(ours)}")


def _guilds(application: Known[int], guilds: Sequence[Guild]) -> Iterator[Finding]:
    if not guilds:
        how = f"invite it: {invitation(application)}" if isinstance(application, int) else f"invite it: see {PORTAL}"
        yield warning("servers", "the bot is in none", how)
        return
    more = " or more, of which only these are looked at" if len(guilds) >= MAX_GUILDS else ""
    yield ok("servers", f"the bot is in {len(guilds)}{more}")
    lacking: dict[Permission, list[str]] = {}
    for guild in guilds:
        for permission in missing(guild.permissions) if guild.permissions else ():
            lacking.setdefault(permission, []).append(guild.name)
    for permission, where in lacking.items():
        fix = "give it to the bot's role in the server's settings"
        if permission.places == {Place.VOICE}:
            fix += ", if it is to answer in the chat of voice channels"
        yield warning("permissions", f"{permission.name} is missing in {_shown(where)}", fix)
    if unsaid := [guild.name for guild in guilds if guild.permissions is None]:
        what = f"Discord does not say which the bot has in {_shown(unsaid)}"
        yield warning("permissions", what, "look at the bot's role in the server's settings")


def _shown(guilds: Sequence[str]) -> str:
    return ", ".join(guilds[:NAMED]) + (f" and {len(guilds) - NAMED} more" if len(guilds) > NAMED else "")


def missing(permissions: discord.Permissions) -> list[Permission]:
    """Return the permissions that the bot needs but does not have."""
    if permissions.administrator:
        return []
    return [each for each in NEEDED if not getattr(permissions, each.flag)]


def _starts(shards: Known[int], left: int) -> Iterator[Finding]:
    what = f"{left} left today" + (f", {counted(shards, 'shard')} advised" if isinstance(shards, int) else "")
    if left < FEW_STARTS:
        yield warning(
            "starts",
            what,
            "find out why the bot starts so often, before Discord refuses to let it start until tomorrow",
        )
        return
    yield ok("starts", what)


def _clock(ahead: dt.timedelta) -> Iterator[Finding]:
    seconds = ahead.total_seconds()
    if abs(ahead) > CLOCK_MAY_DIFFER:
        what = f"this machine's is {abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} Discord's"
        yield warning("clock", what, "turn on time synchronization (NTP)")
        return
    yield ok("clock", "within seconds of Discord's")
