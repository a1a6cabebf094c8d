"""The forms of entries: their input is merged into the current entry and proposed as an edit."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.chat.client import CaseBot, Interaction
from bot.chat.cogs.edit_confirm import DRAFT_GONE, propose, wait_for_click
from bot.chat.cogs.entry_lookup import NO_SUCH_ENTRY, entry_id, find_entry
from bot.chat.drafts import OnConfirmed, Pending
from bot.chat.message import limits
from bot.chat.message.page import ENTRY_PATTERN, GuardedButton, GuardedMenu, notice
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right
from bot.chat.screens.edit_preview import clash_page, gone_pages, speaker_page
from bot.chat.screens.entry_form import KINDS, PHRASINGS, QUESTION, EntryForm, Field, answer_field, shown_values
from bot.chat.screens.stop import withdrawn_line
from bot.editing.edits import AddEntry, EditEntry
from bot.editing.merge import Values, merge
from bot.i18n.catalogue import N_, _
from bot.knowledge.ids import new_id
from bot.knowledge.model import Entry, Kind, KnowledgeBase

_SPOKEN: Final = frozenset({Kind.CLAIM, Kind.QUOTE})
"""Kinds of answers that need a speaker."""

_REVIEWED: Final = "reviewed"
_TODAY: Final = "today"


def add_form(
    bot: CaseBot, values: Values | None = None, on_confirmed: OnConfirmed | None = None, asked: str = ""
) -> EntryForm:
    """Return the form of a new entry.

    Args:
        bot: the bot, which has the topics.
        values: initial values by key: `question`, `phrasings`, `answer`, `kind`, `topics`.
        on_confirmed: called with the interaction and the revision after the entry is in the files.
        asked: id of the unanswered question that it is for, if any.
    """
    base = bot.live.current.base
    fields = (QUESTION, PHRASINGS, answer_field(base.case.kind), _kind(base), _topics(base))
    submitted = partial(_added, on_confirmed, asked)
    return EntryForm(f"add:{asked}", _("New entry"), fields, values or {}, submitted)


async def _added(on_confirmed: OnConfirmed | None, asked: str, interaction: Interaction, typed: Values) -> None:
    """Propose a new entry; for a claim or a quote, ask for the speaker first."""
    bot, today = interaction.client, dt.datetime.now(dt.UTC).date()
    base = bot.live.current.base
    id_ = new_id(str(typed["question"]), base.entry_ids)
    edit = AddEntry(None, {"id": id_, **_plain(typed), "reviewed": today})

    def form(*, rebase: bool) -> EntryForm:  # noqa: ARG001 (others cannot have changed a new entry)
        return add_form(bot, typed, on_confirmed, asked)

    if typed["kind"] not in _SPOKEN:
        await propose(interaction, edit, form=form, on_confirmed=on_confirmed)
    else:
        waiting = Pending(interaction.user.id, edit, discord.utils.utcnow(), form=form, on_confirmed=on_confirmed)
        with bot.drafts.reachable(waiting):
            token, buttons = wait_for_click(bot, waiting)
            people = _people(base)
            menus = [
                SpeakerMenu.build(token, number, options)
                for number, options in enumerate(limits.option_groups(people))
                if number < limits.LIST_ROWS
            ]
            await show_privately(interaction, [speaker_page(menus, buttons)])


def edit_form(bot: CaseBot, entry: Entry, part: str, values: Values | None = None) -> EntryForm:
    """Return the form that changes an entry.

    Args:
        bot: the bot, which has the topics and the people.
        entry: the entry to show and to compare the input with.
        part: one of :data:`PARTS`.
        values: earlier input to show instead of the entry's values.
    """
    fields = _fields(bot.live.current.base, entry, part)
    title = _("Edit {entry}").format(entry=entry.id)
    submitted = partial(_edited, entry, part)
    return EntryForm(f"edit:{entry.id}:{part}", title, fields, values or _values(entry), submitted)


async def open_edit_form(interaction: Interaction, entry: str, part: str = "text") -> None:
    """Open the form that changes an entry, or say that there is no such entry.

    Args:
        interaction: a command or a click of an editor, not answered yet.
        entry: id or question of the entry.
        part: one of :data:`PARTS`.
    """
    base = interaction.client.live.current.base
    found = find_entry(base, entry)
    if found:
        await edit_form(interaction.client, found, part).open(interaction)
    else:
        gone = base.withdrawn.get(entry.strip())
        await show_privately(interaction, notice(withdrawn_line(gone) if gone else _(NO_SUCH_ENTRY)))


async def _edited(entry: Entry, part: str, interaction: Interaction, typed: Values) -> None:
    """Propose the changes made in a form. Others' changes since it opened are kept, or shown if they clash."""
    bot, today = interaction.client, dt.datetime.now(dt.UTC).date()
    base = bot.live.current.base
    if gone := base.withdrawn.get(entry.id):
        await show_privately(interaction, notice(withdrawn_line(gone)))
        return
    now = _found(base, entry.id)
    if now is None:
        await show_privately(interaction, gone_pages(entry.id, [(key, _said(value)) for key, value in typed.items()]))
        return
    if "related" in typed:
        typed = {**typed, "related": tuple(entry_id(base, each) for each in typed["related"])}
    again = partial(_again, bot, entry, part, typed)
    merged = merge(_shown(bot, entry, part), typed, _values(now))
    fields = _plain(merged.changed)
    if not fields:
        await show_privately(interaction, notice(_("You haven't changed anything.")))
        return
    if _REVIEWED in fields or {"answer", "kind", "attributed_to"} & fields.keys():
        fields[_REVIEWED] = today
    edit = EditEntry(entry.id, fields)
    if merged.clashing:
        waiting = Pending(interaction.user.id, edit, discord.utils.utcnow(), form=again, rebase=True)
        theirs = [(key, _said(_values(now)[key])) for key in merged.clashing]
        with bot.drafts.reachable(replace(waiting, rebase=False)):
            buttons = wait_for_click(bot, waiting)[1]
            await show_privately(interaction, [clash_page(entry.id, theirs, buttons)])
    else:
        await propose(interaction, edit, form=again)


