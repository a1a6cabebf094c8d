"""The list of unanswered questions: one group per page, with buttons for everything that can be done about it.

The list is private to its moderator. Its controls are dynamic items, whose custom ids contain the position in the list
and the group, so that they work after a restart. Every action checks the list as it is then: if two moderators deal
with the same group, the second is told that it is off the list.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple, Self, final

from discord import app_commands, ui
from typing_extensions import override

from bot.answering.service import Nearest
from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.edit_confirm import propose
from bot.chat.cogs.entry_forms import EditButton, add_form
from bot.chat.cogs.faq_group import faq_group
from bot.chat.drafts import OnConfirmed
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY_PATTERN, Control, GuardedButton, GuardedMenu, Page
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, needs, server_of
from bot.chat.screens.entry_form import EntryForm, Field
from bot.chat.screens.unanswered import (
    BACK_ALREADY,
    DONE_ALREADY,
    NOTHING_UNANSWERED,
    answer_given,
    group_sections,
    picked_instead,
    place_line,
    settled_line,
    wording_line,
)
from bot.editing.edits import AddPhrasing, AddUnanswered
from bot.editing.merge import Values
from bot.editing.revision import Revision
from bot.i18n.catalogue import N_, _
from bot.knowledge.load import same
from bot.knowledge.model import MAX_PHRASING, Kind
from bot.moderation.unanswered import Group, Order, nearest_of
from bot.store.store import StoreError
from bot.store.types import Resolution

MAX_RANKED: Final = 200
"""The most entries to search for entries that say that the source does not say."""

MAX_NUMBER: Final = 9_999
"""The last group that can be shown. Nobody gets as far, and a custom id has no room for larger numbers."""

_WORDING: Final = Field(
    "wording",
    N_("Phrasing"),
    N_("As a member would type it; drop what isn't the question"),
    most=MAX_PHRASING,
    tall=False,
)


class QueuePosition(NamedTuple):
    """A moderator's position in the list. It fits into a custom id."""

    order: Order = Order.COUNT
    number: int = 0
    """The group, from 0; a number beyond the last shows the last group."""

    asked: str = "-"
    """The id of one of the group's questions; a dash for none."""

    def __str__(self) -> str:
        """Return the position as a part of a custom id."""
        return f"{self.order}:{self.number}:{self.asked}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a part of a custom id."""
        order, number, asked = text.split(":")
        return cls(Order(order), int(number), asked)


_POSITION: Final = r"(?P<position>(?:count|recent):\d{1,4}:(?:[0-9a-f]{12}|-))"


