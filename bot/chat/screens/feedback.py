"""The buttons below an answer: whether it helped, what it rests on, and taking it away."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.reply import Answer
from bot.answering.wording import passage, voice
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY_PATTERN, Control, Guarded, notice, pages
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, is_moderator, may_delete
from bot.chat.screens.stop import TAKEN_OUT, MessageRef, choice_page
from bot.i18n.catalogue import N_, _
from bot.i18n.dates import format_date

ASKED_PATTERN: Final = r"(?P<asked>[0-9a-f]{12})"
"""How :attr:`bot.store.types.Asked.id` stands in a control's id."""

ASKER_PATTERN: Final = r"(?P<asker>\d{1,20})"

_VOTE: Final = rf"vote:(?P<helpful>[yn]):{ASKED_PATTERN}:{ENTRY_PATTERN}"
_CITED: Final = r"cited:(?P<entries>[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60})?)"
_DELETE: Final = rf"delete:{ASKER_PATTERN}:(?P<question>\d{{1,20}})"

_LABELS: Final = {True: N_("Helpful"), False: N_("Unhelpful")}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reply replies to, as far as its buttons must know."""

    asker: int
    """Id of the member whose pick of a suggestion replaces the list, and who may take the answer away."""

    question: int
    """Id of the member's message, or of the interaction; see :class:`bot.chat.reply_links.ReplyLinks`."""

    asked: str
    """:attr:`bot.store.types.Asked.id`, under which votes and picks count."""


class ShownAnswer(NamedTuple):
    """What a message of the bot shows."""

    entries: Sequence[str]
    question: int
    """What it replies to; 0 where its buttons do not say."""


def answer_buttons(answers: Sequence[Answer], origin: Origin) -> list[Control]:
    """Make the row of buttons below an answer; votes count for the first of the answers."""
    entries = [answer.entry for answer in answers]
    votes = [VoteButton(origin.asked, entries[0], helpful=helpful) for helpful in _LABELS]
    return [*votes, *_sources_button(entries), DeleteButton(origin.asker, origin.question)]


def _sources_button(entries: Sequence[str]) -> list[Control]:
    """Make the button, unless two long ids do not fit into its own: the answer lists its passages anyway."""
    return [SourcesButton(entries)] if len(SourcesButton.id_of(entries)) <= limits.CUSTOM_ID else []


@final
class VoteButton(Guarded, ui.DynamicItem[ui.Button[Any]], template=_VOTE, right=Right.MEMBER):
    """Whether an answer helped: one vote a member, which the other button changes."""

    def __init__(self, asked: str, entry: str, *, helpful: bool) -> None:
        self._asked = asked
        self._entry = entry
        self._helpful = helpful
        letter = "y" if helpful else "n"
        super().__init__(ui.Button(label=_(_LABELS[helpful]), custom_id=f"vote:{letter}:{asked}:{entry}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["asked"], match["entry"], helpful=match["helpful"] == "y")

    @override
    async def act(self, interaction: Interaction) -> None:
        voter = interaction.user.id
        # A vote of whoever asked would tell who that was; where nobody knows who asked, it might be one.
        member = None if _asker(interaction.message) in {None, voter} else voter
        interaction.client.questions.record_vote(self._asked, self._entry, member, helpful=self._helpful)
        counted, other = _(_LABELS[self._helpful]), _(_LABELS[not self._helpful])
        sentence = _("Thank you. Your vote is “{counted}”. To change it, press “{other}”.")
        await show_privately(interaction, notice(sentence.format(counted=counted, other=other)))


def _asker(answer: discord.Message | None) -> int | None:
    """Find out who asked: the button that takes an answer away, beside those for votes, is theirs."""
    for control in ui.LayoutView.from_message(answer).walk_children() if answer else ():
        if isinstance(control, ui.Button) and (found := re.fullmatch(_DELETE, control.custom_id or "")):
            return int(found["asker"])
    return None


@final
class SourcesButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=_CITED,
    right=Right.MEMBER,
):
    """What the cited passages say, in our own words; shown privately to the member who asks."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = entries
        super().__init__(ui.Button(label=_("Sources"), custom_id=self.id_of(entries)))

    @staticmethod
    def id_of(entries: Sequence[str]) -> str:
        """Write the entries as a custom id, which may be too long for Discord."""
        return f"cited:{'.'.join(entries)}"

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["entries"].split("."))

    @override
    async def act(self, interaction: Interaction) -> None:
        answerer = interaction.client.questions.served(interaction.guild_id)
        await show_privately(interaction, pages(_passages(answerer, self._entries)))


def _passages(answerer: Answerer, entries: Sequence[str]) -> list[str]:
    """Write each cited passage out: number, gist, whose words, and the source with its date."""
    found = [answerer.base.entries[entry] for entry in entries if entry in answerer.base.entries]
    _texts, citations = answerer.cite(*(entry.answer for entry in found))
    if not found:
        return [_(TAKEN_OUT) if any(map(answerer.find, entries)) else _("That answer has been taken out of my list.")]
    if not citations:
        return [_("This answer cites no passage.")]
    lines = [
        f"**[{cited.number}]** {' '.join(literal(part.gist) for part in cited.passage.voices)}{literal(voice(cited))}\n"
        f"{literal(cited.source.title)}, {format_date(cited.source.date)}, {literal(passage(cited.passage.id))}"
        for cited in citations
    ]
    return ["\n\n".join([f"**{_('What the cited passages say, in our own words')}**", *lines])]


@final
class DeleteButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=_DELETE,
    right=Right.MEMBER,
    always=True,
):
    """Takes an answer away, all its pages: for the asker, and for who may delete messages in the channel.

    A moderator is asked whether to stop the answer. It is this button that asks, since five do not fit a phone's row,
    and a moderators' button below every answer would be visible to everybody.
    """

    def __init__(self, asker: int, question: int) -> None:
        self._asker = asker
        self._question = question
        super().__init__(ui.Button(label=_("Delete"), custom_id=f"delete:{asker}:{question}"))

    @override
    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["asker"]), int(match["question"]))

    @override
    async def act(self, interaction: Interaction) -> None:
        bot = interaction.client
        if is_moderator(interaction) and (found := answer_in(interaction.message)):
            await _offer(interaction, found)
        elif may_delete(interaction, self._asker):
            await bot.reply_links.delete(interaction, self._question)
        else:
            await show_privately(interaction, notice(_("Only who asked, and moderators, can delete this.")))


async def _offer(interaction: Interaction, found: ShownAnswer) -> None:
    """Ask a moderator what to do about an answer; the question replaces one that nobody else sees."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        await show_instead(interaction, [choice_page(interaction.client, found.entries, MessageRef())])
    else:
        shown = MessageRef(message.id, found.question)
        await show_privately(interaction, [choice_page(interaction.client, found.entries, shown)])


def answer_in(message: discord.Message | None) -> ShownAnswer | None:
    """Read from the buttons of a message which entries it answers with; None where it is no answer."""
    entries: list[str] = []
    question = 0
    for custom_id in _custom_ids(message.components if message else ()):
        if vote := re.fullmatch(_VOTE, custom_id):
            entries.append(vote["entry"])
        elif cited := re.fullmatch(_CITED, custom_id):
            entries += cited["entries"].split(".")
        elif deleted := re.fullmatch(_DELETE, custom_id):
            question = int(deleted["question"])
    return ShownAnswer(list(dict.fromkeys(entries)), question) if entries else None


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    for each in components:
        if custom_id := getattr(each, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(each, "children", ()))
