"""Topics, sources, help and the description of the bot, as messages."""

from collections.abc import Sequence
from typing import Any, Final, TypeVar, final

from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.citing import citation
from bot.answering.contents import without_content
from bot.answering.wording import contact_words, gist, sources_read, standing, voice
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.citations import page_line, source_line
from bot.chat.message.markdown import line, literal
from bot.chat.message.page import SMALL, GuardedMenu, Page, pages
from bot.chat.rights import Right
from bot.chat.screens.paginator import ListPage, list_pages, open_list_privately
from bot.chat.screens.reply import question_pages
from bot.i18n.catalogue import _, ngettext
from bot.i18n.commands import SLASH, command
from bot.i18n.dates import format_date
from bot.knowledge.addresses import source_path
from bot.knowledge.citations import Ref
from bot.knowledge.model import Entry, KnowledgeBase, Source, Topic
from bot.knowledge.topics import examples, in_topic

T = TypeVar("T")

TOPICS_PER_PAGE: Final = 12
"""Topics on one page."""

PASSAGES_PER_PAGE: Final = 5
"""Passages of a source on one page; each is a paragraph."""


def topics_pages(answerer: Answerer, _what: str) -> list[ListPage]:
    """Return the pages of the topics, with a few questions of each, and menus that open one."""
    base = answerer.base
    filled = [(topic, found) for topic in base.case.topics if (found := in_topic(base, topic.id))]
    listed = []
    for group in _groups(filled, TOPICS_PER_PAGE):
        sections = [f"### {_('What you can ask')}\n{_('Pick a topic below to see all its questions, or just ask.')}"]
        sections += [_topic_summary(topic, entries) for topic, entries in group]
        menu = _topic_select([topic for topic, _ in group])
        listed += list_pages(sections, [menu])
    return listed


