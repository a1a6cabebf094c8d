"""The buttons below an answer: whether it helped, what it rests on, and taking it away."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering import Answer, Answerer
from bot.language.catalogue import N_, _
from bot.language.dates import say_date
from bot.views import limits
from bot.views.delivery import show_privately
from bot.views.markdown import literal
from bot.views.page import Control, Guarded, notice, pages
from bot.wording import passage, voice

if TYPE_CHECKING:
    from bot.client import CaseBot

ASKED: Final = r"(?P<asked>[0-9a-f]{12})"
"""How :attr:`bot.store.model.Asked.id` stands in a control's id."""

ENTRY: Final = r"(?P<entry>[a-z0-9-]{1,60})"
MEMBER: Final = r"(?P<asker>\d{1,20})"

MESSAGE: Final = r"(?P<question>\d{1,20})"

_DELETE: Final = re.compile(rf"delete:{MEMBER}:{MESSAGE}")

_LABELS: Final = {True: N_("Helpful"), False: N_("Unhelpful")}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a reply replies to, as far as its buttons must know."""

    asker: int
    """Id of the member whose pick of a suggestion replaces the list, and who may take the answer away."""

    question: int
    """Id of the member's message, or of the interaction; see :class:`bot.replies.Replies`."""

    asked: str
    """:attr:`bot.store.model.Asked.id`, under which votes and picks count."""


def answer_buttons(answers: Sequence[Answer], origin: Origin) -> list[Control]:
    """Make the row of buttons below an answer; votes count for the first of the answers."""
    entries = [answer.entry for answer in answers]
    votes = [VoteButton(origin.asked, entries[0], helpful=helpful) for helpful in _LABELS]
    return [*votes, *_sources_button(entries), DeleteButton(origin.asker, origin.question)]


def _sources_button(entries: Sequence[str]) -> list[Control]:
    """Make the button, unless two long ids do not fit into its own: the answer lists its passages anyway."""
    return [SourcesButton(entries)] if len(SourcesButton.id_of(entries)) <= limits.CUSTOM_ID else []


@final
class VoteButton(Guarded, ui.DynamicItem[ui.Button[Any]], template=rf"vote:(?P<helpful>[yn]):{ASKED}:{ENTRY}"):
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
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        voter = interaction.user.id
        # A vote of whoever asked would tell who that was; where nobody knows who asked, it might be one.
        member = None if _asker(interaction.message) in {None, voter} else voter
        interaction.client.store.vote(self._asked, self._entry, member, helpful=self._helpful)
        counted, other = _(_LABELS[self._helpful]), _(_LABELS[not self._helpful])
        sentence = _("Thank you. Your vote is “{counted}”. To change it, press “{other}”.")
        await show_privately(interaction, notice(sentence.format(counted=counted, other=other)))


def _asker(answer: discord.Message | None) -> int | None:
    """Find out who asked: the button that takes an answer away, beside those for votes, is theirs."""
    for control in ui.LayoutView.from_message(answer).walk_children() if answer else ():
        if isinstance(control, ui.Button) and (found := _DELETE.fullmatch(control.custom_id or "")):
            return int(found["asker"])
    return None


@final
class SourcesButton(
    Guarded, ui.DynamicItem[ui.Button[Any]], template=r"cited:(?P<entries>[a-z0-9-]{1,60}(?:\.[a-z0-9-]{1,60})?)"
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
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        await show_privately(interaction, pages(_passages(interaction.client.live.current, self._entries)))


def _passages(answerer: Answerer, entries: Sequence[str]) -> list[str]:
    """Write each cited passage out: number, gist, whose words, and the source with its date."""
    found = [answerer.base.entries[entry] for entry in entries if entry in answerer.base.entries]
    _texts, citations = answerer.cite(*(entry.answer for entry in found))
    if not citations:
        return [_("This answer cites no passage.") if found else _("That answer has been taken out of my list.")]
    lines = [
        f"**[{cited.number}]** {literal(cited.passage.gist)}{literal(voice(cited.speaker, cited.passage.where))}\n"
        f"{literal(cited.source.title)}, {say_date(cited.source.date)}, {literal(passage(cited.passage.id))}"
        for cited in citations
    ]
    return ["\n\n".join([f"**{_('What the cited passages say, in our own words')}**", *lines])]


@final
class DeleteButton(Guarded, ui.DynamicItem[ui.Button[Any]], template=_DELETE.pattern):
    """Takes an answer away, all its pages: for the asker, and for who may delete messages in the channel."""

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
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        bot = interaction.client
        if interaction.user.id == self._asker or interaction.permissions.manage_messages:
            await interaction.response.defer()
            # By way of the interaction, for which the bot needs no permission in the channel.
            await interaction.delete_original_response()
            if link := await bot.replies.find(self._question):
                await bot.replies.take_away(bot, link)
        else:
            sentence = _("Only who asked, and moderators who can manage messages here, can delete this.")
            await show_privately(interaction, notice(sentence))
