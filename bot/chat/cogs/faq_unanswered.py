"""What was asked in vain becomes work: each group of questions with what can be done about it, one press away.

The list is private to its moderator. Its controls are dynamic items, which carry where they stand in
the list and which group they are about, so that they outlive a restart; what they do is held against
what is on the list then: of two moderators at the same group, the second is told that it is dealt with.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import app_commands, ui
from typing_extensions import override

from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.edit_confirm import propose
from bot.chat.cogs.entry_forms import add_form
from bot.chat.cogs.faq_group import faq_group
from bot.chat.drafts import OnConfirmed
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import Control, Guarded, GuardedMenu, Page
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, needs, server_of
from bot.chat.screens.entry_form import EntryForm, Field
from bot.chat.screens.unanswered import (
    BACK_ALREADY,
    DONE_ALREADY,
    NOTHING,
    group_sections,
    place_line,
    settled_line,
    wording_line,
)
from bot.editing.edits import AddPhrasing, AddUnanswered
from bot.editing.merge import Values
from bot.editing.revision import Revision
from bot.i18n.catalogue import N_, _
from bot.knowledge.load import same
from bot.knowledge.model import MAX_PHRASING, Kind, KnowledgeBase
from bot.matching.types import Candidate
from bot.moderation.unanswered import Group, Order
from bot.store.store import StoreError
from bot.store.types import Resolution

RANKED: Final = 200
"""Entries that are looked through for some that say that the source does not say."""

FARTHEST: Final = 9_999
"""The last group that can be turned to: nobody gets as far, and a custom id has no room for more."""

_WORDING: Final = Field(
    "wording",
    N_("Wording"),
    N_("As a member would type it; drop what is not the question"),
    most=MAX_PHRASING,
    tall=False,
)


class Spot(NamedTuple):
    """Where in the list a moderator is. It fits into a custom id."""

    order: Order = Order.COUNT
    number: int = 0
    """The group, from 0; one beyond the last shows the last."""

    asked: str = "-"
    """The id of one of its questions; a dash where there is none."""

    def __str__(self) -> str:
        """Write it for a custom id."""
        return f"{self.order}:{self.number}:{self.asked}"

    @classmethod
    def parse(cls, text: str) -> "Spot":
        """Read it again."""
        order, number, asked = text.split(":")
        return cls(Order(order), int(number), asked)


_SPOT: Final = r"(?P<spot>(?:count|recent):\d{1,4}:(?:[0-9a-f]{12}|-))"


@app_commands.command(
    name="unanswered",
    description=N_("What was asked here in vain, and what to do about it"),
    extras=needs(Right.MODERATOR),
)
@app_commands.describe(order=N_("By default what was asked most comes first"))
@app_commands.choices(
    order=[
        app_commands.Choice(name=N_("Most asked first"), value=Order.COUNT.value),
        app_commands.Choice(name=N_("Latest first"), value=Order.RECENT.value),
    ]
)
async def unanswered(interaction: Interaction, order: str = Order.COUNT.value) -> None:
    """Show the first group privately."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_instead(interaction, [await _list_page(interaction, Spot(Order(order)))])


async def _list_page(interaction: Interaction, spot: Spot, remark: str = "", *, undo: bool = False) -> Page:
    """Lay out the group at a spot, as it is now.

    Args:
        interaction: of a moderator in a server.
        spot: where; whatever group stands there now.
        remark: what became of the last step.
        undo: whether the last step, about the group of the spot, can be undone.
    """
    bot = interaction.client
    try:
        groups = await bot.backlog.groups(server_of(interaction), spot.order)
    except StoreError as error:
        return _away(spot, error)
    head = [remark] if remark else []
    back = [StepButton("undo", spot)] if undo else []
    if not groups:
        return Page([*head, _(NOTHING)], foot=back)
    number = min(spot.number, len(groups) - 1)
    group = groups[number]
    here = Spot(spot.order, min(number, FARTHEST), group.ids[0])
    answerer = bot.live.current
    ranked = answerer.matcher.rank(group.text, limits.OPTIONS + 1)
    nearest = next(iter(ranked), None)
    place = place_line(number, groups, spot.order)
    sections = [*head, *group_sections(group, nearest, bot.asking.served(server_of(interaction))), place]
    page = Page(sections, _entry_menu(here, answerer.base, ranked[1:]), _actions(here, group, nearest))
    page.put(ui.ActionRow(*_turns(here, len(groups)), *back))
    return page


