"""The buttons below an answer: whether it helped, what it rests on, and taking it away."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answer, Answerer
from bot.answering.wording import passage, voice
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY, Control, Guarded, notice, pages
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, is_moderator
from bot.chat.screens.stop import TAKEN_OUT, Spot, choice_page
from bot.i18n.catalogue import N_, _
from bot.i18n.dates import say_date

ASKED: Final = r"(?P<asked>[0-9a-f]{12})"
"""How :attr:`bot.store.types.Asked.id` stands in a control's id."""

MEMBER: Final = r"(?P<asker>\d{1,20})"

_VOTE: Final = rf"vote:(?P<helpful>[yn]):{ASKED}:{ENTRY}"
_CITED: Final = r"cited:(?P<entries>[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60})?)"
_DELETE: Final = rf"delete:{MEMBER}:(?P<question>\d{{1,20}})"

_LABELS: Final = {True: N_("Helpful"), False: N_("Unhelpful")}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reply replies to, as far as its buttons must know."""

    asker: int
    """Id of the member whose pick of a suggestion replaces the list, and who may take the answer away."""

    question: int
    """Id of the member's message, or of the interaction; see :class:`bot.chat.reply_links.Replies`."""

    asked: str
    """:attr:`bot.store.types.Asked.id`, under which votes and picks count."""


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
        interaction.client.store.vote(self._asked, self._entry, interaction.user.id, helpful=self._helpful)
        counted, other = _(_LABELS[self._helpful]), _(_LABELS[not self._helpful])
        sentence = _("Thank you. Your vote is “{counted}”. To change it, press “{other}”.")
        await show_privately(interaction, notice(sentence.format(counted=counted, other=other)))


@final
class SourcesButton(
    Guarded,
    ui.DynamicItem[ui.Button[Any]],
    template=_CITED,
    right=Right.MEMBER,
):
    """What the cited passages say, in our own words; shown to whoever asks, privately."""

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
        answerer = interaction.client.asking.served(interaction.guild_id)
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
        f"{literal(cited.source.title)}, {say_date(cited.source.date)}, {literal(passage(cited.passage.id))}"
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
    and a button of the moderators' own would be below every answer for all to see.
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
        elif interaction.user.id == self._asker or interaction.permissions.manage_messages:
            await interaction.response.defer()
            # By way of the interaction, for which the bot needs no permission in the channel.
            await interaction.delete_original_response()
            if link := await bot.replies.find(self._question):
                await bot.replies.take_away(bot, link)
        else:
            await show_privately(interaction, notice(_("Only who asked, and moderators, can delete this.")))


async def _offer(interaction: Interaction, found: "Found") -> None:
    """Ask a moderator what to do about an answer; one that nobody else sees gives way to the question."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        await show_instead(interaction, [choice_page(interaction.client, found.entries, Spot())])
    else:
        spot = Spot(message.id, found.question)
        await show_privately(interaction, [choice_page(interaction.client, found.entries, spot)])


class Found(NamedTuple):
    """What a message of the bot shows."""

    entries: Sequence[str]
    question: int
    """What it replies to; 0 where its buttons do not say."""


def answer_in(message: discord.Message | None) -> Found | None:
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
    return Found(list(dict.fromkeys(entries)), question) if entries else None


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    for each in components:
        if custom_id := getattr(each, "custom_id", None):
            yield custom_id
        yield from _custom_ids(getattr(each, "children", ()))
