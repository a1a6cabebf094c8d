"""The screens and controls with which moderators stop an answer or serve it again."""

import asyncio
import contextlib
import datetime as dt
import re
from collections.abc import AsyncIterator, Awaitable, Container, Iterable, Sequence
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.chat.client import CaseBot, Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal, shortened
from bot.chat.message.page import ENTRY_PATTERN, Control, GuardedButton, Page, notice
from bot.chat.message.send import show_instead
from bot.chat.rights import Right, server_of
from bot.editing.revision import author_name
from bot.i18n.catalogue import N_, _
from bot.i18n.dates import format_date
from bot.knowledge.model import Entry, KnowledgeBase, WithdrawnEntry
from bot.store.store import StoreError
from bot.store.types import Stop

ANSWER_PAUSED: Final = N_("The moderators have paused this answer.")
"""What members see in place of a stopped answer."""

TAKEN_OUT: Final = N_("A moderator has taken this answer down.")
"""What members see when a control in an older message leads to a stopped answer."""

MAX_REASON: Final = 200
"""The most characters of a reason."""

_QUESTION: Final = 200
"""The most characters of an entry's question in a line."""

_MESSAGE: Final = r"(?P<message>[0-9a-z]{1,13}):(?P<question>[0-9a-z]{1,13})"


class MessageRef(NamedTuple):
    """A message of the bot in the interaction's channel. It fits into a custom id."""

    message: int = 0
    """Id of the bot's message with the answer; 0 for none."""

    question: int = 0
    """Id of the question that it replies to, see :class:`bot.chat.reply_links.ReplyLinks`; 0 if unknown."""

    def __str__(self) -> str:
        """Return the reference as a part of a custom id."""
        return f"{limits.base36(self.message)}:{limits.base36(self.question)}"

    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        """Return the reference in a custom id."""
        return cls(int(match["message"], 36), int(match["question"], 36))


async def stop(
    interaction: Interaction, entry: str, message: MessageRef | None = None, reason: str | None = None
) -> None:
    """Stop an entry, and show the moderator the result.

    Args:
        interaction: a moderator's interaction, not answered yet.
        entry: id of the entry.
        message: the message that shows the answer, to replace by a notice that the answer is paused.
        reason: one line for the other moderators.
    """
    bot, here = interaction.client, server_of(interaction)
    base = bot.live.current.base
    if entry in base.withdrawn or (entry not in base.entries and bot.stops.find(entry, here) is None):
        # Removed since the button was sent, or never there: a custom id comes from a client.
        failed = await _carry_out(interaction, _retract(interaction, message, notice(_(TAKEN_OUT))[0]))
        await show_instead(interaction, notice("\n".join([_absent(base, entry), *failed])))
        return
    # Before the response to Discord, because a stop waits for nothing.
    stopped = bot.stops.stop(entry, here, author_name(interaction.user.display_name), reason)
    made, before, retract = stopped.stop, stopped.before, _retract(interaction, message, notice(_(ANSWER_PAUSED))[0])
    if made is before:
        remarks = await _carry_out(interaction, retract)
        if reason and reason != before.reason:
            remarks.append(_(_NOT_YOUR_REASON))
        await show_instead(interaction, [_stopped_page(bot, before, here, _ALREADY, *remarks)])
        return
    if before:
        told = _("{author} has given another reason why an answer is stopped: {question}")
    elif made.guild is None:
        told = _("{author} has stopped an answer: {question}")
    else:
        told = _("{author} has stopped an answer in this server: {question}")
    async with _telling(interaction, told, entry, *_because(reason)):
        remarks = await _carry_out(interaction, _save(bot), retract)
        if before:
            page = _stopped_page(bot, before, here, _ALREADY, *_because(reason, _("New reason: {reason}")), *remarks)
        else:
            page = _stopped_page(bot, made, here, _EVERYWHERE if made.guild is None else _HERE, *remarks)
        await show_instead(interaction, [page])


async def start(interaction: Interaction, entry: str) -> None:
    """Put an entry back into service, as far as this server's moderators may, and show the moderator the result.

    Args:
        interaction: a moderator's interaction, not answered yet.
        entry: id of an entry that is stopped, or was.
    """
    bot, here = interaction.client, server_of(interaction)
    started = bot.stops.start(entry, here, author_name(interaction.user.display_name))
    base = bot.live.current.base
    gone = base.withdrawn.get(entry)
    head, absent = _NOT_STOPPED, []
    if started.ended:
        served = entry in base.entries
        head = _SERVED if served else _ENDED
        absent = [] if served else [_absent(base, entry)]
    told = started.ended and not gone and not started.left
    line = _("{author} has put an answer back: {question}") if told else None
    async with _telling(interaction, line, entry, *absent):
        unsaved = await _carry_out(interaction, *([_save(bot)] if started.ended else []))
        if gone:
            await show_instead(interaction, notice("\n".join([withdrawn_line(gone), *unsaved])))
        elif started.left:
            await show_instead(interaction, [Page(["\n".join([stop_line(started.left), *unsaved]), _(_NOT_YOURS)])])
        else:
            said = [_(head).format(question=_name(bot, entry)), *absent, *unsaved]
            await show_instead(interaction, [Page(["\n".join(said)], foot=switch(bot, entry, here))])


