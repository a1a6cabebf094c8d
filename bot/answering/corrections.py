"""Which answers have been corrected lately, so that they say so."""

import datetime as dt
import logging
from pathlib import Path
from typing import Final

from bot.answering.answerer import Answerer
from bot.answering.reply import Correction
from bot.answering.wording import NOTED
from bot.errors import kind
from bot.knowledge.folder import DESK

_READ: Final = NOTED + dt.timedelta(days=2)
"""How much of the history is read: a day begins at different times for those who write and read it."""

_log = logging.getLogger(__name__)


def noted(folder: Path, answerer: Answerer) -> Answerer:
    """Return an Answerer whose answers come with what the history says of their corrections; the same if it has them.

    A history that cannot be read says nothing: nobody must be left without an answer for that.

    Args:
        folder: the knowledge folder.
        answerer: answers from that folder.
    """
    if not (_within(folder, ".git") or (folder / DESK).is_dir()):
        return answerer
    from bot.editing.updates import SHOWN_KINDS, recent_history, updates  # noqa: PLC0415 (git's library is slow to import)

    try:
        history = recent_history(folder, dt.datetime.now(dt.UTC) - _READ)
        found = updates(history, answerer.base, most=None)
    except Exception as error:  # noqa: BLE001 (whatever state the history is in)
        _log.warning("The answers don't say what was corrected: the history can't be read (%s).", kind(error))
        return answerer
    corrections: dict[str, tuple[Correction, ...]] = {}
    for each in found:
        if each.kind in SHOWN_KINDS:
            told = Correction(each.day, each.kind, each.reason)
            corrections[each.entry] = (*corrections.get(each.entry, ()), told)
    return answerer if corrections == answerer.corrections else answerer.noting(corrections)


def _within(folder: Path, name: str) -> bool:
    """Return whether a folder or one above it contains something."""
    here = folder.absolute()
    return any((each / name).exists() for each in (here, *here.parents))
