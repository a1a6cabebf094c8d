"""Lists longer than one message: one page at a time, with buttons for the other pages.

The buttons are dynamic items. Their custom ids contain everything that is needed to build any page again: the owner of
the list, its kind, and the page. They are better than a view with a timeout that holds the pages:

- A list still works after a restart.
- A page may contain menus that are dynamic items. discord.py 2.7 unregisters these for all messages when a view with a
  timeout ends.
- A list needs no state other than a timer, which disables its buttons when it is idle. If a restart loses the timer,
  the next click starts a new one.

Pages are always built from the current knowledge, so after a reload a list shows the new text.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final, Self, TypeAlias, final

import discord
from discord import ui
from discord.ext import commands
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.chat.client import CaseBot, Interaction
from bot.chat.idle_timers import IDLE
from bot.chat.message import limits
from bot.chat.message.errors import tell_privately
from bot.chat.message.modal import Modal
from bot.chat.message.page import SMALL, Control, GuardedButton, Page
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import SLASH, command

EMPTY_LIST: Final = N_("There's nothing here anymore.")


@dataclass(frozen=True, slots=True)
class ListPage:
    """The content of one page of a list."""

    sections: tuple[str, ...]
    """The texts of one page, see :func:`bot.chat.message.limits.pack_list`."""

    controls: tuple[Control, ...] = ()
    """At most :data:`bot.chat.message.limits.LIST_ROWS` controls."""


ListPages: TypeAlias = Callable[[Answerer, str], Sequence[ListPage]]
"""Returns the pages of a list, given the current Answerer and the list's subject (an id, a filter, or nothing)."""


StaffListPages: TypeAlias = Callable[[CaseBot, str, int], Awaitable[Sequence[ListPage]]]
"""Returns the pages of a list for the moderators of a server, given its subject; it may take seconds."""


MAX_SUBJECT: Final = 65
"""The longest subject of a list, in characters, so that a button's custom id has room for it."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """A kind of list."""

    right: ClassVar[Right] = Right.MEMBER
    pages: ListPages
    command: str
    """The command that opens such a list."""

    empty: str = EMPTY_LIST
    """What to say if the knowledge base has nothing for the list with all, marked for translation."""


@dataclass(frozen=True, slots=True)
class StaffListKind:
    """A kind of list for moderators."""

    right: ClassVar[Right] = Right.MODERATOR
    pages: StaffListPages
    command: str
    """The command that opens such a list, without the slash."""


@dataclass(frozen=True, slots=True)
class ListPosition:
    """A member's position in a list. It fits into a custom id."""

    owner: int
    kind: str
    """Name of the kind of list, at most 8 letters."""

    what: str = ""
    """The subject of the list, at most :data:`MAX_SUBJECT` characters: an id, possibly with a period before it."""

    number: int = 0
    """The page, from 0; a number beyond the last shows the last page."""


LIST_KINDS: Final[dict[str, ListKind | StaffListKind]] = {}
"""All kinds of lists by name; the cogs that open them register them."""


def register_lists(**kinds: ListKind | StaffListKind) -> None:
    """Register kinds of lists, so that buttons can open them.

    Args:
        kinds: the kinds by name. Names have at most 8 letters and are part of custom ids, so they must never change.
    """
    LIST_KINDS.update(kinds)


def list_pages(sections: Sequence[str], controls: Sequence[Control] = ()) -> list[ListPage]:
    """Return sections as pages of a list, each with the same controls."""
    return [ListPage(tuple(texts), tuple(controls)) for texts in limits.pack_list(sections)]


async def open_list(ctx: commands.Context[CaseBot], kind: str, what: str = "") -> None:
    """Send the first page of a list as the reply to a command.

    Args:
        ctx: the context of the command; its author owns the list.
        kind: name of the kind of list.
        what: the subject of the list.
    """
    position = ListPosition(ctx.author.id, kind, what)
    page, closed = await _page(ctx.bot, position, ctx.guild, opening=True)
    message = (await ctx.bot.reply_links.reply(ctx, [page]))[-1]
    if closed:
        nobody = discord.AllowedMentions.none()  # discord.py adds the bot's default to an edit only if it has content
        ctx.bot.timers.restart(message.id, lambda: message.edit(view=closed, allowed_mentions=nobody))


