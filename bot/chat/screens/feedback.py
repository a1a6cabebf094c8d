"""The buttons below an answer: votes, sources and deletion."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Self, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering.answerer import MAX_ANSWERS, Answerer
from bot.answering.reply import Answer, Citation
from bot.answering.wording import gist, standing, voice
from bot.chat.client import CaseBot, Interaction
from bot.chat.message import limits
from bot.chat.message.citations import page_line, passage_link
from bot.chat.message.markdown import literal
from bot.chat.message.page import ENTRY_PATTERN, Control, GuardedButton, notice, pages
from bot.chat.message.send import show_instead, show_privately
from bot.chat.rights import Right, is_moderator, may_delete
from bot.chat.screens.stop import TAKEN_OUT, MessageRef, choice_page
from bot.i18n.catalogue import LANGUAGES, N_, SOURCE, _, speaking
from bot.i18n.dates import format_date
from bot.knowledge.addresses import entry_path

ASKED_PATTERN: Final = r"(?P<asked>[0-9a-f]{12})"
"""Matches an :attr:`bot.store.types.Asked.id` in a control's custom id."""

ASKER_PATTERN: Final = r"(?P<asker>\d{1,20})"

_VOTE: Final = rf"vote:(?P<helpful>[yn]):{ASKED_PATTERN}:{ENTRY_PATTERN}"
_CITED: Final = rf"cited:(?P<entries>[a-z0-9-]{{1,60}}(?:\.[a-z0-9-]{{1,60}}){{0,{MAX_ANSWERS - 1}}})"
_DELETE: Final = rf"delete:{ASKER_PATTERN}:(?P<question>\d{{1,20}})"

_LABELS: Final = {True: N_("Helpful"), False: N_("Unhelpful")}


@dataclass(frozen=True, slots=True)
class Origin:
    """The question that a reply belongs to, as far as its buttons need to know."""

    asker: int
    """Id of the member who asked. Only they can replace suggestions by an answer, or delete the reply."""

    question: int
    """Id of the member's message or interaction; see :class:`bot.chat.reply_links.ReplyLinks`."""

    asked: str
    """The :attr:`bot.store.types.Asked.id` that votes and picks refer to."""


class ShownAnswer(NamedTuple):
    """The entries that a message of the bot shows."""

    entries: Sequence[str]
    question: int
    """Id of the question that it replies to; 0 if its buttons do not contain it."""


def answer_buttons(answers: Sequence[Answer], origin: Origin) -> list[Control]:
    """Return the row of buttons below an answer; votes count for the first of the answers."""
    entries = [answer.entry for answer in answers]
    votes = [VoteButton(origin.asked, entries[0], helpful=helpful) for helpful in _LABELS]
    return [*votes, *_sources_button(entries), DeleteButton(origin.asker, origin.question)]


def buttons_again(messages: Iterable[discord.Message], answers: Sequence[Answer]) -> list[Control]:
    """Return the buttons for what an answer says now, given its messages; none if it has none.

    Args:
        messages: the messages of a reply.
        answers: what it is to show.
    """
    ids = [custom_id for message in messages for custom_id in _custom_ids(message.components)]
    asked = next(filter(None, (re.fullmatch(_VOTE, each) for each in ids)), None)
    asker = next(filter(None, (re.fullmatch(_DELETE, each) for each in ids)), None)
    if not (asked and asker):
        return []
    return answer_buttons(answers, Origin(int(asker["asker"]), int(asker["question"]), asked["asked"]))


def language_of(messages: Iterable[discord.Message]) -> str:
    """Return the language of a reply, which the buttons below it are labelled in; English if it has none.

    Args:
        messages: the messages of the reply.
    """
    labels = {getattr(control, "label", None) for message in messages for control in _controls(message.components)}
    for language in LANGUAGES:
        with speaking(language):
            if not labels.isdisjoint(map(_, _LABELS.values())):
                return language
    return SOURCE


def _sources_button(entries: Sequence[str]) -> list[Control]:
    """Return the button, or nothing if the ids are too long for its custom id; the answer lists its sources anyway."""
    return [SourcesButton(entries)] if len(SourcesButton.id_of(entries)) <= limits.CUSTOM_ID else []


