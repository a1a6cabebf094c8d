"""Taking an answer out of service at once, and putting it back: what moderators press, and what they read.

A stop waits for nothing: it holds in this process before Discord, the database or the other processes are asked, and
has nothing to do with the files, so that no edit under way delays it.
"""

import asyncio
import dataclasses
import datetime as dt
import re
from collections.abc import Container, Iterable, Sequence
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.chat.client import CaseBot, Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal, shortened
from bot.chat.message.page import ENTRY, Control, Guarded, Page, notice
from bot.chat.message.send import show_instead
from bot.chat.rights import Right, server_of
from bot.editing.revision import author_name
from bot.i18n.catalogue import N_, _
from bot.knowledge.model import Entry
from bot.store.store import StoreError
from bot.store.types import Stop

PAUSED: Final = N_("The moderators have paused this answer.")
"""What members read in the place of a stopped answer."""

TAKEN_OUT: Final = N_("A moderator has taken this answer out of service.")
"""What they read where an older message leads to one."""

SAVE_SECONDS: Final = 3.0
"""How long a moderator waits for the database, before they are told that it has not kept the stop yet."""

REASON: Final = 200
"""Characters of a reason."""

_QUESTION: Final = 200
"""Characters of the entry's question in a line."""

_SPOT: Final = r"(?P<message>\w{1,13}):(?P<question>\w{1,13})"


class Spot(NamedTuple):
    """The message below which somebody pressed; its channel is that of the press. Fits into a custom id."""

    message: int = 0
    """The bot's message with the answer; 0 where there is none."""

    question: int = 0
    """What it replies to, as :class:`bot.chat.reply_links.Replies` knows it."""

    def __str__(self) -> str:
        """Write it for a custom id."""
        return f"{limits.short(self.message)}:{limits.short(self.question)}"

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        """Read it from a custom id."""
        return cls(int(match["message"], 36), int(match["question"], 36))


async def stop(interaction: Interaction, entry: str, spot: Spot | None = None, reason: str | None = None) -> None:
    """Take an entry out of service, everywhere or in this server, and show the moderator what holds now.

    Moderators of a server whose moderators may edit stop it everywhere, others in their server: one FAQ answers in
    many servers.

    Args:
        interaction: of a moderator; not answered yet.
        entry: id of an entry.
        spot: the message that shows the answer, whose place the word takes that it is paused.
        reason: for the other moderators, in one line.
    """
    bot, here = interaction.client, server_of(interaction)
    scope = None if here in bot.desk_servers else here
    known = bot.store.stops(here).get(entry)
    if known and known.guild in {None, scope}:
        await _acknowledge(interaction)
        taken = await _take_away(interaction, spot, notice(_(PAUSED))[0])
        await show_instead(interaction, [_stopped_page(bot, known, here, _ALREADY, *taken)])
        return
    made = Stop(entry, scope, discord.utils.utcnow(), author_name(interaction.user.display_name), reason)
    bot.store.hold(made)
    await _acknowledge(interaction)
    unsaved, taken = await asyncio.gather(_save(bot), _take_away(interaction, spot, notice(_(PAUSED))[0]))
    page = _stopped_page(bot, made, here, _EVERYWHERE if scope is None else _HERE, *unsaved, *taken)
    await show_instead(interaction, [page])
    told = (
        _("{author} has stopped an answer: {question}")
        if scope is None
        else _("{author} has stopped an answer in this server: {question}")
    )
    await _tell(interaction, told, entry, reason)


async def start(interaction: Interaction, entry: str) -> None:
    """Put an entry back into service, as far as this server's moderators may, and show the moderator what holds now.

    Args:
        interaction: of a moderator; not answered yet.
        entry: id of an entry that is stopped, or was.
    """
    bot, here = interaction.client, server_of(interaction)
    ended = False
    while (known := bot.store.stops(here).get(entry)) and _theirs(bot, known, here):
        by = author_name(interaction.user.display_name)
        bot.store.hold(dataclasses.replace(known, ended=discord.utils.utcnow(), ended_by=by))
        ended = True
    await _acknowledge(interaction)
    if known:
        await show_instead(interaction, [Page([stop_line(known), _(_NOT_YOURS)])])
        return
    unsaved = await _save(bot) if ended else []
    said = [_(_SERVED if ended else _NOT_STOPPED).format(question=_name(bot, entry)), *unsaved]
    await show_instead(interaction, [Page(["\n".join(said)], foot=switch(bot, entry, here))])
    if ended:
        await _tell(interaction, _("{author} serves an answer again: {question}"), entry)


