"""Vectors of a FAQ's texts, kept on disk: a start and a reload encode only what is new.

Only what a matcher learns from is kept, never a member's question: an encoder is wrapped while the matcher is built,
and keeps nothing from then on. A text is known by its hash alone.
"""

import hashlib
import logging
import zipfile
import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Final, final

import numpy as np
import numpy.typing as npt

from bot.files import open_atomically
from bot.matching.corpus import FloatArray
from bot.matching.types import Tier
from bot.matching.vectors import Encoder
from bot.own_files import make_folder

MOST_TEXTS: Final = 32_768
"""Texts whose vectors are kept (42 MB), or those of the newest matcher if it has more."""
MOST_FILES: Final = 2
"""Files kept, the newest: one for each model that is in use."""
PREFIX: Final = "vectors-"
_HASH: Final = 16
"""Bytes of a text's hash: of a million texts no two have the same."""
_CHUNK: Final = 512
"""Texts that are encoded at once, to bound the memory taken."""
_UNREADABLE: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)

_log: Final = logging.getLogger(__name__)
Halves = npt.NDArray[np.float16]


@final
class LearningEncoder:
    """An encoder that knows the vectors in a file, and adds those that it is asked for, until it is closed.

    Its vectors are rounded as the file has them, so that a matcher learns the same with the file and without it.
    """

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        """Read what `folder` has of the encoder's vectors; a folder that cannot be read costs time and nothing else."""
        self._encoder: Final = encoder
        self.share: Final = encoder.share
        self.tier: Final[Tier] = encoder.tier
        self.name: Final = encoder.name
        self._path: Final = folder / f"{PREFIX}{hashlib.sha256(encoder.name.encode()).hexdigest()}.npz"
        self._known: dict[bytes, Halves] | None = _read(self._path)
        self._asked: dict[bytes, Halves] = {}

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the vector of every text; see :class:`bot.matching.vectors.Encoder`."""
        known, asked = self._known, self._asked
        if known is None or not texts:
            return self._encoder.encode(texts)
        keys = [hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_HASH).digest() for text in texts]
        asked |= {key: known[key] for key in keys if key in known}
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in asked}
        rest = iter(new.items())
        while some := dict(islice(rest, _CHUNK)):
            asked |= zip(some, self._encoder.encode(list(some.values())).astype(np.float16), strict=True)
        return np.array([asked[key] for key in keys], dtype=np.float32)

    def close(self) -> None:
        """Write the file if anything is new, and keep nothing from now on."""
        known, asked = self._known or {}, self._asked
        self._known, self._asked = None, {}
        if asked.keys() <= known.keys():
            return
        others = [item for item in known.items() if item[0] not in asked]
        kept = asked | dict(others[: max(MOST_TEXTS - len(asked), 0)])
        try:
            _write(self._path, kept)
        except OSError as error:
            _log.debug("The vectors can't be kept: %s", error)


def _read(path: Path) -> dict[bytes, Halves]:
    """Return the vectors in a file by their texts' hashes; none if there is no such file, or it is damaged."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            keys, rows = stored["keys"], stored["vectors"]
    except _UNREADABLE:
        return {}
    if keys.dtype != np.uint8 or rows.dtype != np.float16 or keys.shape != (len(rows), _HASH) or rows.ndim != 2:  # noqa: PLR2004
        return {}
    return dict(zip(map(bytes, keys), rows, strict=True))


def _write(path: Path, vectors: dict[bytes, Halves]) -> None:
    """Write a file, at once or not at all, and remove the oldest others. Raises OSError."""
    make_folder(path.parent, ours=True)
    keys = np.frombuffer(b"".join(vectors), dtype=np.uint8).reshape(-1, _HASH)
    with open_atomically(path) as file:
        np.savez(file, allow_pickle=False, keys=keys, vectors=np.array(list(vectors.values())))
    files = sorted(path.parent.glob(f"{PREFIX}*"), key=lambda other: other.stat().st_mtime, reverse=True)
    for other in files[MOST_FILES:]:
        other.unlink(missing_ok=True)
