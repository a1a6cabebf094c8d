"""Lists that are longer than one message: one page at a time, with buttons that turn it.

The buttons are dynamic items, whose ids carry all that is needed to build any page again (who owns
the list, which list, which page), and no view with a timeout that holds the pages, because

- a list that was opened before a restart can still be turned after it;
- a page may hold menus that are dynamic items, and discord.py 2.7 forgets these for all messages
  when a view with a timeout ends;
- nothing is kept for a list but a timer. It disables the buttons of a list that nobody turns any more;
  where a restart has lost the timer, the next turn starts a new one.

Pages are always built from what is known now: after a reload a list shows the new text.
"""

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
from bot.chat.message.modal import Modal
from bot.chat.message.page import SMALL, Control, Guarded, Page
from bot.chat.message.send import show, show_instead, show_privately
from bot.chat.rights import Right
from bot.i18n.catalogue import N_, _
from bot.i18n.commands import SLASH, command

NOTHING: Final = N_("There is nothing here any more.")


@dataclass(frozen=True, slots=True)
class ListPage:
    """What one page of a list shows."""

    sections: tuple[str, ...]
    """One of :func:`bot.chat.message.limits.leaves`'s pages."""

    controls: tuple[Control, ...] = ()
    """At most :data:`bot.chat.message.limits.LEAF_ROWS`."""


ListPages: TypeAlias = Callable[[Answerer, str], Sequence[ListPage]]
"""Builds the pages of a list from what is known, and what of it is asked for (an id, a filter, or nothing)."""


StaffListPages: TypeAlias = Callable[[CaseBot, str, int], Awaitable[Sequence[ListPage]]]
"""Builds the pages of a list for the moderators of a server, which may take seconds."""


@dataclass(frozen=True, slots=True)
class ListKind:
    """One kind of list."""

    right: ClassVar[Right] = Right.MEMBER
    leaves: ListPages
    command: str
    """What opens such a list."""


@dataclass(frozen=True, slots=True)
class StaffListKind:
    """One kind of list for moderators."""

    right: ClassVar[Right] = Right.MODERATOR
    leaves: StaffListPages
    command: str
    """What opens such a list, without the slash."""


@dataclass(frozen=True, slots=True)
class ListPosition:
    """Where a member is in a list of their own; fits into a custom id."""

    owner: int
    shelf: str
    """Name of the shelf, at most 8 letters."""

    what: str = ""
    """What the list is about, at most 65 characters: an id, and a year before it."""

    number: int = 0
    """The page, from 0; one beyond the last shows the last."""


LIST_KINDS: Final[dict[str, ListKind | StaffListKind]] = {}
"""All kinds by the names that buttons carry; the cogs that open them register theirs."""


def register_lists(**kinds: ListKind | StaffListKind) -> None:
    """Let buttons open kinds of lists.

    Args:
        kinds: by their names, at most 8 letters; part of the ids of buttons, so that they never change.
    """
    LIST_KINDS.update(kinds)


def leaf_pages(sections: Sequence[str], controls: Sequence[Control] = ()) -> list[ListPage]:
    """Fill sections into as many pages as they need, each with the same controls."""
    return [ListPage(tuple(texts), tuple(controls)) for texts in limits.leaves(sections)]


async def open_list(ctx: commands.Context[CaseBot], shelf: str, what: str = "") -> None:
    """Send the first page of a list as the reply to a command.

    Args:
        ctx: of the command; its author owns the list.
        shelf: name of the shelf.
        what: what the list is about.
    """
    place = ListPosition(ctx.author.id, shelf, what)
    page, closed = await _page(ctx.bot, place, ctx.guild)
    message = await show(ctx, [page])
    if closed:
        nobody = discord.AllowedMentions.none()  # discord.py adds the bot's own to an edit only if that has content
        ctx.bot.timers.restart(message.id, lambda: message.edit(view=closed, allowed_mentions=nobody))


async def open_list_privately(interaction: Interaction, shelf: str, what: str = "") -> None:
    """Send the first page of a list to whoever clicked or ran a command, answered with "thinking" or not yet."""
    page, closed = await _page(interaction.client, ListPosition(interaction.user.id, shelf, what), interaction.guild)
    await show_privately(interaction, [page])
    if closed:
        message = await interaction.original_response()
        interaction.client.timers.restart(message.id, lambda: interaction.edit_original_response(view=closed))


async def _turn(interaction: Interaction, place: ListPosition, verb: str) -> None:
    """Turn to another page: where the verb leads from a place, or to the place itself."""
    bot = interaction.client
    if isinstance(LIST_KINDS[place.shelf], StaffListKind):
        # Its pages may take longer than the three seconds after which Discord gives up.
        await interaction.response.defer()
    target = _target(verb, place.number, len(await _leaves(bot, place, interaction.guild)))
    page, closed = await _page(bot, place if target is None else replace(place, number=target), interaction.guild)
    await show_instead(interaction, [page])
    if interaction.message and closed:
        bot.timers.restart(interaction.message.id, lambda: interaction.edit_original_response(view=closed))