def _again(bot: CaseBot, entry: Entry, part: str, typed: Values, *, rebase: bool) -> EntryForm:
    """Return the form of an entry again, with the earlier input."""
    now = _found(bot.live.current.base, entry.id) if rebase else None
    if now is None:
        return edit_form(bot, entry, part, typed)
    merged = merge(_shown(bot, entry, part), typed, _values(now))
    return edit_form(bot, now, part, {**_values(now), **merged.changed})


def _shown(bot: CaseBot, entry: Entry, part: str) -> Values:
    """Return the initial values of an entry's form."""
    return shown_values(_fields(bot.live.current.base, entry, part), _values(entry))


def _found(base: KnowledgeBase, entry: str) -> Entry | None:
    return {**base.retired, **base.entries}.get(entry)


PARTS: Final = {
    "text": N_("Question, phrasings and answer"),
    "details": N_("Kind, who says it, topics, related entries"),
}
"""The parts of an entry's fields: there are more than the five that fit into one form."""


def _fields(base: KnowledgeBase, entry: Entry, part: str) -> Sequence[Field]:
    if part == "text":
        return (QUESTION, PHRASINGS, answer_field(base.case.kind), _reviewed())
    people = _first(_people(base), entry.attributed_to)
    speakers = Field(
        "attributed_to",
        N_("Who claims or says it"),
        N_("For a claim or a quote"),
        most=limits.OPTIONS,
        required=False,
        choices=people,
    )
    return (
        _kind(base),
        # Discord rejects a menu without options.
        *([speakers] if people else []),
        _topics(base, entry.topics),
        Field("related", N_("Related entries"), N_("One per line, by ID or question"), lines=True, required=False),
        Field(
            "unless",
            N_("Skip this entry if the question contains"),
            N_("One word or term per line"),
            lines=True,
            required=False,
        ),
    )