@app_commands.command(
    name="unanswered",
    description=N_("Questions I couldn't answer here, and what to do about them"),
    extras=needs(Right.MODERATOR),
)
@app_commands.describe(order=N_("By default, most asked first"))
@app_commands.choices(
    order=[
        app_commands.Choice(name=N_("Most asked first"), value=Order.COUNT.value),
        app_commands.Choice(name=N_("Latest first"), value=Order.RECENT.value),
    ]
)
async def show_unanswered(interaction: Interaction, order: str = Order.COUNT.value) -> None:
    """Show the first group privately."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    await show_instead(interaction, [await _list_page(interaction, QueuePosition(Order(order)))])


async def _list_page(
    interaction: Interaction, position: QueuePosition, remark: str = "", *, back: Sequence[Control] = ()
) -> Page:
    """Return the page of the group that is at a position now.

    Args:
        interaction: a moderator's interaction in a server.
        position: the position; another group may be there by now.
        remark: the result of the last action; may be empty.
        back: the button that puts back what the last action has taken off; none if there is nothing.
    """
    bot = interaction.client
    try:
        groups = await bot.backlog.groups(server_of(interaction), position.order)
    except StoreError as error:
        return _away(position, error)
    head = [remark] if remark else []
    if not groups:
        return Page([*head, _(NOTHING_UNANSWERED)], foot=back)
    number = min(position.number, len(groups) - 1)
    group = groups[number]
    here = QueuePosition(position.order, min(number, MAX_NUMBER), group.ids[0])
    nearest = bot.questions.nearest(group.text, limits.OPTIONS + 1)
    answered = not group.answered and bool(bot.questions.answer(group.text, server_of(interaction)).answers)
    place = place_line(number, groups, position.order)
    sections = [*head, *group_sections(group, nearest, answered=answered), place]
    page = Page(sections, _entry_menu(here, nearest), _actions(here, group, nearest))
    if turning := [*_paging(here, len(groups)), *back]:
        page.put(ui.ActionRow(*turning))
    return page


def _away(position: QueuePosition, error: StoreError | TimeoutError) -> Page:
    why = literal(str(error) or _("The database is slow."))
    said = _("I can't read or change the list right now: {reason}").format(reason=why)
    return Page([said], foot=[StepButton("here", position)])


def _paging(here: QueuePosition, count: int) -> list[Control]:
    """Return the buttons that turn the list; one that would lead nowhere is left out."""
    verbs = [*(["previous"] if here.number else []), *(["next"] if here.number < count - 1 else [])]
    return [StepButton(verb, here) for verb in verbs]


def _actions(here: QueuePosition, group: Group, nearest: Nearest) -> list[Control]:
    """Return a group's buttons.

    If the nearest entry has answered it, but did not help, it cannot be added to that one, but to the one picked below.
    """
    first = nearest_of(nearest.candidates)
    picked = picked_instead(group, nearest.base)
    add: list[Control] = []
    if first and not (first.entry in group.unhelpful and group.answered):
        add = [AddButton(here, first.entry)]
    elif picked:
        add = [AddButton(here, picked, _("Add to the one picked"))]
    if answer := answer_given(group, nearest.base):
        add.append(EditButton(answer.id))
    # In an order in which each two fit into a row on a phone.
    return [*add, *(StepButton(verb, here) for verb in ("uncovered", "entry", "dismiss"))]


def _entry_menu(here: QueuePosition, nearest: Nearest) -> list[Control]:
    """Return a menu of the entries after the nearest one, if any; of the likeliest ones, if none is near."""
    near = nearest_of(nearest.candidates)
    ranked = nearest.candidates[1:] if near else nearest.candidates[: limits.OPTIONS]
    entries = [(nearest.base.entries[each.entry].question, each.entry) for each in ranked]
    label = _("Add to another entry") if near else _("Add to an entry")
    return [EntryMenu.build(here, Resolution.PHRASING, label, entries)] if entries else []


def _uncovered_page(bot: CaseBot, position: QueuePosition, group: Group) -> Page:
    """Return the page that asks in which way a group is not covered."""
    nearest = bot.questions.nearest(group.text, MAX_RANKED)
    ranked = [nearest.base.entries[each.entry] for each in nearest.candidates]
    silent = [(entry.question, entry.id) for entry in ranked if entry.kind is Kind.NOT_COVERED][: limits.OPTIONS]
    choice = _(
        "Should I tell members that the source doesn't say? Then pick the entry that says so, or write one.\n"
        "Nothing to do with this FAQ? Then choose *Don't answer*, and I'll learn to stay quiet on questions like it."
    )
    says_so = _("Add to an entry that says so")
    menu: list[Control] = [EntryMenu.build(position, Resolution.NOT_COVERED, says_so, silent)] if silent else []
    return Page(
        [f"### {_('Not covered')}\n> {wording_line(group.text)}", choice],
        menu,
        [StepButton(verb, position) for verb in ("silent-entry", "silence", "here")],
    )


async def _add_phrasing(interaction: Interaction, position: QueuePosition, entry: str, resolution: Resolution) -> None:
    """Propose the most frequent wording of a group as a phrasing of an entry."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    group = await _group(interaction, position)
    if group:
        settle = _settle(position, resolution)
        form = partial(_wording_form, entry, position.asked, settle, group.text)
        await propose(interaction, AddPhrasing(entry, group.text), form=form, on_confirmed=settle)


def _wording_form(
    entry: str,
    asked: str,
    settle: OnConfirmed,
    wording: str,
    *,
    rebase: bool,  # noqa: ARG001 (others cannot have changed anything here)
) -> EntryForm:
    submitted = partial(_retyped, entry, asked, settle)
    return EntryForm(f"phrasing:{entry}:{asked}", _("Add a phrasing"), [_WORDING], {"wording": wording}, submitted)


async def _retyped(entry: str, asked: str, settle: OnConfirmed, interaction: Interaction, typed: Values) -> None:
    wording = str(typed["wording"])
    form = partial(_wording_form, entry, asked, settle, wording)
    await propose(interaction, AddPhrasing(entry, wording), form=form, on_confirmed=settle)