def _theirs(bot: CaseBot, known: Stop, here: int) -> bool:
    """Tell whether the moderators of a server may end a stop."""
    return known.guild == here or here in bot.desk_servers


async def _acknowledge(interaction: Interaction) -> None:
    """Answer Discord in time: a click keeps its message, a command gets a private one."""
    if interaction.type is discord.InteractionType.component:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def _save(bot: CaseBot) -> list[str]:
    """Keep what is held; where the database does not take it in time, say what is true until it does."""
    try:
        async with asyncio.timeout(SAVE_SECONDS):
            await bot.store.save_stops()
    except (StoreError, TimeoutError) as error:
        return [_(_UNSAVED).format(reason=literal(str(error) or _("The database is slow.")))]
    return []


async def _take_away(interaction: Interaction, spot: Spot | None, page: Page | None) -> list[str]:
    """Put a page in the place of the message at a spot, or nothing; say so where that fails."""
    if spot is None or not spot.message:
        return []
    bot, channel = interaction.client, interaction.channel_id or 0
    done = await bot.replies.retract(bot, channel, spot.message, spot.question, page)
    return [] if done else [_(_STAYS)]


async def _tell(interaction: Interaction, line: str, entry: str, reason: str | None = None) -> None:
    """Put a line about a stop into the moderator channel of its server."""
    author = literal(author_name(interaction.user.display_name))
    said = line.format(author=author, question=f"{_name(interaction.client, entry)} (`{entry}`)")
    await interaction.client.tell_moderators(interaction.guild_id, "\n".join([said, *_because(reason)]))


def _name(bot: CaseBot, entry: str) -> str:
    """Write the question of an entry, or its id where it is not in the files any more."""
    base = bot.live.current.base
    found = base.entries.get(entry) or base.retired.get(entry)
    return shortened(found.question if found else entry, _QUESTION)


def _because(reason: str | None) -> list[str]:
    return [_("Reason: {reason}").format(reason=shortened(reason, 2 * REASON))] if reason else []


_EVERYWHERE: Final = N_(
    "**Stopped everywhere:** {question}\nWhoever asks reads that the moderators have paused this answer."
)
_HERE: Final = N_(
    "**Stopped in this server:** {question}\nWhoever asks here reads that the moderators have paused this answer. "
    "Elsewhere I go on giving it: only the moderators of a server that may edit the FAQ can stop it everywhere."
)
_ALREADY: Final = N_("**It was stopped already:** {question}")
_SERVED: Final = N_("**Back in service:** {question}")
_NOT_STOPPED: Final = N_("**It is not stopped:** {question}")
_NOT_YOURS: Final = N_("Only the moderators of a server that may edit the FAQ can serve it again.")
_UNSAVED: Final = N_(
    "It holds in this process, but is not saved yet: {reason} Until it is, my other processes do not know of it, and "
    "if I am started again, it is lost. I keep trying."
)
_STAYS: Final = N_("I could not change the message that shows it.")


def _stopped_page(bot: CaseBot, made: Stop, here: int, head: str, *remarks: str) -> Page:
    foot = [StartButton(made.entry)] if _theirs(bot, made, here) else []
    said = _(head).format(question=_name(bot, made.entry))
    known = [stop_line(made)] if head is _ALREADY else _because(made.reason)
    return Page(["\n".join([said, *known, *remarks])], foot=foot)


def stop_line(known: Stop) -> str:
    """Say who has stopped an entry, where, when and why."""
    line = (
        _("Stopped everywhere by {name}, {when}: members are not shown it.")
        if known.guild is None
        else _("Stopped in this server by {name}, {when}: members are not shown it.")
    )
    said = line.format(name=literal(known.by), when=discord.utils.format_dt(known.since, "f"))
    return " ".join([said, *_because(known.reason)])


