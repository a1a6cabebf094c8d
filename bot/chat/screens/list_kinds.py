"""The lists that members can leaf through, by the names that buttons carry."""

from collections.abc import Mapping
from typing import Final

from bot.chat.screens.browse import source_pages, topic_pages, topics_pages
from bot.chat.screens.check import check_pages
from bot.chat.screens.history import history_pages
from bot.chat.screens.paginator import ListKind, StaffListKind
from bot.chat.screens.people import people_pages, person_pages, quote_pages
from bot.chat.screens.timeline import timeline_pages

LIST_KINDS: Final[Mapping[str, ListKind | StaffListKind]] = {
    "timeline": ListKind(timeline_pages, command="timeline"),
    "sources": ListKind(source_pages, command="sources"),
    "topics": ListKind(topics_pages, command="topics"),
    "topic": ListKind(topic_pages, command="topics"),
    "people": ListKind(people_pages, command="who"),
    "person": ListKind(person_pages, command="who"),
    "quotes": ListKind(quote_pages, command="quotes"),
    "check": StaffListKind(check_pages, command="faq check"),
    "history": StaffListKind(history_pages, command="faq history"),
}