async def open_list_privately(interaction: Interaction, kind: str, what: str = "") -> None:
    """Send the first page of a list privately; the interaction must be deferred or not answered yet."""
    page, closed = await _page(interaction.client, ListPosition(interaction.user.id, kind, what), interaction.guild)
    await show_privately(interaction, [page])
    if closed:
        message = await interaction.original_response()
        interaction.client.timers.restart(message.id, lambda: interaction.edit_original_response(view=closed))


async def _go(interaction: Interaction, position: ListPosition, verb: str) -> None:
    """Show the page that a button leads to, or that of the position itself."""
    bot = interaction.client
    if isinstance(LIST_KINDS[position.kind], StaffListKind):
        # Its pages may take longer than the three seconds that Discord allows.
        await interaction.response.defer()
    target = _target(verb, position.number, len(await _pages(bot, position, interaction.guild)))
    there = position if target is None else replace(position, number=target)
    page, closed = await _page(bot, there, interaction.guild)
    await show_instead(interaction, [page])
    if interaction.message and closed:
        bot.timers.restart(interaction.message.id, lambda: interaction.edit_original_response(view=closed))


async def _pages(
    bot: CaseBot, position: ListPosition, guild: discord.Guild | None, *, opening: bool = False
) -> Sequence[ListPage]:
    """Return the pages of a list. If there are none, one page says so, or that they are gone if it was open before."""
    kind, here = LIST_KINDS[position.kind], guild.id if guild else None
    if isinstance(kind, StaffListKind):
        found = await kind.pages(bot, position.what, here or 0)
    else:
        found = kind.pages(bot.questions.answerer_for(here), position.what)
        if not found and opening and not position.what:
            return [ListPage((_(kind.empty),))]
    return found or [ListPage((_(EMPTY_LIST),))]


async def _count(bot: CaseBot, position: ListPosition, guild: discord.Guild | None) -> int | None:
    """Return the number of pages of a list; None if there is no time to find out before a form has to be open."""
    try:
        async with asyncio.timeout(limits.BEFORE_FORM):
            return len(await _pages(bot, position, guild))
    except TimeoutError:
        return None


async def _page(
    bot: CaseBot, position: ListPosition, guild: discord.Guild | None, *, opening: bool = False
) -> tuple[Page, Page | None]:
    """Return a page, and the same page with disabled buttons, or None if it is the only one."""
    pages = await _pages(bot, position, guild, opening=opening)
    if len(pages) == 1:
        return Page(pages[0].sections, pages[0].controls), None
    number = min(position.number, len(pages) - 1)
    shown, there = pages[number], replace(position, number=number)
    count = SMALL + _("Page {number} of {count}").format(number=number + 1, count=len(pages))
    again = _("This list has timed out. Use `{command}` to open it again.").format(
        command=_command(bot, position, guild)
    )
    return (
        _with_foot(shown, _buttons(there, len(pages)), count),
        _with_foot(shown, _buttons(there, len(pages), closed=True), f"{count}. {again}"),
    )


def _command(bot: CaseBot, position: ListPosition, guild: discord.Guild | None) -> str:
    """Return the command that opens a list; moderators' commands are slash commands only."""
    kind = LIST_KINDS[position.kind]
    if isinstance(kind, StaffListKind):
        return f"{SLASH}{kind.command}"
    return command(bot.sign(guild), kind.command)


def _with_foot(shown: ListPage, buttons: Sequence[Control], foot: str) -> Page:
    *first, last = shown.sections
    return Page([*first, f"{last}\n{foot}"], shown.controls, buttons)


