"""A form for parts of an entry."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias, final

import discord
from discord import ui
from typing_extensions import override

from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.modal import Modal
from bot.chat.rights import Right
from bot.editing.merge import Values
from bot.i18n.catalogue import N_, _
from bot.knowledge.blocks import joined, split_blocks
from bot.knowledge.load import same
from bot.knowledge.model import MAX_PHRASING, MAX_TEXT, Kind, Subject

Submitted: TypeAlias = Callable[[Interaction, Values], Awaitable[None]]
"""Called with the interaction and the input when a form is submitted."""

OPEN_SECONDS: Final = 6 * 3_600.0
"""How long a form may stay open. Input is lost if the form times out."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form: a select menu if it has `choices`, else a text input."""

    key: str
    label: str
    """At most 45 characters in every language; marked for translation."""

    hint: str
    """At most 100 characters in every language; marked for translation."""

    most: int = MAX_TEXT
    """The most characters of a text; for a menu, the most choices to pick."""

    lines: bool = False
    """Whether the text is a list with one item per line."""

    blocks: bool = False
    """Whether the text has paragraphs, lists and code blocks."""

    tall: bool = True
    """Whether the text input has several lines."""

    required: bool = True
    choices: Sequence[tuple[str, str]] | None = None
    """At most 25 pairs of label and value. The field's value is a list, or a single value if `most` is 1."""


KINDS: Final = {
    Kind.REPORTED: N_("Reported: the source itself says so"),
    Kind.CLAIM: N_("Claim: someone in the source claims it"),
    Kind.QUOTE: N_("Quote: someone's own words"),
    Kind.NOT_COVERED: N_("Not covered: the source doesn't say"),
    Kind.NOTE: N_("Note: the moderators' own remark about the bot or a source"),
}
"""The kinds of answers in a moderator's words."""

QUESTION: Final = Field(
    "question", N_("Question"), N_("As members see it above the answer"), most=MAX_PHRASING, tall=False
)
PHRASINGS: Final = Field(
    "phrasings",
    N_("Other ways to ask it"),
    N_("One per line, as members type them; eight or more work best, but none is required"),
    limits.INPUT,
    lines=True,
    required=False,
)
_ANSWER_HINTS: Final = {
    Subject.CASE: N_("Short statements, each followed by its passage: He was 16 [p2]."),
    Subject.PROJECT: N_("Short statements, each followed by its passage: It runs on Linux [p2]."),
    Subject.CLUB: N_("Short statements, each followed by its passage: The hall opens at six [p2]."),
    Subject.RULES: N_("Short statements, each followed by its passage: Threads stay on topic [p2]."),
    Subject.EVENT: N_("Short statements, each followed by its passage: It begins on a Friday [p2]."),
}


def answer_field(subject: Subject) -> Field:
    """Return the field of an answer, with an example of what a knowledge base is about."""
    return Field("answer", N_("Answer"), _ANSWER_HINTS[subject], blocks=True)


@final
class EntryForm(Modal, right=Right.EDITOR):
    """A form with at most five fields for parts of an entry.

    What is typed outlives a page that Discord doesn't accept: the form with the same key opens with it.
    """

    def __init__(self, key: str, title: str, fields: Sequence[Field], values: Values, submitted: Submitted) -> None:
        """Create a form.

        Args:
            key: what the form is about, such as ``edit:ladder:text``; never shown.
            title: the title, shortened to 45 characters.
            fields: the fields.
            values: initial values by the fields' keys; keys may be missing.
            submitted: called with the interaction and the input by the fields' keys.
        """
        super().__init__(title=limits.cut(title, limits.MODAL_TITLE), timeout=OPEN_SECONDS)
        self._key: Final = key
        self._fields: Final = fields
        self._submitted: Final = submitted
        self._inputs: Final = {field.key: _input(field, values.get(field.key, ())) for field in fields}
        for field in fields:
            control = self._inputs[field.key]
            self.add_item(ui.Label(text=_(field.label), description=_(field.hint), component=control))

    async def open(self, interaction: discord.Interaction[Any], /) -> None:
        """Open the form, or the one with the same key whose input Discord has kept from being shown.

        Args:
            interaction: a command or a click of the moderator, not answered yet.
        """
        with interaction.client.drafts.typed_before(interaction.user.id, self._key) as before:
            await interaction.response.send_modal(before or self)

    @override
    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Pass the input on, without a phrasing that only repeats the question; discord.py calls this."""
        typed = {field.key: _typed(field, self._inputs) for field in self._fields}
        if PHRASINGS.key in typed and QUESTION.key in typed:
            question = same(str(typed[QUESTION.key]))
            typed[PHRASINGS.key] = tuple(each for each in typed[PHRASINGS.key] if same(each) != question)
        filled = partial(EntryForm, self._key, self.title, self._fields, typed, self._submitted)
        with interaction.client.drafts.unsent(interaction.user.id, self._key, filled):
            await self._submitted(interaction, typed)


def shown_values(fields: Sequence[Field], values: Values) -> Values:
    """Return the values of an unchanged form, in which texts that are too long for their field are cut."""
    inputs = {field.key: _input(field, values[field.key]) for field in fields}
    shown = {}
    for field in fields:
        control = inputs[field.key]
        if isinstance(control, ui.Select):
            picked = [option.value for option in control.options if option.default]
            shown[field.key] = _picked(field, picked)
        else:
            shown[field.key] = _parsed(field, control.default or "")
    return shown


def _input(field: Field, value: str | tuple[str, ...]) -> ui.Select[Any] | ui.TextInput[Any]:
    if field.choices is not None:
        chosen = {value} if isinstance(value, str) else set(value)
        (options,) = limits.option_groups(field.choices[: limits.OPTIONS])
        for option in options:
            option.default = option.value in chosen
        return ui.Select(
            custom_id=field.key,
            options=options,
            required=field.required,
            min_values=int(field.required),
            max_values=min(field.most, len(options)),
        )
    style = discord.TextStyle.long if field.tall else discord.TextStyle.short
    return ui.TextInput(
        custom_id=field.key,
        style=style,
        default=_default(field, value) or None,
        required=field.required,
        max_length=field.most,
    )


def _default(field: Field, value: str | tuple[str, ...]) -> str:
    """Return a text input's initial text; of a list, the items that fit."""
    if isinstance(value, str):
        return value[: field.most]
    written = ""
    for item in value:
        longer = f"{written}\n{item}" if written else item
        if len(longer) > field.most:
            break
        written = longer
    return written


def _typed(field: Field, inputs: Mapping[str, ui.Select[Any] | ui.TextInput[Any]]) -> str | tuple[str, ...]:
    control = inputs[field.key]
    return _picked(field, control.values) if isinstance(control, ui.Select) else _parsed(field, control.value)


def _picked(field: Field, values: Sequence[str]) -> str | tuple[str, ...]:
    return next(iter(values), "") if field.most == 1 else tuple(values)


def _parsed(field: Field, text: str) -> str | tuple[str, ...]:
    if field.blocks:
        return joined(split_blocks(text))
    if not field.lines:
        return " ".join(text.split())
    return tuple(dict.fromkeys(line for each in text.splitlines() if (line := " ".join(each.split()))))