async def _leaves(bot: CaseBot, place: ListPosition, guild: discord.Guild | None) -> Sequence[ListPage]:
    shelf, here = LIST_KINDS[place.shelf], guild.id if guild else None
    if isinstance(shelf, StaffListKind):
        found = await shelf.leaves(bot, place.what, here or 0)
    else:
        found = shelf.leaves(bot.questions.served(here), place.what)
    return found or [ListPage((_(NOTHING),))]


async def _page(bot: CaseBot, place: ListPosition, guild: discord.Guild | None) -> tuple[Page, Page | None]:
    """Lay out a page; where there is another one to turn to, also as it is when its buttons are closed."""
    leaves = await _leaves(bot, place, guild)
    if len(leaves) == 1:
        return Page(leaves[0].sections, leaves[0].controls), None
    number = min(place.number, len(leaves) - 1)
    leaf = leaves[number]
    count = SMALL + _("Page {number} of {count}").format(number=number + 1, count=len(leaves))
    open_, closed = (_turns(replace(place, number=number), len(leaves)) for _ in range(2))
    for turn in closed:
        turn.item.disabled = True
    again = _("These buttons are closed; `{command}` opens the list again.").format(command=_command(bot, place, guild))
    return _lay_out(leaf, open_, count), _lay_out(leaf, closed, f"{count}. {again}")


def _command(bot: CaseBot, place: ListPosition, guild: discord.Guild | None) -> str:
    """Write what opens a list; moderators' commands are slash commands only."""
    shelf = LIST_KINDS[place.shelf]
    if isinstance(shelf, StaffListKind):
        return f"{SLASH}{shelf.command}"
    return command(bot.sign(guild), shelf.command)


def _lay_out(leaf: ListPage, turns: Sequence["PageButton"], foot: str) -> Page:
    *first, last = leaf.sections
    return Page([*first, f"{last}\n{foot}"], leaf.controls, turns)


def _turns(place: ListPosition, count: int) -> list["PageButton"]:
    """Make the row of buttons: where they cannot lead anywhere they are disabled, never gone."""
    verbs = _LABELS if count > len(_NEAR) else _NEAR
    return [PageButton(verb, place, disabled=_target(verb, place.number, count) == place.number) for verb in verbs]


# Short, so that the five stand in one row on a phone.
_LABELS: Final[Mapping[str, str]] = {
    "f": N_("First"),
    "p": N_("Back"),
    "g": N_("Go to"),
    "n": N_("Next"),
    "l": N_("Last"),
}


_NEAR: Final = "pn"
"""What turns a list of two pages, of which one is the first and the other the last."""


def _target(verb: str, number: int, count: int) -> int | None:
    targets = {"f": 0, "p": max(number - 1, 0), "n": min(number + 1, count - 1), "l": count - 1}
    return targets.get(verb)


@final
class PageButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=r"turn:(?P<verb>[fpgnl]):(?P<owner>\w{1,13}):(?P<shelf>\w{1,8}):(?P<number>\w{1,3}):(?P<what>.*)",
):
    """A button below a list. Only whoever opened the list may turn it: others would take the page from under them."""

    def __init__(self, verb: str, place: ListPosition, *, disabled: bool = False) -> None:
        self._verb = verb
        self._place = place
        where = f"{limits.short(place.owner)}:{place.shelf}:{limits.short(place.number)}:{place.what}"
        super().__init__(ui.Button(label=_(_LABELS[verb]), custom_id=f"turn:{verb}:{where}", disabled=disabled))

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        place = ListPosition(int(match["owner"], 36), match["shelf"], match["what"], int(match["number"], 36))
        return cls(match["verb"], place)

    @override
    def needs(self) -> Right:
        return LIST_KINDS[self._place.shelf].right

    @override
    async def act(self, interaction: Interaction) -> None:
        bot, place = interaction.client, self._place
        if interaction.user.id != place.owner:
            sentence = _("Only the member who opened this list can turn it. `{command}` opens one of your own.")
            again = _command(bot, place, interaction.guild)
            await interaction.response.send_message(sentence.format(command=again), ephemeral=True)
            return
        if self._verb == "g":
            await interaction.response.send_modal(GoTo(place, len(await _leaves(bot, place, interaction.guild))))
        else:
            await _turn(interaction, place, self._verb)


@final
class GoTo(Modal):
    """Asks for a page's number."""

    def __init__(self, place: ListPosition, count: int) -> None:
        """Ask a member.

        Args:
            place: where the member is.
            count: how many pages there are.
        """
        super().__init__(title=_("Go to page"), timeout=IDLE)
        self._place = place
        self._count = count
        self._number: ui.TextInput[GoTo] = ui.TextInput(custom_id="number", default=str(place.number + 1), max_length=5)
        self.add_item(ui.Label(text=_("Page, from 1 to {count}").format(count=count), component=self._number))

    @override
    def needs(self) -> Right:
        return LIST_KINDS[self._place.shelf].right

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        typed = self._number.value.strip()
        if typed.isdecimal() and 1 <= int(typed) <= self._count:
            await _turn(interaction, replace(self._place, number=int(typed) - 1), "g")
        else:
            sentence = _("Please give the number of a page, from 1 to {count}.").format(count=self._count)
            await interaction.response.send_message(sentence, ephemeral=True)
