"""A knowledge folder's site: all that is known of it, brought together and rendered."""

from collections.abc import Iterable
from pathlib import Path

from bot.editing.updates import history_of, updates
from bot.knowledge.addresses import entry_path, person_path
from bot.knowledge.model import KnowledgeBase
from bot.site import search
from bot.site.render import OWN_TEMPLATES, SEARCH_INDEX, SEARCH_SCRIPT, Options, Renderer


def renderer(base: KnowledgeBase, folder: Path, paused: Iterable[str] = (), *, asking: bool = False) -> Renderer:
    """Return what renders the pages of a knowledge base.

    Args:
        base: the knowledge base, without the entries that moderators have stopped.
        folder: the knowledge folder, which has the history and may have templates of its own.
        paused: ids of the entries that moderators have stopped.
        asking: whether a server answers questions.

    Raises:
        OSError: the history cannot be read.
    """
    changed = updates(history_of(folder), base)
    index = search.build_index(base, entry_path("{id}"), person_path("{id}"))
    extra = {SEARCH_SCRIPT: search.script(), SEARCH_INDEX: index}
    return Renderer(base, Options(changed, paused, folder / OWN_TEMPLATES, extra, asking=asking))


def build(base: KnowledgeBase, folder: Path, paused: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the files of the site by their paths; see :func:`renderer`.

    Raises:
        TemplateError: one of the base's own templates cannot be used.
        OSError: the history cannot be read.
    """
    return renderer(base, folder, paused).files()
