"""A knowledge folder's site: all that is known of it, brought together and rendered."""

import logging
from collections.abc import Iterable
from pathlib import Path

from bot.editing.revision import Revision
from bot.editing.updates import history_of, updates
from bot.errors import describe_os_error
from bot.knowledge.addresses import entry_path, person_path
from bot.knowledge.model import KnowledgeBase
from bot.site import search
from bot.site.render import OWN_TEMPLATES, SEARCH_INDEX, SEARCH_SCRIPT, Options, Renderer

_log = logging.getLogger(__name__)


def renderer(base: KnowledgeBase, folder: Path, paused: Iterable[str] = (), *, asking: bool = False) -> Renderer:
    """Return what renders the pages of a knowledge base.

    Args:
        base: the knowledge base, without the entries that moderators have stopped.
        folder: the knowledge folder, which has the history and may have templates of its own.
        paused: ids of the entries that moderators have stopped.
        asking: whether a server answers questions.

    Raises:
        OSError: the history cannot be read now.
    """
    changed = updates(_history(folder), base)
    index = search.build_index(base, entry_path("{id}"), person_path("{id}"))
    extra = {SEARCH_SCRIPT: search.script(), SEARCH_INDEX: index}
    return Renderer(base, Options(changed, paused, folder / OWN_TEMPLATES, extra, asking=asking))


def build(base: KnowledgeBase, folder: Path, paused: Iterable[str] = ()) -> dict[str, bytes]:
    """Return the files of the site by their paths; see :func:`renderer`.

    Raises:
        TemplateError: one of the base's own templates cannot be used.
        OSError: the history cannot be read now.
    """
    return renderer(base, folder, paused).files()


def _history(folder: Path) -> tuple[Revision, ...]:
    """Return the history; none if it is another user's, such as root's, which no page should have to wait for."""
    try:
        return history_of(folder)
    except PermissionError as error:
        _log.warning("The public page doesn't say what has changed. %s", describe_os_error(error))
        return ()