@final
class VoteButton(GuardedButton, ui.DynamicItem[ui.Button[Any]], template=_VOTE, right=Right.MEMBER):
    """Votes on whether an answer helped. Each member has one vote, which the other button changes."""

    def __init__(self, asked: str, entry: str, *, helpful: bool) -> None:
        self._asked = asked
        self._entry = entry
        self._helpful = helpful
        letter = "y" if helpful else "n"
        super().__init__(ui.Button(label=_(_LABELS[helpful]), custom_id=f"vote:{letter}:{asked}:{entry}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["asked"], match["entry"], helpful=match["helpful"] == "y")

    @override
    async def act(self, interaction: Interaction) -> None:
        voter = interaction.user.id
        # A stored vote of the asker would show who asked. If the asker is unknown, any vote might be theirs.
        member = None if _asker(interaction.message) in {None, voter} else voter
        interaction.client.questions.record_vote(self._asked, self._entry, member, helpful=self._helpful)
        counted, other = _(_LABELS[self._helpful]), _(_LABELS[not self._helpful])
        sentence = _("Thanks! You voted “{counted}”. Press “{other}” to change your vote.")
        await show_privately(interaction, notice(sentence.format(counted=counted, other=other)))


def _asker(answer: discord.Message | None) -> int | None:
    """Return the id of the asker, which the delete button of an answer contains; None if there is no such button."""
    for control in ui.LayoutView.from_message(answer).walk_children() if answer else ():
        if isinstance(control, ui.Button) and (found := re.fullmatch(_DELETE, control.custom_id or "")):
            return int(found["asker"])
    return None


@final
class SourcesButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=_CITED,
    right=Right.MEMBER,
):
    """Shows privately what the cited passages say, in our own words."""

    def __init__(self, entries: Sequence[str]) -> None:
        self._entries = entries
        super().__init__(ui.Button(label=_("Sources"), custom_id=self.id_of(entries)))

    @staticmethod
    def id_of(entries: Sequence[str]) -> str:
        """Return the custom id for some entries, which may be too long for Discord."""
        return f"cited:{'.'.join(entries)}"

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(match["entries"].split("."))

    @override
    async def act(self, interaction: Interaction) -> None:
        answerer = interaction.client.questions.answerer_for(interaction.guild_id)
        await show_privately(interaction, pages(_passages(answerer, self._entries)))


def _passages(answerer: Answerer, entries: Sequence[str]) -> list[str]:
    """Return a text with each cited passage: its number, its gist, who says it, and the source with its date."""
    found = [answerer.base.entries[entry] for entry in entries if entry in answerer.base.entries]
    _blocks, citations = answerer.cite_entries(found)
    if not found:
        return [_(TAKEN_OUT) if any(map(answerer.find, entries)) else _("That answer is no longer in my FAQ.")]
    if not citations:
        return [_("This answer cites no passage.")]
    lines = [
        f"**[{cited.number}]** {literal(' '.join(map(gist, cited.passage.voices)))}{literal(voice(cited))}\n"
        f"{literal(cited.source.title)}, {format_date(cited.source.date)}, {passage_link(cited)}"
        f"{_how_new(cited, citations)}"
        for cited in citations
    ]
    lines += [line for entry in found for line in page_line(answerer.base, entry_path(entry.id))]
    return ["\n\n".join([f"**{_('What the cited passages say, in our own words')}**", *lines])]


def _how_new(cited: Citation, citations: Sequence[Citation]) -> str:
    how_new = standing(cited.source, cited.superseded_by, [citation.source for citation in citations])
    return f" ({literal(how_new)})" if how_new else ""


@final
class DeleteButton(
    GuardedButton,
    ui.DynamicItem[ui.Button[Any]],
    template=_DELETE,
    right=Right.MEMBER,
    always=True,
):
    """Deletes an answer with all its pages, for the asker and for members with Manage Messages.

    A moderator is asked whether to stop the answer instead. There is no separate button for that, because five buttons
    do not fit into a row on a phone, and everybody would see it.
    """

    def __init__(self, asker: int, question: int) -> None:
        self._asker = asker
        self._question = question
        super().__init__(ui.Button(label=_("Delete"), custom_id=f"delete:{asker}:{question}"))

    @override
    @classmethod
    def parse(cls, match: re.Match[str]) -> Self:
        return cls(int(match["asker"]), int(match["question"]))

    @override
    async def act(self, interaction: Interaction) -> None:
        bot = interaction.client
        if is_moderator(interaction) and (found := await answer_in(bot, interaction.message)):
            await _offer(interaction, found)
        elif may_delete(interaction, self._asker):
            await bot.reply_links.delete(interaction, self._question)
        else:
            await show_privately(interaction, notice(_("Only the person who asked, or a moderator, can delete this.")))


async def _offer(interaction: Interaction, found: ShownAnswer) -> None:
    """Ask a moderator what to do about an answer; if the answer is private, the question replaces it."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        await show_instead(interaction, [choice_page(interaction.client, found.entries, MessageRef())])
    else:
        shown = MessageRef(message.id, found.question)
        await show_privately(interaction, [choice_page(interaction.client, found.entries, shown)])


async def answer_in(bot: CaseBot, message: discord.Message | None) -> ShownAnswer | None:
    """Return the entries that a message shows, according to its buttons; None if it is not an answer.

    The ids of several entries may be too long for the buttons; those of a recent reply are remembered.
    """
    entries: list[str] = []
    question, complete = 0, False
    for custom_id in _custom_ids(message.components if message else ()):
        if vote := re.fullmatch(_VOTE, custom_id):
            entries.append(vote["entry"])
        elif cited := re.fullmatch(_CITED, custom_id):
            entries += cited["entries"].split(".")
            complete = True
        elif deleted := re.fullmatch(_DELETE, custom_id):
            question = int(deleted["question"])
    if message is None or not entries:
        return None
    link = None if complete else await bot.reply_links.find(question)
    if link and message.id in link.replies:
        entries += link.entries
    return ShownAnswer(list(dict.fromkeys(entries)), question)


def _custom_ids(components: Iterable[Any]) -> Iterator[str]:
    return (control.custom_id for control in _controls(components))


def _controls(components: Iterable[Any]) -> Iterator[Any]:
    for each in components:
        if getattr(each, "custom_id", None):
            yield each
        yield from _controls(getattr(each, "children", ()))
