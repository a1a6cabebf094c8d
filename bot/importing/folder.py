"""Imports into a knowledge folder: what is read and written, and nothing that decides."""

import contextlib
import datetime as dt
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot import files
from bot.editing import journal
from bot.editing.items import SOURCES, ItemFile
from bot.errors import CasebotError, denied
from bot.importing.base import RECORD, Base, Recorded, parse_record, written_record
from bot.importing.faq import Faq, Finding
from bot.importing.merge import Fate, Plan, merge
from bot.importing.skeleton import Opening, skeleton
from bot.importing.sources import import_name
from bot.knowledge import schema
from bot.knowledge.folder import inside, knowledge_files
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.scaffold import whole_or_none
from bot.knowledge.yaml_file import Problem
from bot.own_files import refuse_link


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
    is_new = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if is_new:
        base = Base(skeleton(opening or Opening.of(faqs), faqs, today))
    elif not folder.is_dir() or not (folder / "case.yaml").is_file():
        message = (
            f"{folder} isn't a knowledge folder, and it isn't empty. Name one, or a folder that doesn't exist yet."
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
    return Import(folder, base, plan, is_new)


def carry_out(planned: Import) -> None:
    """Write the files of an import.

    Whenever that is interrupted, a folder that held entries is valid, and the import can be repeated. If it fails in a
    new one, nothing stays there.

    Raises:
        ImportConflictError: the folder has changed since it was planned; nothing is written.
        OSError: a file cannot be written.
    """
    folder, plan = planned.folder, planned.plan
    if planned.is_new:
        with whole_or_none(folder):
            (folder / "faq").mkdir(parents=True, exist_ok=True)
            schema.write(folder / "schema")
            _write(folder, {**planned.base.texts, **plan.files}, plan)
        return
    if not os.access(folder, os.W_OK):  # Otherwise, the error would name a temporary file.
        raise denied(folder)
    with journal.locked(folder):
        if _texts(folder) != planned.base.texts:
            message = f"{folder} was changed while the import was waiting. Nothing was written; import again."
            raise ImportConflictError(message)
        _write(folder, plan.files, plan)


def _write(folder: Path, texts: Mapping[str, str], plan: Plan) -> None:
    # Passages and topics first, then what names them.
    for path in sorted(texts, key=lambda path: (path.startswith("faq/"), path != SOURCES, path)):
        files.write_atomically(inside(folder, path), texts[path].encode("utf-8", "surrogateescape"))
    record = written_record(plan.imports)
    if not (folder / RECORD).exists() or (folder / RECORD).read_bytes() != record:
        files.write_atomically(folder / RECORD, record)


def _texts(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "surrogateescape")
        for path in knowledge_files(folder)
    }


def _record(folder: Path) -> Mapping[str, Sequence[Recorded]]:
    path = folder / RECORD
    refuse_link(path)
    try:
        return parse_record(files.read_file(path))
    except FileNotFoundError:
        return {}
    except ValueError:
        message = (
            f"{path} is damaged, so what changed since the last import isn't known. Restore it, or delete it to keep "
            f"everything that differs as it is."
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
