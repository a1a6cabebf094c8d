"""The files of a knowledge folder, and a digest of their state."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path


def knowledge_files(folder: Path) -> Iterator[Path]:
    """Yield the files that the loader may read, in a fixed order."""
    yield from sorted(folder.glob("*.yaml"))
    yield from sorted((folder / "faq").glob("*.yaml"))


def folder_digest(folder: Path) -> str:
    """Return a hexadecimal SHA-256 of the files' names and contents; an unreadable file counts as empty."""
    whole = hashlib.sha256()
    for path in knowledge_files(folder):
        content = b""
        with contextlib.suppress(OSError):
            content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        whole.update(f"{name}\0{len(content)}\0".encode("utf-8", "surrogateescape"))
        whole.update(content)
    return whole.hexdigest()
