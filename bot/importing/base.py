"""A knowledge folder as an import finds it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from bot.editing.import_record import Imports
from bot.editing.items import CASE, QUESTIONS, SOURCES, Fields, ItemFile
from bot.knowledge.citations import Ref
from bot.knowledge.load import check_item, same
from bot.knowledge.model import Case, Entry, Questions, Source, WithdrawnEntry, entry_model
from bot.knowledge.yaml_file import parse

SAID: Final = ("question", "phrasings", "kind", "attributed_to", "topics", "answer")
"""The keys of an entry that an import or an export carries."""


def said(fields: Fields) -> Fields:
    """Return what an import or export carries of an entry."""
    return {key: fields[key] for key in SAID if fields.get(key)}


def version(fields: Fields) -> str:
    """Return a short hash of what an export carries of an entry, which tells whether it has changed since."""
    return hashlib.sha256(json.dumps(said(fields), sort_keys=True, default=str).encode()).hexdigest()[:10]


@dataclass(frozen=True)
class Base:
    """The files of a valid knowledge folder, or of the beginning of one."""

    texts: Mapping[str, str]
    """Content by path."""

    imports: Imports = field(default_factory=dict)
    """What earlier imports said, by their names."""

    people: frozenset[str] = frozenset()

    @cached_property
    def faq(self) -> dict[str, ItemFile]:
        """The files of entries."""
        return {path: ItemFile(path, text) for path, text in self.texts.items() if path.startswith("faq/")}

    @cached_property
    def case(self) -> Case | None:
        """The case; None if it has no topics yet, and so is none."""
        data = self._data(CASE)
        return check_item(CASE, data, Case) if data.get("topics") else None

    @cached_property
    def topics(self) -> dict[str, str]:
        """Title by id."""
        return {topic.id: topic.title for topic in self.case.topics} if self.case else {}

    @cached_property
    def title(self) -> str:
        """What it is about."""
        return str(self._data(CASE).get("title", ""))

    @cached_property
    def language(self) -> str:
        """Of the questions and answers."""
        return str(self._data(CASE).get("language", "en"))

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The sources by id."""
        found = (check_item(SOURCES, item, Source) for item in ItemFile(SOURCES, self.texts[SOURCES]).items)
        return {source.id: source for source in found}

    @cached_property
    def passages(self) -> frozenset[Ref]:
        """All that marks may name."""
        return frozenset(Ref(source.id, part.id) for source in self.sources.values() for part in source.citable())

    @cached_property
    def entries(self) -> dict[str, Fields]:
        """The entries, retired ones too but none that was withdrawn, plain, by id."""
        return {
            str(item["id"]): file.item_list.plain(path, item)
            for path, file in self.faq.items()
            for item in file.items
            if entry_model(item) is Entry
        }

    @cached_property
    def withdrawn(self) -> frozenset[str]:
        """The ids of the entries that were withdrawn at a person's request."""
        items = (item for file in self.faq.values() for item in file.items)
        return frozenset(str(item["id"]) for item in items if entry_model(item) is WithdrawnEntry)

    @cached_property
    def asked(self) -> dict[str, str]:
        """Each wording of an entry in service (:func:`~bot.knowledge.load.same`) -> the entry."""
        return {
            same(text): id_
            for id_, fields in self.entries.items()
            if not fields.get("retired")
            for text in (fields["question"], *fields.get("phrasings", ()))
        }

    @cached_property
    def tested(self) -> frozenset[str]:
        """The regression questions, which may be no wordings of entries."""
        questions = check_item(QUESTIONS, self._data(QUESTIONS), Questions)
        asked = [*(group.ask for group in questions.answered), *(group.ask for group in questions.unanswered)]
        return frozenset(same(text) for group in asked for text in group)

    def _data(self, path: str) -> dict[str, Any]:
        data = parse(self.texts[path].encode("utf-8", "surrogateescape"), path).data
        return data if isinstance(data, dict) else {}
