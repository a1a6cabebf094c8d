"""A trial of changed files on a copy of the knowledge folder, so that nobody is served what was not checked."""

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bot.editing.items import ItemFile
from bot.knowledge.folder import folder_digest, inside, knowledge_files, overlooked_files
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase


def try_out(folder: Path, files: Mapping[str, ItemFile | None]) -> tuple[KnowledgeBase, str]:
    """Load a copy of a knowledge folder in which some files have other content.

    Args:
        folder: the knowledge folder.
        files: these files by their paths; None for one that goes.

    Returns:
        The knowledge, and the copy's :func:`~bot.knowledge.folder.folder_digest`.

    Raises:
        KnowledgeError: the result has problems.
        OSError: the copy cannot be made.
    """
    present = {path: file for path, file in files.items() if file}
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name)
        (copy / "faq").mkdir()
        for path in knowledge_files(folder):
            relative = path.relative_to(folder)
            if relative.as_posix() not in files:
                shutil.copyfile(path, copy / relative)
        for path in overlooked_files(folder):
            # Only its name counts; the folder has a problem for as long as it is there.
            target = copy / path.relative_to(folder)
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
        for file in present.values():
            inside(copy, file.path).write_bytes(file.text.encode("utf-8"))
        return load(copy, {path: file.document for path, file in present.items()}), folder_digest(copy)