def _away(spot: Spot, error: StoreError | TimeoutError) -> Page:
    why = literal(str(error) or _("The database is slow."))
    said = _("The list cannot be read or written now: {reason}").format(reason=why)
    return Page([said], foot=[StepButton("here", spot)])


def _turns(here: Spot, count: int) -> list["StepButton"]:
    other = "recent" if here.order is Order.COUNT else "count"
    return [
        StepButton("previous", here, disabled=here.number == 0),
        StepButton("next", here, disabled=here.number == count - 1),
        StepButton(other, here),
    ]


def _actions(here: Spot, group: Group, nearest: Candidate | None) -> list[Control]:
    """Make the buttons; what the nearest entry answers already, and does not help, is not to be added to it."""
    useless = nearest and nearest.entry in group.unhelpful and group.answered
    add: list[Control] = [AddButton(here, nearest.entry)] if nearest and not useless else []
    return [*add, *(StepButton(verb, here) for verb in ("entry", "uncovered", "dismiss"))]


def _entry_menu(here: Spot, base: KnowledgeBase, ranked: Sequence[Candidate]) -> list[Control]:
    """Offer the entries that come next after the nearest."""
    others = [(base.entries[each.entry].question, each.entry) for each in ranked]
    return [EntryMenu.build(here, Resolution.PHRASING, others)] if others else []


def _uncovered_page(bot: CaseBot, spot: Spot, group: Group) -> Page:
    """Ask in which way a group is not covered."""
    answerer = bot.live.current
    entries = answerer.base.entries
    ranked = [entries[each.entry] for each in answerer.matcher.rank(group.text, RANKED)]
    silent = [(entry.question, entry.id) for entry in ranked if entry.kind is Kind.NOT_COVERED][: limits.OPTIONS]
    choice = _(
        "Should members be told that the source does not say? Then pick the entry that says so, or write one.\n"
        "Is it none of my business? Then let me keep silent: I learn not to answer the like."
    )
    menu: list[Control] = [EntryMenu.build(spot, Resolution.NOT_COVERED, silent)] if silent else []
    return Page(
        [f"### {_('Not covered')}\n> {wording_line(group.text)}", choice],
        menu,
        [StepButton(verb, spot) for verb in ("silent-entry", "silence", "here")],
    )


