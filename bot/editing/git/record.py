"""The record of imports in a repository that the bot's files come from: its copy holds only files that it serves."""

import logging
from pathlib import Path

from dulwich.objects import Commit, ObjectID

from bot.editing.git.repository import KnowledgeRepo, open_repo
from bot.editing.import_record import Imports, parsed_record, written_without_text_of
from bot.editing.leftovers import entries_gone
from bot.editing.revision import Revision
from bot.knowledge.folder import RECORD

_log = logging.getLogger(__name__)


def repository_record(folder: Path) -> Imports:
    """Return the record in the last commit of the bot's own copy of a repository; it's empty if there is none.

    Raises:
        ValueError: the record is damaged.
        UnusableError: the copy is damaged.
        OSError: it cannot be read.
    """
    with open_repo(folder) as holding:
        return _read(holding, holding.commit(holding.repo.head())) if holding else {}


def forgetful_record(holding: KnowledgeRepo, parent: Commit, revision: Revision) -> dict[str, ObjectID | None]:
    """Return the record of a commit without the text of the entries that a revision takes away, by its name.

    Args:
        holding: the bot's own copy of the repository.
        parent: the commit on which the revision is made.
        revision: the revision.

    Returns:
        Nothing if the record has nothing of these entries.
    """
    gone = entries_gone(revision.changes)
    if not gone:
        return {}
    try:
        record = _read(holding, parent)
    except ValueError:
        # It was damaged after the edit was tried, by whoever pushed first. That must not undo a withdrawal.
        _log.warning("%s in the knowledge repository is damaged. It may hold text of entries that are gone.", RECORD)
        return {}
    text = written_without_text_of(record, gone)
    return {RECORD: holding.store(text)} if text else {}


def _read(holding: KnowledgeRepo, commit: Commit) -> Imports:
    found = holding.blob(commit, RECORD)
    return parsed_record(holding.content(found[1])) if found else {}
