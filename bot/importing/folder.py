"""Imports into a knowledge folder: what is read and written, and nothing that decides."""

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.editing import journal
from bot.editing.git.repository import OWN
from bot.editing.import_record import Imports, read_record, written_record
from bot.editing.items import SOURCES, ItemFile, differences
from bot.editing.revision import Change, Revision, author_name, one_line
from bot.errors import CasebotError, denied
from bot.importing.base import Base
from bot.importing.faq import Faq, Finding
from bot.importing.merge import Fate, Plan, merge
from bot.importing.skeleton import Opening, for_import
from bot.importing.sources import import_name
from bot.knowledge import scaffold
from bot.knowledge.folder import RECORD, inside, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.yaml_file import Problem


class ImportConflictError(CasebotError):
    """The folder cannot take an import, or has changed since the preview."""


@dataclass(frozen=True, slots=True)
class Import:
    """An import that passed its trial."""

    folder: Path
    base: Base
    plan: Plan
    is_new: bool
    """Whether the folder is to be made."""

    files: tuple[str, ...]
    """The names of the files that are imported."""

    @property
    def told(self) -> str:
        """What it does, for histories."""
        names = ", ".join(one_line(name) for name in self.files)
        return f"Import {names}: {self.plan.count(Fate.NEW)} new, {self.plan.count(Fate.CHANGED)} changed"

    @property
    def holds_nothing(self) -> bool:
        """Whether the folder would have no entry."""
        return not (self.base.entries or self.plan.count(Fate.NEW))


def prepare(faqs: Sequence[Faq], folder: Path, today: dt.date, opening: Opening | None = None) -> Import:
    """Plan an import, and try it on a copy of the folder. Rows that would break the knowledge are left out and named.

    Args:
        faqs: the FAQs.
        folder: the knowledge folder; one that does not exist or is empty is begun.
        today: the current day.
        opening: how a new base begins; by default as the FAQs say.

    Raises:
        ImportConflictError: there is something else in the folder.
        KnowledgeError: the folder has problems already, or cannot be edited.
        OSError: it cannot be read.
    """
    names: dict[str, str] = {}
    for faq in faqs:
        if (other := names.setdefault(import_name(faq), faq.file)) != faq.file or faqs.count(faq) > 1:
            message = f"{other} and {faq.file} would be one import. Rename one of them."
            raise ImportConflictError(message)
    if (folder / OWN).is_dir():
        message = (
            f"{folder} is the bot's own copy of a repository. Import into another clone of it, and push: the bot then "
            "uses that."
        )
        raise ImportConflictError(message)
    is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if is_new:
        base = Base(for_import(opening or Opening.of(faqs), faqs, today))
    elif not folder.is_dir() or not (folder / "case.yaml").is_file():
        message = (
            f"{folder} isn't a knowledge folder, and it isn't empty. Name one, or a folder that doesn't exist yet, "
            f"such as {scaffold.vacant(folder)}."
        )
        raise ImportConflictError(message)
    else:
        people = frozenset(load(folder).people)
        base = Base(_texts(folder), _record(folder), people)
    plan = merge(faqs, base, today)
    refused: dict[str, Finding] = {}
    while not plan.changes_nothing and (base.entries or plan.count(Fate.NEW)):
        try:
            _try_out({**base.texts, **plan.files})
            break
        except KnowledgeError as error:
            found = dict(_refusals(error.problems, plan))
            if not found:  # not of a row; each trial refuses at least one more
                raise
            refused |= found
            plan = merge(faqs, base, today, refused)
    return Import(folder, base, plan, is_new, tuple(faq.file for faq in faqs))


def carry_out(planned: Import, author: str, when: dt.datetime) -> None:
    """Write the files of an import. Whenever that is interrupted, the folder is valid, and the import can be repeated.

    The history of edits then shows it; and in a git work tree that holds the folder, it is committed.

    Args:
        planned: the import.
        author: who imports.
        when: now, with its time zone.

    Raises:
        ImportConflictError: the folder has changed since it was planned; nothing is written.
        ScaffoldError: the folder was to be made, and something else is there now.
        OSError: a file cannot be written.
    """
    folder, plan = planned.folder, planned.plan
    if plan.changes_nothing:
        return
    record = written_record(plan.imports)
    revision = Revision(when, author_name(author), planned.told, _changes(planned), whole=(RECORD,))
    if planned.is_new:
        texts = {**planned.base.texts, **plan.files}
        # Passages and topics first, then what names them.
        order = sorted(texts, key=lambda path: (path.startswith("faq/"), path != SOURCES, path))
        written = {**{path: texts[path] for path in order}, RECORD: record}
        with scaffold.begun(folder, written), journal.locked(folder):
            journal.write(folder, {}, revision)
        return
    if not os.access(folder, os.W_OK):  # Otherwise, the error would name a temporary file.
        raise denied(folder)
    with journal.locked(folder):
        if _texts(folder) != planned.base.texts:
            message = f"{folder} was changed while the import was waiting. Nothing was written; import again."
            raise ImportConflictError(message)
        journal.write(folder, {**plan.files, RECORD: record}, revision)


def _changes(planned: Import) -> tuple[Change, ...]:
    """Return what an import changes, entries first; of a folder that it makes, only the sources.

    The first entries are no changes that members should read of, as those of a repository's first commit aren't.
    """
    before, after = planned.base.texts, planned.plan.files
    if planned.is_new:
        return tuple(differences(SOURCES, None, ItemFile(SOURCES, after.get(SOURCES, before[SOURCES]))))
    return tuple(
        change
        for path in sorted(after, key=lambda path: (not path.startswith("faq/"), path))
        for change in differences(
            path, ItemFile(path, before[path]) if path in before else None, ItemFile(path, after[path])
        )
    )


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "surrogateescape")
        for path in knowledge_files(folder)
    }


def _record(folder: Path) -> Imports:
    try:
        return read_record(folder)
    except ValueError:
        message = (
            f"{folder / RECORD} is damaged, so what changed since the last import isn't known. Restore it, or delete "
            f"it to keep everything that differs as it is."
        )
        raise ImportConflictError(message) from None


def _try_out(texts: Mapping[str, str]) -> None:
    """Load a folder with these files.

    Raises:
        KnowledgeError: it has problems.
    """
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        (copy / "faq").mkdir()
        for path, text in texts.items():
            inside(copy, path).write_bytes(text.encode("utf-8", "surrogateescape"))
        load(copy)


def _refusals(problems: Sequence[Problem], plan: Plan) -> Iterator[tuple[str, Finding]]:
    """Yield the rows to which problems of the changed files belong, each with a finding that names it."""
    steps = {step.entry: step for step in plan.steps if step.fate in {Fate.NEW, Fate.CHANGED}}
    for problem in problems:
        path = problem.place.file
        if path not in plan.files or not path.startswith("faq/"):
            continue
        file = ItemFile(path, plan.files[path])
        with contextlib.suppress(KnowledgeError):
            for item, lines in zip(file.items, file.layout.items, strict=True):
                step = steps.get(str(item.get("id")))
                if step and lines.start < problem.place.line <= lines.end:
                    what = f'"{step.question[:60]}" would not pass the check: {problem.what}'
                    yield step.where, Finding(step.where, what, problem.fix, left_out=True)
