"""An entry to add, and an office: a folder with its desk, and what is served of it."""

import datetime as dt
from pathlib import Path
from typing import Any

from bot.editing.desk import Desk
from bot.editing.edits import Edit
from bot.editing.revision import Revision
from bot.knowledge.folder import knowledge_files
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.reload import LiveKnowledge

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
GOOD: dict[str, Any] = {
    "question": "Who owns the museum?",
    "phrasings": ["museum owner"],
    "answer": "The town does [n1].",
    "kind": "reported",
    "topics": ["theft"],
    "reviewed": dt.date(2026, 11, 24),
}


class Office:
    """A folder, what is served of it, and a desk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.builds = 0
        self.desk: Desk[KnowledgeBase] = Desk(folder)
        self.live = LiveKnowledge(folder, self._build)

    def _build(self, base: KnowledgeBase) -> KnowledgeBase:
        self.builds += 1
        return base

    def make(self, edit: Edit, author: str = "Ann") -> Revision:
        return self.desk.confirm(self.desk.draft(edit, self.live), self.live, author, NOW)

    def phrasings(self, entry: str) -> tuple[str, ...]:
        return self.live.current.entries[entry].phrasings

    def bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in knowledge_files(self.folder)}