def topic_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Return the pages of a topic's questions, with menus that show the answers.

    Args:
        answerer: the current Answerer.
        what: id of the topic; an unknown topic has no questions.
    """
    title = next((topic.title for topic in answerer.base.case.topics if topic.id == what), what)
    return question_pages(title, in_topic(answerer.base, what))


def source_pages(answerer: Answerer, _what: str) -> list[ListPage]:
    """Return the pages of the sources, with what each passage says in our own words."""
    return [page for source in answerer.base.sources.values() for page in _source_pages(answerer.base, source)]


def _source_pages(base: KnowledgeBase, source: Source) -> list[ListPage]:
    lines = [
        f"### {_('What my answers are based on')}",
        f"**{source_line(source)}**",
        f"{SMALL}{literal(source.kind[:1].upper() + source.kind[1:])}",
    ]
    if how_new := standing(source, base.successor(source.id)):
        lines.append(f"{SMALL}{literal(how_new[0].upper() + how_new[1:])}")
    lines += page_line(base, source_path(source.id))
    if source.note:
        lines.append(f"{SMALL}{literal(source.note)}")
    heard = [part for passage in source.passages for part in passage.voices]
    said = [
        f"**{literal(part.id)}** {literal(gist(part))}{literal(voice(citation(base, Ref(source.id, part.id), number)))}"
        for number, part in enumerate(heard, start=1)
    ]
    head = "\n".join(lines)
    return [page for group in _groups(said, PASSAGES_PER_PAGE) or [[]] for page in list_pages([head, *group])]


def help_pages(base: KnowledgeBase, *, name: str, prefix: str, message_content: bool) -> list[Page]:
    """Return the pages that explain to members what the bot does and how to use it.

    Args:
        base: the knowledge base; its first question serves as the example.
        name: the bot's name.
        prefix: what typed commands start with.
        message_content: whether the bot sees typed commands in servers.
    """
    sign = prefix if message_content else "/"
    # There may be no question, because all entries may be stopped.
    example = literal(next((entry.question for entry in base.entries.values()), ""))
    if message_content:
        asked, replied = _("`{command}` followed by your question"), _("reply to one of my messages")
    else:
        asked = _("`{command}` followed by your question; suggestions appear as you type")
        replied = _("reply to one of my messages (leave the ping on)")
    ways = [
        asked.format(command=command(sign, "ask")),
        _("mention me: {example}").format(example=f"@{literal(name)} {example}".rstrip()),
        replied,
        _("send me a direct message"),
    ]
    looks = {
        "topics": _("all questions by topic"),
        "timeline": _("what happened when; add a year or a name to narrow it down, or `picture` for a chart"),
        "who": _("who's who; add a name to look up one person"),
        "quotes": _("who said what"),
        "sources": _("what my answers are based on"),
        "changes": _("what has changed in my answers, and why"),
        "about": _("who I am, what I read and what I store"),
        "privacy": _("what I store, and how to delete it"),
        "help": _("this page"),
    }
    hidden = without_content(base)
    lines = [
        f"- `{command(SLASH if name == 'privacy' else sign, name)}`: {what}"
        for name, what in looks.items()
        if name not in hidden
    ]
    promise = _(
        "I answer questions from a FAQ that moderators keep. Each answer says where it comes from and who says so."
    )
    sections = [
        f"### {literal(base.case.title)}\n{promise}",
        "\n".join([f"**{_('Ask me')}**", *(f"- {way}" for way in ways)]),
        "\n".join([f"**{_('Browse')}**", *lines]),
        f"**{_('Good to know')}**\n{literal(base.case.disclaimer)}",
    ]
    if not message_content:
        sections.append(_without_message_content(prefix))
    return pages(sections)


def about_me(base: KnowledgeBase) -> str:
    """Return what the bot says it is, in two sentences."""
    me = _(
        "I answer questions about {case}. I don't write the answers: I find the one that fits, in a FAQ that "
        "moderators keep."
    )
    return me.format(case=f"*{literal(base.case.title)}*")


def about_pages(base: KnowledgeBase, *, version: str, sign: str) -> list[Page]:
    """Return the pages that say what the bot is, what it reads, where its limits are and what it keeps.

    Args:
        base: the knowledge base that the bot answers from.
        version: the bot's version.
        sign: what commands start with.
    """
    known = ngettext(
        "{count} question with an answer, based on {sources}: `{command}`.",
        "{count} questions with answers, all based on {sources}: `{command}`.",
        len(base.entries),
    ).format(count=len(base.entries), sources=literal(sources_read(base)), command=command(sign, "sources"))
    misread = _("The question above each answer is the one I answered.")
    kept = _("questions, but not who asked them, and a few numbers, for a while. `{command}` shows all of it.").format(
        command=command(SLASH, "privacy")
    )
    notice = _("casebot {version}, free software under the MIT license").format(version=version)
    lines = [
        f"### {_('About me')}",
        about_me(base),
        f"- **{_('What I know:')}** {known} {_reviews(base)}",
        f"- **{_('My limits:')}** {literal(base.case.disclaimer)} {misread}{_contact(base)}",
        f"- **{_('What I store:')}** {kept}",
    ]
    return pages(["\n".join(lines), "\n".join([*page_line(base), f"{SMALL}{notice}"])])


def _reviews(base: KnowledgeBase) -> str:
    """Return when moderators last reviewed an answer, and how many answers no moderator has reviewed."""
    days = [entry.review_day for entry in base.entries.values()]
    reviewed = [day for day in days if day]
    if not reviewed:
        return _("No moderator has reviewed an answer yet.")
    said = [_("Latest review: {date}.").format(date=format_date(max(reviewed)))]
    if waiting := len(days) - len(reviewed):
        said.append(_("Not reviewed by a moderator yet: {count}.").format(count=waiting))
    return " ".join(said)


def _without_message_content(prefix: str) -> str:
    title = _("Why typed commands such as `{command}` don't work in servers").format(command=f"{prefix}ask")
    fix = _(
        "In servers, Discord only shows me messages that mention me. My operator can change that: turn on *Message "
        "Content Intent* on the *Bot* page of my application at <https://discord.com/developers/applications>, then "
        "start me with `CASEBOT_MESSAGE_CONTENT=true`."
    )
    return f"**{title}**\n{fix}"


def _topic_summary(topic: Topic, entries: list[Entry]) -> str:
    some = " ".join(literal(entry.question) for entry in examples(topic, entries, 2))
    count = ngettext("{count} question", "{count} questions", len(entries)).format(count=len(entries))
    return f"**{literal(topic.title)}**\n{SMALL}{count}: {some}"


def _groups(items: Sequence[T], size: int) -> list[Sequence[T]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _topic_select(topics: Sequence[Topic]) -> ui.Item[Any]:
    """Return a menu that opens a topic privately."""
    (options,) = limits.option_groups([(topic.title, topic.id) for topic in topics])
    return TopicSelect(ui.Select(custom_id="topics:0", placeholder=_("Open a topic"), options=options))


@final
class TopicSelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=r"topics:\d+", right=Right.MEMBER):
    """A menu of topics; picking one opens a private list of its questions."""

    @override
    async def act(self, interaction: Interaction) -> None:
        await open_list_privately(interaction, "topic", self.item.values[0])


def _contact(base: KnowledgeBase) -> str:
    """Return the line that says where to ask for a withdrawal; nothing if the case names no contact."""
    contact = base.case.contact
    return "\n" + contact_words().format(contact=line(contact)) if contact else ""
