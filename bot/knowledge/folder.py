"""The files of a knowledge folder, and the digest that tells one state of them from another."""

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path


def inside(folder: Path, name: str) -> Path:
    """Return the path of a knowledge file. Whatever writes one asks here, so nothing is written elsewhere.

    Args:
        folder: the knowledge folder, or a copy of it.
        name: ``NAME.yaml`` or ``faq/NAME.yaml``. It may come from a repository, and so from anybody.

    Raises:
        ValueError: a knowledge file cannot have such a name.
    """
    *above, file = Path(name).parts or ("",)
    if above not in ([], ["faq"]) or not file.endswith(".yaml") or "\0" in name:
        message = f"{name!r} is no name of a knowledge file"
        raise ValueError(message)
    return folder / name


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