def stop_events(stops: Iterable[Stop]) -> list[tuple[dt.datetime, str]]:
    """List what was done, latest first, as lines of a history, each with its moment."""
    lines = []
    for each in stops:
        if each.ended:
            by = each.ended_by or _("somebody")
            lines.append((each.ended, _event(each.ended, by, _("served {entry} again"), each.entry)))
        done = _("stopped {entry}") if each.guild is None else _("stopped {entry} in this server")
        lines.append((each.since, ". ".join([_event(each.since, each.by, done, each.entry), *_because(each.reason)])))
    return lines


def _event(when: dt.datetime, by: str, done: str, entry: str) -> str:
    return f"{discord.utils.format_dt(when, 'f')}, {literal(by)}: {done.format(entry=literal(entry))}"


def marked_questions(bot: CaseBot, guild: int) -> dict[str, str]:
    """Give the questions of the FAQ by the entry's id, with a mark where the answer is stopped in a server."""
    stopped = bot.store.stops(guild)
    return {entry.id: marked_question(entry, stopped) for entry in bot.live.current.base.entries.values()}


def marked_question(entry: Entry, stopped: Container[str]) -> str:
    """Give the question of an entry, with a mark if it is stopped."""
    return with_mark(_("{question} (stopped)"), entry.question) if entry.id in stopped else entry.question


def with_mark(name: str, question: str) -> str:
    """Put a mark after a question, which is cut so that a choice takes both."""
    return name.format(question=limits.cut(question, limits.CHOICE - len(name.format(question=""))))


def choice_page(bot: CaseBot, entries: Sequence[str], spot: Spot) -> Page:
    """Ask a moderator what to do about an answer.

    Args:
        bot: knows the questions.
        entries: what the answer shows, one or two.
        spot: its message; none where only the moderator sees it.
    """
    names = [_name(bot, entry) for entry in entries]
    ask = _("Stop this answer, or only delete the message? Both happen at once; a stopped answer can be served again.")
    labels = [_("Stop this answer")] if len(entries) == 1 else [_("Stop: {question}").format(question=n) for n in names]
    buttons: list[Control] = [StopButton(entry, spot, label) for entry, label in zip(entries, labels, strict=True)]
    if spot.message:
        buttons.append(RemoveButton(spot))
    return Page(["\n".join([*(f"**{name}**" for name in names), ask])], foot=buttons)


def switch(bot: CaseBot, entry: str, here: int) -> list[Control]:
    """Make the button that stops an entry, or serves it again; none where a server's moderators can do neither."""
    known = bot.store.stops(here).get(entry)
    if known:
        return [StartButton(entry)] if _theirs(bot, known, here) else []
    return [StopButton(entry, Spot())] if entry in bot.live.current.base.entries else []


@final
class StopButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"stop:{_SPOT}:{ENTRY}",
    right=Right.MODERATOR,
):
    """Takes an entry out of service."""

    def __init__(self, entry: str, spot: Spot, label: str | None = None) -> None:
        self._entry = entry
        self._spot = spot
        super().__init__(
            ui.Button(
                label=limits.cut(label or _("Stop this answer"), limits.BUTTON_LABEL),
                custom_id=f"stop:{spot}:{entry}",
                style=discord.ButtonStyle.danger,
            )
        )

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["entry"], Spot.parse(match))

    @override
    async def act(self, interaction: Interaction) -> None:
        await stop(interaction, self._entry, self._spot)


@final
class StartButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"start:{ENTRY}",
    right=Right.MODERATOR,
):
    """Puts an entry back into service."""

    def __init__(self, entry: str) -> None:
        self._entry = entry
        super().__init__(ui.Button(label=_("Serve again"), custom_id=f"start:{entry}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await start(interaction, self._entry)


@final
class RemoveButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"remove:{_SPOT}",
    right=Right.MODERATOR,
):
    """Deletes a message of the bot, and what belongs to it, from a moderator's private choice."""

    def __init__(self, spot: Spot) -> None:
        self._spot = spot
        super().__init__(ui.Button(label=_("Delete the message"), custom_id=f"remove:{spot}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(Spot.parse(match))

    @override
    async def act(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        failed = await _take_away(interaction, self._spot, None)
        await show_instead(interaction, notice(failed[0] if failed else _("Deleted.")))