def _kind(base: KnowledgeBase) -> Field:
    # Without people, there is nobody to stand behind a claim.
    kinds = [(_(label), kind) for kind, label in KINDS.items() if base.people or kind not in _SPOKEN]
    return Field("kind", N_("What the answer is"), N_("Members see whose words these are"), most=1, choices=kinds)


def _reviewed() -> Field:
    return Field(
        _REVIEWED,
        N_("Checked against the source?"),
        N_("Members then see today as the review date, as they do whenever the answer changes"),
        most=1,
        required=False,
        choices=[(_("Yes, I've just re-read it"), _TODAY)],
    )


def _topics(base: KnowledgeBase, chosen: Sequence[str] = ()) -> Field:
    topics = _first([(topic.title, topic.id) for topic in base.case.topics], chosen)
    return Field("topics", N_("Topics"), N_("At least one"), most=limits.OPTIONS, choices=topics)


def _people(base: KnowledgeBase) -> list[tuple[str, str]]:
    return [(person.name, person.id) for person in base.people.values()]


def _first(choices: Sequence[tuple[str, str]], chosen: Sequence[str]) -> list[tuple[str, str]]:
    """Return choices with the chosen ones first, so that they are among those that fit into a menu."""
    return sorted(choices, key=lambda choice: choice[1] not in chosen)


def _values(entry: Entry) -> Values:
    """Return an entry's values for forms; the field about a review always starts empty."""
    return {
        "question": entry.question,
        "phrasings": entry.phrasings,
        "answer": entry.answer,
        "kind": str(entry.kind),
        "topics": entry.topics,
        "attributed_to": entry.attributed_to,
        "related": entry.related,
        "unless": entry.unless,
        _REVIEWED: "",
    }


def _said(value: str | tuple[str, ...]) -> str:
    return (value if isinstance(value, str) else ", ".join(value)) or _("nothing")


def _plain(values: Values) -> dict[str, Any]:
    return {key: value if isinstance(value, str) else list(value) for key, value in values.items()}


@final
class SpeakerMenu(
    GuardedMenu,
    ui.DynamicItem[ui.Select[Any]],
    template=r"speaker:(?P<token>[0-9a-f]{16}):\d",
    right=Right.EDITOR,
):
    """A menu of people, to pick those who claim or say a new entry's answer."""

    @classmethod
    def build(cls, token: str, number: int, options: list[discord.SelectOption]) -> Self:
        """Return a menu.

        Args:
            token: the token of the waiting edit.
            number: the number of the menu, from 0.
            options: the people.
        """
        menu: ui.Select[Any] = ui.Select(
            custom_id=f"speaker:{token}:{number}",
            placeholder=_("Who claims or says it?"),
            max_values=len(options),
            options=options,
        )
        return cls(menu)

    @override
    async def act(self, interaction: Interaction) -> None:
        token = self.custom_id.split(":")[1]
        pending = interaction.client.drafts.find(token, interaction.user.id)
        if pending is None or not isinstance(pending.edit, AddEntry):
            await show_instead(interaction, notice(_(DRAFT_GONE)))
            return
        edit = replace(pending.edit, fields={**pending.edit.fields, "attributed_to": list(self.item.values)})
        await propose(interaction, edit, form=pending.form, on_confirmed=pending.on_confirmed)


@final
class EditButton(GuardedButton, ui.DynamicItem[ui.Button[Any]], template=rf"edit:{ENTRY_PATTERN}", right=Right.EDITOR):
    """Opens the form that changes an entry's question, phrasings and answer."""

    def __init__(self, entry: str) -> None:
        self._entry = entry
        super().__init__(ui.Button(label=_("Edit the answer"), custom_id=f"edit:{entry}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["entry"])

    @override
    async def act(self, interaction: Interaction) -> None:
        await open_edit_form(interaction, self._entry)