async def _group(interaction: Interaction, position: QueuePosition) -> Group | None:
    """Return the group of a position; if it is no longer on the list, say so and show the group there now."""
    try:
        group = await interaction.client.backlog.find(server_of(interaction), position.asked)
    except StoreError as error:
        await show_instead(interaction, [_away(position, error)])
        return None
    if group is None:
        await show_instead(interaction, [await _list_page(interaction, position, _(DONE_ALREADY))])
    return group


def _settle(position: QueuePosition, resolution: Resolution) -> OnConfirmed:
    """Return a callback that takes a group off the list after a confirmed edit, and shows the next group."""

    async def settled(interaction: Interaction, revision: Revision) -> None:
        bot = interaction.client
        entries = bot.live.current.base.entries
        entry = next((change.item for change in revision.changes if change.item in entries), None)
        try:
            result = await bot.backlog.settle(server_of(interaction), position.asked, entry, resolution)
        except StoreError as error:
            await show_privately(interaction, [_away(position, error)])
            return
        remark = settled_line(result.done, result.left)
        # Whoever undoes the edit, because it was the wrong entry, wants the questions back.
        back = [StepButton("again", position._replace(asked=result.asked))] if result.asked else []
        await show_privately(interaction, [await _list_page(interaction, position, remark, back=back)])

    return settled


async def _go(interaction: Interaction, position: QueuePosition, *, by: int = 0) -> None:
    await interaction.response.defer()
    there = position._replace(number=max(0, position.number + by))
    await show_instead(interaction, [await _list_page(interaction, there)])


async def _sort(interaction: Interaction, _position: QueuePosition, *, order: Order) -> None:
    await _go(interaction, QueuePosition(order))


async def _choose_uncovered(interaction: Interaction, position: QueuePosition) -> None:
    await interaction.response.defer()
    group = await _group(interaction, position)
    if group:
        await show_instead(interaction, [_uncovered_page(interaction.client, position, group)])


async def _dismiss(interaction: Interaction, position: QueuePosition) -> None:
    """Take a group off the list, and show the next one with a button to undo that."""
    await interaction.response.defer()
    try:
        group = await interaction.client.backlog.dismiss(server_of(interaction), position.asked)
    except StoreError as error:
        await show_instead(interaction, [_away(position, error)])
        return
    remark = _("Dismissed: {question}").format(question=wording_line(group.text)) if group else _(DONE_ALREADY)
    back = [StepButton("undo", position)] if group else []
    await show_instead(interaction, [await _list_page(interaction, position, remark, back=back)])


async def _undo(interaction: Interaction, position: QueuePosition, *, edited: bool = False) -> None:
    await interaction.response.defer()
    try:
        found = await interaction.client.backlog.put_back(server_of(interaction), position.asked, edited=edited)
    except StoreError as error:
        await show_instead(interaction, [_away(position, error)])
        return
    remark = _("It's back on the list.") if found else _(BACK_ALREADY)
    await show_instead(interaction, [await _list_page(interaction, position, remark)])


async def _write_entry(interaction: Interaction, position: QueuePosition, *, silent: bool) -> None:
    """Open the form of a new entry with a group's wordings, from the cache: there are only three seconds to open it."""
    bot = interaction.client
    try:
        async with asyncio.timeout(limits.BEFORE_FORM):
            wordings = await bot.backlog.wordings(server_of(interaction), position.asked)
    except (StoreError, TimeoutError) as error:
        await show_instead(interaction, [_away(position, error)])
        return
    if not wordings:
        await interaction.response.defer()
        await show_instead(interaction, [await _list_page(interaction, position, _(DONE_ALREADY))])
        return
    different: dict[str, str] = {}
    for text in wordings:
        different.setdefault(same(text), text)
    asked = tuple(different.values())
    # The first is a phrasing, too: moderators reword the question, and members ask it again in these words.
    values: dict[str, str | tuple[str, ...]] = {"question": asked[0], "phrasings": asked}
    if silent:
        values["kind"] = Kind.NOT_COVERED.value
    settle = _settle(position, Resolution.NOT_COVERED if silent else Resolution.ENTRY)
    await add_form(bot, values, settle, position.asked).open(interaction)