async def _carry_out(interaction: Interaction, *steps: Awaitable[list[str]]) -> list[str]:
    """Defer the response and take steps, even if Discord doesn't accept the response; return the steps' remarks."""
    try:
        await _acknowledge(interaction)
    finally:
        remarks = await asyncio.gather(*steps)
    return [remark for each in remarks for remark in each]


@contextlib.asynccontextmanager
async def _telling(interaction: Interaction, line: str | None, entry: str, *more: str) -> AsyncIterator[None]:
    """Post a line in the server's moderator channel at the end of a block, even if the moderator can't be shown it."""
    try:
        yield
    finally:
        if line:
            await _tell(interaction, line, entry, *more)


async def _acknowledge(interaction: Interaction) -> None:
    """Defer the response: a click keeps its message, a command gets a private one."""
    if interaction.type is discord.InteractionType.component:
        await interaction.response.defer()
    else:
        await interaction.response.defer(ephemeral=True, thinking=True)


async def _save(bot: CaseBot) -> list[str]:
    """Save the stops; return a remark if the database doesn't do so in time, else nothing."""
    try:
        await bot.stops.save()
    except (StoreError, TimeoutError) as error:
        return [_(_UNSAVED).format(reason=literal(str(error) or _("The database is slow.")))]
    return []


async def _retract(interaction: Interaction, message: MessageRef | None, page: Page | None) -> list[str]:
    """Replace a message by a page, or delete it; return a remark if that fails, else nothing."""
    if message is None or not message.message:
        return []
    bot, channel = interaction.client, interaction.channel_id or 0
    done = await bot.reply_links.retract(bot, channel, message.message, message.question, page)
    return [] if done else [_(_STAYS)]


async def _tell(interaction: Interaction, line: str, entry: str, *remarks: str) -> None:
    """Post a line about a stop in the server's moderator channel, with remarks below it."""
    author = literal(author_name(interaction.user.display_name))
    said = line.format(author=author, question=f"{_name(interaction.client, entry)} (`{entry}`)")
    await interaction.client.tell_moderators(interaction.guild_id, "\n".join([said, *remarks]))


def _name(bot: CaseBot, entry: str) -> str:
    """Return the question of an entry, or its id if it is no longer in the files."""
    base = bot.live.current.base
    found = base.entries.get(entry) or base.retired.get(entry)
    return shortened(found.question if found else entry, _QUESTION)


def _because(reason: str | None, line: str = "") -> list[str]:
    line = line or _("Reason: {reason}")
    return [line.format(reason=shortened(reason, 2 * MAX_REASON))] if reason else []


_EVERYWHERE: Final = N_(
    "**Stopped everywhere:** {question}\nAnyone who asks is told that the moderators have paused this answer."
)
_HERE: Final = N_(
    "**Stopped in this server:** {question}\n"
    "Anyone who asks here is told that the moderators have paused this answer. I still give it elsewhere: only "
    "moderators of a server that may edit the FAQ can stop it everywhere."
)
_ALREADY: Final = N_("**It was already stopped:** {question}")
_NOT_IN_USE: Final = N_("This answer isn't in my FAQ.")
_SERVED: Final = N_("**Members get this answer again:** {question}")
_ENDED: Final = N_("**No longer stopped:** {question}")
_NOT_STOPPED: Final = N_("**It isn't stopped:** {question}")
_NOT_YOURS: Final = N_("Only moderators of a server that may edit the FAQ can put it back.")
_NOT_YOUR_REASON: Final = N_(
    "Your reason isn't kept: only moderators of a server that may edit the FAQ can give another one."
)
_UNSAVED: Final = N_(
    "It applies in this process, but isn't saved yet: {reason} Until it is, my other processes don't know about it, "
    "and it's lost if I restart. I'll keep trying."
)
_STAYS: Final = N_("I couldn't change the message that shows it.")


def _stopped_page(bot: CaseBot, made: Stop, here: int, head: str, *remarks: str) -> Page:
    foot = [StartButton(made.entry)] if bot.stops.may_end(made, here) else []
    said = _(head).format(question=_name(bot, made.entry))
    known = [stop_line(made)] if head is _ALREADY else _because(made.reason)
    return Page(["\n".join([said, *known, *remarks])], foot=foot)


def stop_line(known: Stop) -> str:
    """Return the line that says who has stopped an entry, where, when and why."""
    line = (
        _("Stopped everywhere by {name}, {when}: members don't see it.")
        if known.guild is None
        else _("Stopped in this server by {name}, {when}: members don't see it.")
    )
    said = line.format(name=literal(known.by), when=discord.utils.format_dt(known.since, "f"))
    return " ".join([said, *_because(known.reason)])


