"""The people in the case, and what they say, as lists."""

import re
from typing import Any, Final, final

from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answerer
from bot.answering.people import entries_about
from bot.answering.reply import Link
from bot.answering.wording import attribution
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.citations import answer_text, source_list, statements
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, GuardedMenu
from bot.chat.rights import Right
from bot.chat.screens.paginator import ListPage, list_pages, open_list_privately
from bot.chat.screens.reply import entry_selects
from bot.i18n.catalogue import N_, _
from bot.knowledge.blocks import Form
from bot.knowledge.model import Kind

UNKNOWN_NAME: Final = "unknown"
"""The subject of a list of people that begins with the remark that the requested name is unknown."""

NOBODY_KNOWN: Final = N_("I don't know anyone by that name.")
"""What the bot says to an unknown name."""

PEOPLE_PER_PAGE: Final = 12
"""People on one page."""

QUOTES_PER_PAGE: Final = 3
"""Claims or quotes on one page; each is as long as an answer."""


def people_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Return the pages of the people that the sources name, with menus that open a profile.

    Args:
        answerer: the current Answerer.
        what: :data:`UNKNOWN_NAME`, or nothing.
    """
    remark = f"{_(NOBODY_KNOWN)} " if what == UNKNOWN_NAME else ""
    people = list(answerer.base.people.values())
    pages = []
    for start in range(0, len(people), PEOPLE_PER_PAGE):
        group = people[start : start + PEOPLE_PER_PAGE]
        names = "\n".join(f"- {literal(person.name)}" for person in group)
        (options,) = limits.option_groups([(person.name, person.id) for person in group])
        menu = PersonSelect(ui.Select(custom_id="people:0", placeholder=_("Show a person"), options=options))
        title = _("Who's who")
        head = f"### {title}\n{remark}{_('Pick a name below to read more.')}"
        pages += list_pages([f"{head}\n{names}"], [menu])
    return pages


def person_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Return the pages of a person's profile: names, handles, role, notes, and a menu of questions about them.

    Args:
        answerer: the current Answerer.
        what: id of the person; an unknown person has no pages.
    """
    person = answerer.base.people.get(what)
    if person is None:
        return []
    (role, *notes), citations = answerer.cite(person.role, *person.notes)
    lines = [f"### {literal(person.name)}"]
    if person.aliases:
        # Aliases such as "JayZ" for "Jay-Z" help the search, but members don't need to read both.
        spellings = {re.sub(r"\W", "", alias).casefold(): alias for alias in reversed(person.aliases)}
        aliases = ", ".join(literal(alias) for alias in reversed(spellings.values()))
        lines.append(_("Also found under: {names}").format(names=aliases))
    if person.handles:
        handles = ", ".join(map(literal, person.handles))
        lines.append(_("Handle: {handles}").format(handles=handles))
    lines.append(statements(role))
    if notes:
        lines += [f"**{_('Notes')}**", *(f"- {statements(note)}" for note in notes)]
    profile = ["\n".join(lines), *([source_list(citations)] if citations else [])]
    entries = entries_about(answerer.base, person)
    if not entries:
        return list_pages(profile)
    pages = []
    for start in range(0, len(entries), limits.OPTIONS):
        links = [Link(entry.id, entry.question) for entry in entries[start : start + limits.OPTIONS]]
        pages += list_pages(profile, list(entry_selects(_("Questions about this person"), links)))
    return pages


def quote_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Return the pages of claims and quotes, with sources.

    Args:
        answerer: the current Answerer.
        what: id of the speaker; empty for everybody.
    """
    base = answerer.base
    said = [
        entry
        for entry in base.entries.values()
        if entry.kind in {Kind.CLAIM, Kind.QUOTE} and (not what or what in entry.attributed_to)
    ]
    speaker = base.people.get(what)
    title = _("What {name} says").format(name=literal(speaker.name)) if speaker else _("Who says what")
    warning = _("These are claims and quotes. Being listed here doesn't make them true.")
    pages = []
    for start in range(0, len(said), QUOTES_PER_PAGE):
        group = said[start : start + QUOTES_PER_PAGE]
        texts, citations = answerer.cite_entries(group)
        sections = [f"### {title}\n{SMALL}{warning}"]
        for entry, cited in zip(group, texts, strict=True):
            (answer,) = answerer.entry(entry.id).answers
            voice = literal(attribution(answer, citations))
            gap = " " if cited[0].layout.form is Form.PARAGRAPH else "\n"
            sections.append(f"**{literal(answer.question)}**\n{voice}:{gap}{answer_text(cited)}")
        pages += list_pages([*sections, *([source_list(citations)] if citations else [])])
    return pages


@final
class PersonSelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=r"people:\d+", right=Right.MEMBER):
    """A menu of people; picking one opens a private profile."""

    @override
    async def act(self, interaction: Interaction) -> None:
        await open_list_privately(interaction, "person", self.item.values[0])