async def _keep_silent(interaction: Interaction, position: QueuePosition) -> None:
    """Propose a group as a question that must not be answered."""
    await interaction.response.defer(ephemeral=True, thinking=True)
    group = await _group(interaction, position)
    if group:
        settle = _settle(position, Resolution.NOT_COVERED)
        await propose(interaction, AddUnanswered(group.text), on_confirmed=settle)


_VERBS: Final[Mapping[str, tuple[str, Right, Callable[[Interaction, QueuePosition], Awaitable[None]]]]] = {
    "previous": (N_("Previous question"), Right.MODERATOR, partial(_go, by=-1)),
    "next": (N_("Next question"), Right.MODERATOR, partial(_go, by=1)),
    "here": (N_("Back to the list"), Right.MODERATOR, _go),
    "count": (N_("Most asked first"), Right.MODERATOR, partial(_sort, order=Order.COUNT)),
    "recent": (N_("Latest first"), Right.MODERATOR, partial(_sort, order=Order.RECENT)),
    "entry": (N_("Write a new entry"), Right.EDITOR, partial(_write_entry, silent=False)),
    "uncovered": (N_("Not covered"), Right.EDITOR, _choose_uncovered),
    "silent-entry": (N_("Write that the source doesn't say"), Right.EDITOR, partial(_write_entry, silent=True)),
    "silence": (N_("Don't answer"), Right.EDITOR, _keep_silent),
    "dismiss": (N_("Dismiss"), Right.MODERATOR, _dismiss),
    "undo": (N_("Undo"), Right.MODERATOR, _undo),
    "again": (N_("Put back on the list"), Right.MODERATOR, partial(_undo, edited=True)),
}
"""Label, right and action of each button, by the name in its custom id."""


@final
class StepButton(
    GuardedButton, ui.DynamicItem[ui.Button[Any]], template=rf"queue:(?P<verb>{'|'.join(_VERBS)}):{_POSITION}"
):
    """A button that turns the list, or acts on the group shown."""

    def __init__(self, verb: str, position: QueuePosition) -> None:
        self._verb = verb
        self._position = position
        label, _right, _step = _VERBS[verb]
        super().__init__(ui.Button(label=_(label), custom_id=f"queue:{verb}:{position}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["verb"], QueuePosition.parse(match["position"]))

    @override
    def needs(self) -> Right:
        return _VERBS[self._verb][1]

    @override
    async def act(self, interaction: Interaction) -> None:
        _label, _right, step = _VERBS[self._verb]
        await step(interaction, self._position)


@final
class AddButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=rf"queue-add:{_POSITION}:{ENTRY_PATTERN}",
    right=Right.EDITOR,
):
    """Adds a group to an entry: the one that was nearest when the group was shown, or was picked below the answer."""

    def __init__(self, position: QueuePosition, entry: str, label: str = "") -> None:
        self._position = position
        self._entry = entry
        super().__init__(ui.Button(label=label or _("Add to nearest"), custom_id=f"queue-add:{position}:{entry}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(QueuePosition.parse(match["position"]), match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await _add_phrasing(interaction, self._position, self._entry, Resolution.PHRASING)


@final
class EntryMenu(
    GuardedMenu,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"queue-to:(?P<how>phrasing|not_covered):{_POSITION}",
    right=Right.EDITOR,
):
    """Adds a group to the picked entry."""

    @classmethod
    def build(
        cls, position: QueuePosition, resolution: Resolution, label: str, entries: Sequence[tuple[str, str]]
    ) -> Self:
        """Return the menu.

        Args:
            position: the position of the group.
            resolution: the group's resolution after a pick, either phrasing or not covered.
            label: what it says while nothing is picked.
            entries: question and id of each entry; at most :data:`bot.chat.message.limits.OPTIONS`.
        """
        (options,) = limits.option_groups(entries)
        return cls(ui.Select(custom_id=f"queue-to:{resolution}:{position}", placeholder=label, options=options))

    @override
    async def act(self, interaction: Interaction) -> None:
        _name, how, position = self.custom_id.split(":", 2)
        await _add_phrasing(interaction, QueuePosition.parse(position), self.item.values[0], Resolution(how))


async def setup(bot: CaseBot) -> None:
    """Add the command and its persistent controls; discord.py calls this."""
    bot.add_dynamic_items(StepButton, AddButton, EntryMenu)
    faq_group(bot).add_command(show_unanswered)
