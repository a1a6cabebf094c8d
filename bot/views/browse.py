"""Topics, sources, help and what the bot is, as messages."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

import discord
from discord import ui
from typing_extensions import override

from bot.answering import Answerer, Link
from bot.knowledge.model import Entry, Kind, KnowledgeBase, Source, Topic
from bot.language.dates import say_date
from bot.views import limits
from bot.views.cite import source_line
from bot.views.markdown import literal
from bot.views.page import SMALL, GuardedMenu, Page, pages
from bot.views.paginator import Leaf, leaf_pages, open_list_privately
from bot.views.reply import entry_selects
from bot.wording import voice

if TYPE_CHECKING:
    from bot.client import CaseBot

T = TypeVar("T")

TOPICS: Final = 12
"""Topics of one page."""

QUESTIONS: Final = 12
"""Questions of one page of a topic."""


def topics_leaves(answerer: Answerer, _what: str) -> list[Leaf]:
    """List the topics with a few questions of each, and on each page a menu that opens one."""
    base = answerer.base
    filled = [(topic, found) for topic in base.case.topics if (found := _questions(base, topic.id))]
    leaves = []
    for group in _groups(filled, TOPICS):
        sections = ["### What you can ask\nPick a topic below to see all its questions, or just ask."]
        sections += [_topic_summary(topic, entries) for topic, entries in group]
        menu = _topic_select([topic for topic, _ in group])
        leaves += leaf_pages(["\n".join(sections)], [menu])
    return leaves


def topic_leaves(answerer: Answerer, what: str) -> list[Leaf]:
    """List every question of a topic, and on each page a menu that leads to the answers.

    Args:
        answerer: what is known.
        what: id of the topic; one that is gone has no questions.
    """
    title = next((topic.title for topic in answerer.base.case.topics if topic.id == what), what)
    leaves = []
    for group in _groups(_questions(answerer.base, what), QUESTIONS):
        links = [Link(entry.id, entry.question) for entry in group]
        questions = "\n".join(f"- {literal(link.question)}" for link in links)
        leaves += leaf_pages([f"### {literal(title)}\n{questions}"], list(entry_selects("Show an answer", links)))
    return leaves


def source_leaves(answerer: Answerer, _what: str) -> list[Leaf]:
    """List each source, on pages of its own, with what its passages say, in our own words."""
    return [leaf for source in answerer.base.sources.values() for leaf in _source_leaves(answerer.base, source)]


def _source_leaves(base: KnowledgeBase, source: Source) -> list[Leaf]:
    lines = ["### What my answers rest on", f"**{source_line(source)}**", f"{SMALL}{literal(source.kind.capitalize())}"]
    if source.note:
        lines.append(f"{SMALL}{literal(source.note)}")
    lines += [
        f"**{literal(passage.id)}** {literal(passage.gist)}"
        f"{literal(voice(base.people[passage.speaker].name if passage.speaker else None, passage.where))}"
        for passage in source.passages
    ]
    return leaf_pages(["\n".join(lines)])


def help_pages(base: KnowledgeBase, *, name: str, prefix: str, message_content: bool) -> list[Page]:
    """Explain to members what the bot does and how to use it.

    Args:
        base: what the bot answers from; its first question serves as the example.
        name: how the bot is called.
        prefix: what typed commands start with.
        message_content: whether the bot sees typed commands in servers.
    """
    sign = prefix if message_content else "/"
    example = literal(next(iter(base.entries.values())).question)
    ways = [
        f"- `{sign}ask` and your question" + ("" if message_content else "; suggestions appear while you type"),
        f"- mention me: @{literal(name)} {example}",
        "- reply to one of my messages" + ("" if message_content else ", with the mention left on"),
        "- write to me in a direct message",
    ]
    looks = [
        f"- `{sign}topics`: all questions by topic",
        f"- `{sign}timeline`: what happened when; with a year, a name or `picture` for less or for a drawing",
        f"- `{sign}who`: who is who; with a name, who somebody is",
        f"- `{sign}quotes`: who claims or says what",
        f"- `{sign}sources`: what my answers rest on",
        f"- `{sign}about`: what I am, what I read and what I keep",
        "- `/privacy`: what I keep, and how to have it deleted",
        f"- `{sign}help`: this page",
    ]
    promise = "I answer questions from a list that moderators check, and I show where each answer comes from."
    sections = [
        f"### {literal(base.case.title)}\n{promise}",
        "\n".join(["**Ask me**", *ways]),
        "\n".join(["**Look around**", *looks]),
        f"**Good to know**\n{literal(base.case.disclaimer)}",
    ]
    if not message_content:
        sections.append(_without_message_content(prefix))
    return pages(sections)


def about_pages(base: KnowledgeBase, *, version: str, sign: str) -> list[Page]:
    """Say what the bot is, what it reads, where its limits are and what it keeps.

    Args:
        base: what the bot answers from.
        version: of the bot.
        sign: what commands start with.
    """
    newest = max(source.date for source in base.sources.values())
    reviewed = max((entry.reviewed for entry in base.entries.values()), default=newest)
    first, *others = base.sources.values()
    read = f"{len(others) + 1} sources, the newest" if others else f"one {literal(first.kind)}"
    return pages(
        [
            (
                f"### About me\nI am a program that answers questions on *{literal(base.case.title)}*. I make nothing "
                "up: every answer was written and checked by moderators. I only find the one that fits."
            ),
            (
                f"**What I read**\nI have {len(base.entries)} questions with answers, which rest on {read} of "
                f"{say_date(newest)}; `{sign}sources` lists what it says. "
                f"Moderators last reviewed an answer on {say_date(reviewed)}."
            ),
            (
                f"**My limits**\n{literal(base.case.disclaimer)} I may also misread a question: "
                "the question above each answer shows which one I have answered."
            ),
            (
                "**What I keep**\nQuestions, without who asked them, so that moderators see what is missing; they are "
                "deleted after a time. Votes on answers, under a hash in place of the name. For a while, the "
                "numbers of your message and of my answer to it, so that it can follow when you edit or delete yours. "
                "Nothing else that you write. `/privacy` shows more, and lets you take it back."
            ),
            f"{SMALL}casebot {version}, free software under the MIT licence",
        ]
    )


def _without_message_content(prefix: str) -> str:
    return (
        f"**Why typed commands such as `{prefix}ask` are silent in servers**\n"
        "Discord shows me only messages that mention me, and direct messages. Whoever runs me can change that: "
        "switch on *Message Content Intent* on the *Bot* page of my application at "
        "<https://discord.com/developers/applications>, then start me with `CASEBOT_MESSAGE_CONTENT=true`."
    )


def _questions(base: KnowledgeBase, topic: str) -> list[Entry]:
    """List a topic's entries, what is answered before what is not."""
    entries = [entry for entry in base.entries.values() if topic in entry.topics]
    return sorted(entries, key=lambda entry: entry.kind is Kind.NOT_COVERED)


def _topic_summary(topic: Topic, entries: Sequence[Entry]) -> str:
    some = " ".join(literal(entry.question) for entry in entries[:2])
    count = "1 question" if len(entries) == 1 else f"{len(entries)} questions"
    return f"**{literal(topic.title)}** ({count})\n{SMALL}{some}"


def _groups(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _topic_select(topics: Sequence[Topic]) -> ui.Item[Any]:
    """Make a menu that opens a topic privately."""
    (options,) = limits.option_groups([(topic.title, topic.id) for topic in topics])
    return TopicSelect(ui.Select(custom_id="topics:0", placeholder="Open a topic", options=options))


@final
class TopicSelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=r"topics:\d+"):
    """A menu of topics, each of which opens as a private list of questions."""

    @override
    async def act(self, interaction: "discord.Interaction[CaseBot]") -> None:
        await open_list_privately(interaction, "topic", self.item.values[0])
