"""Renders the bot's replies as pictures for the README: real messages of the real bot, in a virtual Discord.

    pip install -c requirements.lock . 'simcord[screenshot]==3.2.1' && playwright install chromium
    python -m scripts.gallery docs/gallery

With a browser that is installed already: ``--browser /usr/bin/chromium``. Look at every picture before it is committed.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import functools
import random
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import discord
import simcord
from playwright.async_api import Browser, BrowserContext, BrowserType

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot
from bot.chat.idle_timers import IDLE
from bot.config import shipped_knowledge
from bot.editing.desk import Desk
from bot.knowledge.reload import LiveKnowledge
from bot.matching.types import Outcome
from bot.store.memory import MemoryStore
from bot.store.store import Store
from bot.store.types import Asked, GuildSettings, Surface
from scripts.drawing import PER_BROWSER, draw, limit

WIDTH: Final = 390
"""Points across: a phone's."""

SCALE: Final = 2
"""Pixels a point, as on a phone's screen."""

WRAPPED: Final = """
const sheet = new CSSStyleSheet();
sheet.replaceSync(
  ".code-block { white-space: pre-wrap; overflow-wrap: anywhere; } .code-block code { min-width: 0; }"
);
document.adoptedStyleSheets = [sheet];
"""
"""Lets code wrap as Discord does; simcord cuts it off."""

HOUR: Final = dt.time(16, 20)
"""When the messages were written, on the day of the pictures."""

HEIGHT: Final = 2_400
"""Points that no one message takes; the picture ends with the message."""

SETTLES: Final = IDLE / 2
"""Seconds after which simcord no longer waits for a command. It waits for every timer that ends before, so that a list
would have closed: this must be less than a list stays open."""

TYPED: Final = {
    "answer": "!ask how did the jury vote",
    "claim": "!ask does kim think he is innocent",
    "not-covered": "!ask when does he get out",
    "unasked": "how did the jury vote",
    "did-you-mean": "!ask yo when did kim hop on this",
    "did-you-mean-this": "!ask what juror misconduct is alleged",
    "two-readings": "!ask what did monica post on ig about him",
    "who": "!who kim",
    "topics": "!topics",
    "timeline": "!timeline",
    "timeline-picture": "!timeline picture",
    "quotes": "!quotes",
    "about": "!about",
    "sources": "!sources",
    "help": "!help",
}
"""Name of a picture -> what a member types; the picture shows what the bot replies."""

SPANISH: Final = {
    "answer-es": "!ask how did the jury vote",
}
"""The same in a server that speaks Spanish."""

MODERATORS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "setup": ("setup", {}),
    "faq-preview": ("faq phrasing add", {"entry": "jury-vote", "wording": "was it a split decision by the jury"}),
    "faq-refused": ("faq phrasing add", {"entry": "jury-vote", "wording": "who was killed"}),
    "faq-try": ("faq try", {"question": "how did teh jury vote"}),
    "faq-show": ("faq show", {"entry": "jury-vote"}),
    "faq-unanswered": ("faq unanswered", {}),
    "faq-stats": ("faq stats", {}),
}
"""Name of a picture -> a command of moderators with its options; the picture shows what they see."""

SERVER: Final = 1

IN_VAIN: Final = (
    *["is there a march planned"] * 4,
    "is there a march planned for him",
    "are they planning a march",
    "who was the judge again",
    "is there a netflix show",
)
"""What members asked, made up."""


def _instead(settings: GuildSettings, _now: GuildSettings) -> GuildSettings:
    return settings


def _ask(store: Store, guild: int) -> None:
    """Record a month in which members asked something, the same with each run."""
    chance = random.Random(11)  # noqa: S311 - a picture needs no secret
    now = dt.datetime.now(dt.UTC)
    for text in IN_VAIN:
        store.record(Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, guild, now), 1)
    entries, outcomes = ("jury-vote", "who-was-killed", "guilty-or-innocent"), (*[Outcome.ANSWER] * 7, Outcome.SUGGEST)
    for _ in range(130):
        entry, outcome = chance.choice(entries), chance.choice(outcomes)
        at = now - dt.timedelta(days=chance.randrange(60) ** 2 / 60)
        store.record(asked := Asked(entry.replace("-", " "), outcome, entry, 0.9, Surface.SLASH, guild, at), 1)
        if outcome is Outcome.SUGGEST:
            store.picked(asked.id, entry)
        elif chance.random() < 0.3:  # noqa: PLR2004 - members who vote
            store.vote(asked.id, entry, 1, helpful=chance.random() < 0.9)  # noqa: PLR2004 - of whom most are content