def stop_events(stops: Iterable[Stop]) -> list[tuple[dt.datetime, str]]:
    """Return the starts and ends of stops as lines of a history, each with its time."""
    lines = []
    for each in stops:
        if each.ended:
            by = each.ended_by or _("someone")
            lines.append((each.ended, _event(each.ended, by, _("put {entry} back"), each.entry)))
        done = _("stopped {entry}") if each.guild is None else _("stopped {entry} in this server")
        lines.append((each.since, ". ".join([_event(each.since, each.by, done, each.entry), *_because(each.reason)])))
    # Several stops of an entry, for several reasons, end together.
    return list(dict.fromkeys(lines))


def _event(when: dt.datetime, by: str, done: str, entry: str) -> str:
    return f"{discord.utils.format_dt(when, 'f')}, {literal(by)}: {done.format(entry=literal(entry))}"


def marked_questions(bot: CaseBot, guild: int) -> dict[str, str]:
    """Return the FAQ's questions by entry id, with a mark if the answer is stopped in a server."""
    stopped = bot.store.stops(guild)
    return {entry.id: marked_question(entry, stopped) for entry in bot.live.current.base.entries.values()}


def marked_question(entry: Entry, stopped: Container[str]) -> str:
    """Return the question of an entry, with a mark if it is stopped."""
    return with_mark(_("{question} (stopped)"), entry.question) if entry.id in stopped else entry.question


def with_mark(name: str, question: str) -> str:
    """Return a question with a mark, shortened so that both fit into a choice.

    Args:
        name: the mark with a placeholder, such as ``{question} (stopped)``.
        question: the question.
    """
    return name.format(question=limits.cut(question, limits.CHOICE - len(name.format(question=""))))


def choice_page(bot: CaseBot, entries: Sequence[str], message: MessageRef) -> Page:
    """Return the page that asks a moderator what to do about an answer.

    Args:
        bot: the bot.
        entries: ids of the entries that the answer shows, at most three.
        message: the answer's message; empty if only the moderator sees it.
    """
    names = [_name(bot, entry) for entry in entries]
    ask = _(
        "Stop this answer, or only delete the message? Either takes effect right away; a stopped answer can be put "
        "back."
    )
    labels = [_("Stop this answer")] if len(entries) == 1 else [_("Stop: {question}").format(question=n) for n in names]
    buttons: list[Control] = [StopButton(entry, message, label) for entry, label in zip(entries, labels, strict=True)]
    if message.message:
        buttons.append(RemoveButton(message))
    return Page(["\n".join([*(f"**{name}**" for name in names), ask])], foot=buttons)


def withdrawn_line(entry: WithdrawnEntry) -> str:
    """Return all that is said about an entry that was withdrawn at a person's request: not even why it was stopped."""
    return _("Withdrawn on request on {date}.").format(date=format_date(entry.withdrawn.date))


def retired_line(day: dt.date) -> str:
    """Return the line that says since when an entry is retired."""
    return _("Retired on {date}: members don't see it.").format(date=format_date(day))


def _absent(base: KnowledgeBase, entry: str) -> str:
    """Return why members don't get an answer, whether it is stopped or not."""
    if gone := base.withdrawn.get(entry):
        return withdrawn_line(gone)
    day = found.retired if (found := base.retired.get(entry)) else None
    return retired_line(day) if day else _(_NOT_IN_USE)


def switch(bot: CaseBot, entry: str, here: int) -> list[Control]:
    """Return the button that stops an entry or serves it again; nothing if the server's moderators can do neither."""
    known = bot.stops.find(entry, here)
    if known:
        return [StartButton(entry)] if bot.stops.may_end(known, here) else []
    return [StopButton(entry, MessageRef())] if entry in bot.live.current.base.entries else []


@final
class StopButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"stop:{_MESSAGE}:{ENTRY_PATTERN}",
    right=Right.MODERATOR,
):
    """Stops an entry."""

    def __init__(self, entry: str, message: MessageRef, label: str | None = None) -> None:
        self._entry = entry
        self._message = message
        super().__init__(
            ui.Button(
                label=limits.cut(label or _("Stop this answer"), limits.BUTTON_LABEL),
                custom_id=f"stop:{message}:{entry}",
                style=discord.ButtonStyle.danger,
            )
        )

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["entry"], MessageRef.parse(match))

    @override
    async def act(self, interaction: Interaction) -> None:
        await stop(interaction, self._entry, self._message)


@final
class StartButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"start:{ENTRY_PATTERN}",
    right=Right.MODERATOR,
):
    """Puts an entry back into service."""

    def __init__(self, entry: str) -> None:
        self._entry = entry
        super().__init__(ui.Button(label=_("Put back"), custom_id=f"start:{entry}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await start(interaction, self._entry)


@final
class RemoveButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"remove:{_MESSAGE}",
    right=Right.MODERATOR,
):
    """Deletes a reply of the bot, from a moderator's private page about it."""

    def __init__(self, message: MessageRef) -> None:
        self._message = message
        super().__init__(ui.Button(label=_("Delete the message"), custom_id=f"remove:{message}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(MessageRef.parse(match))

    @override
    async def act(self, interaction: Interaction) -> None:
        await interaction.response.defer()
        failed = await _retract(interaction, self._message, None)
        await show_instead(interaction, notice(failed[0] if failed else _("Deleted.")))