async def _add_phrasing(interaction: Interaction, spot: Spot, entry: str, resolution: Resolution) -> None:
    """Propose the wording of a group that was used most as a phrasing of an entry."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    group = await _group(interaction, spot)
    if group:
        settle = _settle(spot, resolution)
        form = partial(_wording_form, entry, group.text, settle)
        await propose(interaction, AddPhrasing(entry, group.text), form=form, on_confirmed=settle)


def _wording_form(
    entry: str,
    wording: str,
    settle: OnConfirmed,
    *,
    anew: bool,  # noqa: ARG001 - there is nothing that others could have changed
) -> EntryForm:
    return EntryForm(_("Add a wording"), [_WORDING], {"wording": wording}, partial(_retyped, entry, settle))


async def _retyped(entry: str, settle: OnConfirmed, interaction: Interaction, typed: Values) -> None:
    wording = str(typed["wording"])
    form = partial(_wording_form, entry, wording, settle)
    await propose(interaction, AddPhrasing(entry, wording), form=form, on_confirmed=settle)


async def _group(interaction: Interaction, spot: Spot) -> Group | None:
    """Find the group of a spot; where it is dealt with, say so and show what stands there now."""
    try:
        group = await interaction.client.backlog.find(server_of(interaction), spot.asked)
    except StoreError as error:
        await show_instead(interaction, [_away(spot, error)])
        return None
    if group is None:
        await show_instead(interaction, [await _list_page(interaction, spot, _(DONE_ALREADY))])
    return group


def _settle(spot: Spot, resolution: Resolution) -> OnConfirmed:
    """Make what takes a group off the list once an edit is in the files, and goes on to the next."""

    async def settled(interaction: Interaction, revision: Revision) -> None:
        bot = interaction.client
        entries = bot.live.current.base.entries
        entry = next((change.item for change in revision.changes if change.item in entries), None)
        try:
            result = await bot.backlog.settle(server_of(interaction), spot.asked, entry, resolution)
        except StoreError as error:
            await show_privately(interaction, [_away(spot, error)])
            return
        remark = settled_line(result.done, result.left)
        await show_privately(interaction, [await _list_page(interaction, spot, remark)])

    return settled


async def _turn(interaction: Interaction, spot: Spot, *, by: int = 0) -> None:
    await interaction.response.defer()
    there = spot._replace(number=max(0, spot.number + by))
    await show_instead(interaction, [await _list_page(interaction, there)])


async def _sort(interaction: Interaction, _spot: Spot, *, order: Order) -> None:
    await _turn(interaction, Spot(order))


async def _choose_uncovered(interaction: Interaction, spot: Spot) -> None:
    await interaction.response.defer()
    group = await _group(interaction, spot)
    if group:
        await show_instead(interaction, [_uncovered_page(interaction.client, spot, group)])


async def _dismiss(interaction: Interaction, spot: Spot) -> None:
    """Take a group off the list, and show the next with the way back."""
    await interaction.response.defer()
    try:
        group = await interaction.client.backlog.dismiss(server_of(interaction), spot.asked)
    except StoreError as error:
        await show_instead(interaction, [_away(spot, error)])
        return
    remark = _("Dismissed: {question}").format(question=wording_line(group.text)) if group else _(DONE_ALREADY)
    await show_instead(interaction, [await _list_page(interaction, spot, remark, undo=group is not None)])


async def _undo(interaction: Interaction, spot: Spot) -> None:
    await interaction.response.defer()
    try:
        found = await interaction.client.backlog.put_back(server_of(interaction), spot.asked)
    except StoreError as error:
        await show_instead(interaction, [_away(spot, error)])
        return
    remark = _("It is back on the list.") if found else _(BACK_ALREADY)
    await show_instead(interaction, [await _list_page(interaction, spot, remark)])


async def _write_entry(interaction: Interaction, spot: Spot, *, silent: bool) -> None:
    """Open the form of a new entry with what was asked. It must open within three seconds, hence no grouping."""
    bot = interaction.client
    try:
        async with asyncio.timeout(limits.BEFORE_FORM):
            wordings = await bot.backlog.wordings(server_of(interaction), spot.asked)
    except (StoreError, TimeoutError) as error:
        await show_instead(interaction, [_away(spot, error)])
        return
    if not wordings:
        await interaction.response.defer()
        await show_instead(interaction, [await _list_page(interaction, spot, _(DONE_ALREADY))])
        return
    different: dict[str, str] = {}
    for text in wordings:
        different.setdefault(same(text), text)
    first, *others = different.values()
    values: dict[str, str | tuple[str, ...]] = {"question": first, "phrasings": tuple(others)}
    if silent:
        values["kind"] = Kind.NOT_COVERED.value
    settle = _settle(spot, Resolution.NOT_COVERED if silent else Resolution.ENTRY)
    await interaction.response.send_modal(add_form(bot, values, settle))


async def _keep_silent(interaction: Interaction, spot: Spot) -> None:
    """Propose a group for what must not be answered."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    group = await _group(interaction, spot)
    if group:
        settle = _settle(spot, Resolution.NOT_COVERED)
        await propose(interaction, AddUnanswered(group.text), on_confirmed=settle)