async def render(folder: Path, knowledge: Path, names: Sequence[str], drawn: Callable[[str], None]) -> None:
    """Render pictures into a folder.

    Args:
        folder: where the pictures go.
        knowledge: a copy of the shipped files, at which moderators edit.
        names: names of the pictures to render.
        drawn: called with the name of each picture that's there.
    """
    desk: Desk[Answerer] = Desk(knowledge)
    live = LiveKnowledge(knowledge, Answerer)
    bot = CaseBot(live, MemoryStore(), prefix="!", message_content=True, desk=desk, desk_servers={SERVER})
    async with simcord.run(bot, shard_count=1, settle_timeout=SETTLES) as env:
        today = dt.datetime.combine(dt.datetime.now(dt.UTC).date(), HOUR, dt.UTC)
        env.backend.clock.advance((today - env.backend.clock.now()).total_seconds())
        await bot.tree.sync()
        guild = env.create_guild(id=SERVER)
        if bot.user:
            await bot.user.edit(username="casebot")
        for name, text in {**TYPED, **SPANISH}.items():
            if name not in names:
                continue
            # Somebody else each time: members who ask in quick succession are asked to wait.
            member = guild.add_member(env.create_user("ana"))
            channel = guild.create_text_channel(name)
            language = "es" if name in SPANISH else None
            chosen = frozenset({channel.id} if name == "unasked" else ())
            settings = GuildSettings(auto_channels=chosen, language=language)
            await bot.store.change_settings(guild.id, functools.partial(_instead, settings))
            await _settled(env, member.send(channel, text))
            await _picture(env, channel, member, folder / f"{name}.png")
            drawn(name)
        await bot.store.change_settings(guild.id, functools.partial(_instead, GuildSettings(welcomed=True)))
        _ask(bot.store, guild.id)
        role = guild.create_role("moderators", permissions=discord.Permissions(manage_guild=True, manage_messages=True))
        moderator = guild.add_member(env.create_user("mo"), roles=[role])
        for name, (command, options) in MODERATORS.items():
            if name not in names:
                continue
            channel = guild.create_text_channel(name)
            await _settled(env, moderator.slash(channel, command, **options))
            await _picture(env, channel, moderator, folder / f"{name}.png")
            drawn(name)


async def _settled(env: simcord.Env, command: Awaitable[object]) -> None:
    """Await a command and all that it leads to, however long that takes: the process has a limit."""
    try:
        await command
    except TimeoutError:
        while True:
            with contextlib.suppress(TimeoutError):
                await env.settle()
                return


async def _picture(env: simcord.Env, channel: simcord.ChannelHandle, viewer: simcord.MemberActor, path: Path) -> None:
    limit(PER_BROWSER)
    async with env.preview(channel, viewers=[viewer], width=WIDTH, height=HEIGHT) as preview:
        await preview.screenshot(path, target=channel.history(viewer=viewer)[-1])


def _at_scale(new_context: Callable[..., Awaitable[BrowserContext]]) -> Callable[..., Awaitable[BrowserContext]]:
    @functools.wraps(new_context)
    async def at_scale(browser: Browser, **options: Any) -> BrowserContext:  # noqa: ANN401 - playwright's own
        context = await new_context(browser, **{**options, "device_scale_factor": SCALE})
        await context.add_init_script(WRAPPED)
        return context

    return at_scale


def work(
    folder: Path, knowledge: Path, browser: Path | None, names: Sequence[str], drawn: Callable[[str], None]
) -> None:
    """Render pictures in this process; see :func:`render`."""
    # simcord starts the browser without arguments, and takes one pixel a point.
    if browser:
        # --no-sandbox, since Chromium as root refuses to start with one.
        own = {"executable_path": browser, "args": ["--no-sandbox", "--disable-gpu"]}
        BrowserType.launch = functools.partialmethod(BrowserType.launch, **own)  # type: ignore[assignment]
    Browser.new_context = _at_scale(Browser.new_context)  # type: ignore[assignment,method-assign]
    asyncio.run(render(folder, knowledge, names, drawn))


def main() -> None:
    """Read the command line and render."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    parser.add_argument("--browser", type=Path, help="a Chromium to use instead of playwright's own")
    every = (*TYPED, *SPANISH, *MODERATORS)
    parser.add_argument("--only", nargs="+", choices=every, default=every, help="render these pictures, not all")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        knowledge = Path(shutil.copytree(shipped_knowledge(), Path(scratch) / "knowledge"))
        # In the order in which they are rendered.
        names = [name for name in every if name in options.only]
        draw(names, functools.partial(work, options.folder, knowledge, options.browser))


if __name__ == "__main__":
    main()
