"""Who is in the case, and who says what, as lists to leaf through."""

import re
from collections.abc import Sequence
from typing import Any, Final, final

from discord import ui
from typing_extensions import override

from bot.answering.answerer import Answerer, Link
from bot.answering.wording import attribution
from bot.chat.client import Interaction
from bot.chat.message import limits
from bot.chat.message.citations import source_list, statements
from bot.chat.message.markdown import literal
from bot.chat.message.page import SMALL, GuardedMenu
from bot.chat.rights import Right
from bot.chat.screens.paginator import ListPage, leaf_pages, open_list_privately
from bot.chat.screens.reply import entry_selects
from bot.i18n.catalogue import _
from bot.knowledge.model import Entry, Kind, KnowledgeBase, Person

UNKNOWN: Final = "unknown"
"""Asks :func:`people_pages` to say first that nobody has the name that was asked for."""

PEOPLE: Final = 12
"""People of one page."""

QUOTES: Final = 3
"""Answers of one page of quotes, each of which is as long as an answer."""


def people_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """List the people that the sources name, and on each page a menu that opens a profile.

    Args:
        answerer: what is known.
        what: :data:`UNKNOWN`, or nothing.
    """
    remark = f"{_('I know nobody by that name.')} " if what == UNKNOWN else ""
    people = list(answerer.base.people.values())
    leaves = []
    for start in range(0, len(people), PEOPLE):
        group = people[start : start + PEOPLE]
        names = "\n".join(f"- {literal(person.name)}" for person in group)
        (options,) = limits.option_groups([(person.name, person.id) for person in group])
        menu = PersonSelect(ui.Select(custom_id="people:0", placeholder=_("Show a person"), options=options))
        head = f"### {_('Who is who')}\n{remark}{_('Pick a name below to read more.')}"
        leaves += leaf_pages([f"{head}\n{names}"], [menu])
    return leaves


def person_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Lay out who somebody is: names, handles, role, what is unclear, and the questions that lead to more.

    Args:
        answerer: what is known.
        what: id of the person; one that is gone has no pages.
    """
    person = answerer.base.people.get(what)
    if person is None:
        return []
    (role, *notes), citations = answerer.cite(person.role, *person.notes)
    lines = [f"### {literal(person.name)}"]
    if person.aliases:
        # Members may type "JayZ" for "Jay-Z"; to read both is no use to them.
        spellings = {re.sub(r"\W", "", alias).casefold(): alias for alias in reversed(person.aliases)}
        aliases = ", ".join(literal(alias) for alias in reversed(spellings.values()))
        lines.append(_("Also found under: {names}").format(names=aliases))
    if person.handles:
        handles = ", ".join(map(literal, person.handles))
        lines.append(_("Handle: {handles}").format(handles=handles))
    lines.append(statements(role))
    if notes:
        lines += [f"**{_('To note')}**", *(f"- {statements(note)}" for note in notes)]
    profile = ["\n".join(lines), *([source_list(citations)] if citations else [])]
    entries = _entries_about(answerer.base, person)
    if not entries:
        return leaf_pages(profile)
    leaves = []
    for start in range(0, len(entries), limits.OPTIONS):
        links = [Link(entry.id, entry.question) for entry in entries[start : start + limits.OPTIONS]]
        leaves += leaf_pages(profile, list(entry_selects(_("Questions about this person"), links)))
    return leaves


def speakers(base: KnowledgeBase) -> list[Person]:
    """List those to whom an answer is attributed, in the order of the file."""
    named = {person for entry in base.entries.values() for person in entry.attributed_to}
    return [person for person in base.people.values() if person.id in named]


def quote_pages(answerer: Answerer, what: str) -> list[ListPage]:
    """Lay out what somebody claims or says, with sources.

    Args:
        answerer: what is known.
        what: id of the speaker, or nothing for everybody.
    """
    base = answerer.base
    said = [
        entry
        for entry in base.entries.values()
        if entry.kind in {Kind.CLAIM, Kind.QUOTE} and (not what or what in entry.attributed_to)
    ]
    speaker = base.people.get(what)
    title = _("What {name} says").format(name=literal(speaker.name)) if speaker else _("Who says what")
    warning = _("Claims and quotes; that they are listed does not make them true.")
    leaves = []
    for start in range(0, len(said), QUOTES):
        group = said[start : start + QUOTES]
        texts, citations = answerer.cite(*(entry.answer for entry in group))
        sections = [f"### {title}\n{SMALL}{warning}"]
        for entry, cited in zip(group, texts, strict=True):
            (answer,) = answerer.entry(entry.id).answers
            voice = literal(attribution(answer, citations))
            sections.append(f"**{literal(answer.question)}**\n{voice}: {statements(cited)}")
        leaves += leaf_pages([*sections, *([source_list(citations)] if citations else [])])
    return leaves


def _entries_about(base: KnowledgeBase, person: Person) -> list[Entry]:
    """List the entries that somebody is named in or stands behind, what is answered before what is not."""
    names = "|".join(re.escape(name) for name in (person.name, *person.aliases))
    named = re.compile(rf"(?<!\w)(?:{names})(?!\w)", re.IGNORECASE)
    about: Sequence[Entry] = [
        entry
        for entry in base.entries.values()
        if person.id in entry.attributed_to or named.search(f"{entry.question} {entry.answer}")
    ]
    return sorted(about, key=lambda entry: entry.kind is Kind.NOT_COVERED)


@final
class PersonSelect(GuardedMenu, ui.DynamicItem[ui.Select[Any]], template=r"people:\d+", right=Right.MEMBER):
    """A menu of people, each of whom opens as a private profile."""

    @override
    async def act(self, interaction: Interaction) -> None:
        await open_list_privately(interaction, "person", self.item.values[0])
