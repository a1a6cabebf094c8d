"""The lists that members can leaf through, by the names that buttons carry."""

from collections.abc import Mapping
from typing import Final

from bot.views.browse import source_leaves, topic_leaves, topics_leaves
from bot.views.check import check_leaves
from bot.views.history import history_leaves
from bot.views.paginator import Shelf, StaffShelf
from bot.views.people import people_leaves, person_leaves, quote_leaves
from bot.views.timeline import timeline_leaves

SHELVES: Final[Mapping[str, Shelf | StaffShelf]] = {
    "timeline": Shelf(timeline_leaves, command="timeline"),
    "sources": Shelf(source_leaves, command="sources"),
    "topics": Shelf(topics_leaves, command="topics"),
    "topic": Shelf(topic_leaves, command="topics"),
    "people": Shelf(people_leaves, command="who"),
    "person": Shelf(person_leaves, command="who"),
    "quotes": Shelf(quote_leaves, command="quotes"),
    "check": StaffShelf(check_leaves, command="faq check"),
    "history": StaffShelf(history_leaves, command="faq history"),
}