_VERBS: Final[Mapping[str, tuple[str, Right, Callable[[Interaction, Spot], Awaitable[None]]]]] = {
    "previous": (N_("Previous"), Right.MODERATOR, partial(_turn, by=-1)),
    "next": (N_("Next"), Right.MODERATOR, partial(_turn, by=1)),
    "here": (N_("Back to the list"), Right.MODERATOR, _turn),
    "count": (N_("Most asked first"), Right.MODERATOR, partial(_sort, order=Order.COUNT)),
    "recent": (N_("Latest first"), Right.MODERATOR, partial(_sort, order=Order.RECENT)),
    "entry": (N_("Write a new entry"), Right.EDITOR, partial(_write_entry, silent=False)),
    "uncovered": (N_("Not covered"), Right.EDITOR, _choose_uncovered),
    "silent-entry": (N_("Write that the source does not say"), Right.EDITOR, partial(_write_entry, silent=True)),
    "silence": (N_("Keep silent"), Right.EDITOR, _keep_silent),
    "dismiss": (N_("Dismiss"), Right.MODERATOR, _dismiss),
    "undo": (N_("Undo"), Right.MODERATOR, _undo),
}
"""What the buttons say, who may press them and what they do, by the names that their ids carry."""


@final
class StepButton(Guarded, ui.DynamicItem[ui.Button[Any]], template=rf"queue:(?P<verb>{'|'.join(_VERBS)}):{_SPOT}"):
    """Turns the list, or does something about the group that is shown."""

    def __init__(self, verb: str, spot: Spot, *, disabled: bool = False) -> None:
        self._verb = verb
        self._spot = spot
        label, _right, _step = _VERBS[verb]
        super().__init__(ui.Button(label=_(label), custom_id=f"queue:{verb}:{spot}", disabled=disabled))

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["verb"], Spot.parse(match["spot"]))

    @override
    def needs(self) -> Right:
        return _VERBS[self._verb][1]

    @override
    async def act(self, interaction: Interaction) -> None:
        _label, _right, step = _VERBS[self._verb]
        await step(interaction, self._spot)


@final
class AddButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"queue-add:{_SPOT}:(?P<entry>[a-z0-9-]{{1,60}})",
    right=Right.EDITOR,
):
    """Adds a group to the entry that was nearest when it was shown."""

    def __init__(self, spot: Spot, entry: str) -> None:
        self._spot = spot
        self._entry = entry
        super().__init__(ui.Button(label=_("Add to nearest"), custom_id=f"queue-add:{spot}:{entry}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(Spot.parse(match["spot"]), match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await _add_phrasing(interaction, self._spot, self._entry, Resolution.PHRASING)


@final
class EntryMenu(
    GuardedMenu,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"queue-to:(?P<how>phrasing|not_covered):{_SPOT}",
    right=Right.EDITOR,
):
    """Adds a group to the entry that is picked."""

    @classmethod
    def build(cls, spot: Spot, resolution: Resolution, entries: Sequence[tuple[str, str]]) -> Self:
        """Make the menu.

        Args:
            spot: of the group.
            resolution: how the group is dealt with by it: phrasing, or not covered.
            entries: question and id of each; at most :data:`bot.chat.message.limits.OPTIONS`.
        """
        phrasing = resolution is Resolution.PHRASING
        another = _("Add to another entry") if phrasing else _("Add to an entry that says so")
        (options,) = limits.option_groups(entries)
        return cls(ui.Select(custom_id=f"queue-to:{resolution}:{spot}", placeholder=another, options=options))

    @override
    async def act(self, interaction: Interaction) -> None:
        _name, how, spot = self.custom_id.split(":", 2)
        await _add_phrasing(interaction, Spot.parse(spot), self.item.values[0], Resolution(how))


async def setup(bot: CaseBot) -> None:
    """Add the command and its controls, which outlive a restart; discord.py calls this."""
    bot.add_dynamic_items(StepButton, AddButton, EntryMenu)
    faq_group(bot).add_command(unanswered)