def _buttons(position: ListPosition, count: int, *, closed: bool = False) -> list[Control]:
    """Return the row of buttons, of which those that lead nowhere are disabled."""
    verbs = "png" if count > len(_NEAR) else _NEAR
    return [
        PageButton(verb, position, disabled=closed or _target(verb, position.number, count) == position.number)
        for verb in verbs
    ]


# A screen reader reads each label on its own.
_LABELS: Final[Mapping[str, str]] = {
    "f": N_("First page"),
    "p": N_("Previous page"),
    "g": N_("Go to page"),
    "n": N_("Next page"),
    "l": N_("Last page"),
}
"""Labels by verb. Only older messages have buttons to the first and last page: more than three take too much room."""


_NEAR: Final = "pn"
"""The buttons of a list of two pages, for which "Go to page" would be redundant."""


def _target(verb: str, number: int, count: int) -> int | None:
    targets = {"f": 0, "p": max(number - 1, 0), "n": min(number + 1, count - 1), "l": count - 1}
    return targets.get(verb)


@final
class PageButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=r"turn:(?P<verb>[fpgnl]):(?P<owner>[0-9a-z]{1,13}):(?P<kind>[a-z]{1,8}):(?P<number>[0-9a-z]{1,3}):(?P<what>.*)",
):
    """A button below a list. It is only for the list's owner, so that nobody else turns the page while they read."""

    def __init__(self, verb: str, position: ListPosition, *, disabled: bool = False) -> None:
        self._verb = verb
        self._position = position
        where = f"{limits.base36(position.owner)}:{position.kind}:{limits.base36(position.number)}:{position.what}"
        super().__init__(ui.Button(label=_(_LABELS[verb]), custom_id=f"turn:{verb}:{where}", disabled=disabled))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        position = ListPosition(int(match["owner"], 36), match["kind"], match["what"], int(match["number"], 36))
        return cls(match["verb"], position)

    @override
    def needs(self) -> Right:
        kind = LIST_KINDS.get(self._position.kind)
        return kind.right if kind else Right.MEMBER

    @override
    async def act(self, interaction: Interaction) -> None:
        bot, position = interaction.client, self._position
        if position.kind not in LIST_KINDS:  # of another version, or forged
            await tell_privately(interaction, _(EMPTY_LIST))
            return
        if interaction.user.id != position.owner:
            sentence = _("Only the person who opened this list can turn its pages. Use `{command}` to open your own.")
            again = _command(bot, position, interaction.guild)
            await interaction.response.send_message(sentence.format(command=again), ephemeral=True)
            return
        if self._verb == "g":
            await interaction.response.send_modal(GoTo(position, await _count(bot, position, interaction.guild)))
        else:
            await _go(interaction, position, self._verb)


@final
class GoTo(Modal):
    """A form that asks for the number of a page."""

    def __init__(self, position: ListPosition, count: int | None) -> None:
        """Create the form.

        Args:
            position: the member's position in the list.
            count: the number of pages; None if it is unknown. A number beyond the last page then leads to that one.
        """
        super().__init__(title=_("Go to page"), timeout=IDLE)
        self._position = position
        self._count = count
        self._number: ui.TextInput[GoTo] = ui.TextInput(
            custom_id="number", default=str(position.number + 1), max_length=5
        )
        label = _("Page, from 1 to {count}").format(count=count) if count else _("Page")
        self.add_item(ui.Label(text=label, component=self._number))

    @override
    def needs(self) -> Right:
        return LIST_KINDS[self._position.kind].right

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        typed = self._number.value.strip()
        number = int(typed) if typed.isdecimal() else 0
        if number and (self._count is None or number <= self._count):
            await _go(interaction, replace(self._position, number=number - 1), "g")
        else:
            sentence = (
                _("Please enter a page number from 1 to {count}.").format(count=self._count)
                if self._count
                else _("Please enter a page number.")
            )
            await interaction.response.send_message(sentence, ephemeral=True)
