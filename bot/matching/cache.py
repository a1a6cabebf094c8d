"""What a matcher has learnt, kept on disk: a start with nothing changed need not learn it again.

A file is named after all that went into it: targets, lexicon, calibration, encoder, this package's code and data, and
numpy. It holds arrays and text, never code; one that is damaged or of another make is as good as none.
"""

import hashlib
import logging
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from bot.files import open_atomically
from bot.matching.decision import FIGURES
from bot.matching.in_scope import ScopeWeights
from bot.matching.matcher import FittedState, Matcher
from bot.matching.types import Calibration, Lexicon, Target, Thresholds
from bot.matching.vector_cache import LearningEncoder
from bot.matching.vectors import Encoder
from bot.own_files import make_folder

MOST_FILES: Final = 4
"""Files kept in the folder, the newest: a live reload or a moderator's draft writes one each."""
_PREFIX: Final = "learnt-"
_UNREADABLE: Final = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)

_log: Final = logging.getLogger(__name__)
Arrays = Mapping[str, npt.NDArray[Any]]


def cached_matcher(  # noqa: PLR0913
    folder: Path,
    targets: Sequence[Target],
    lexicon: Lexicon,
    calibration: Calibration,
    *,
    encoder: Encoder | None = None,
    lexical_only: bool = False,
) -> Matcher:
    """Return a matcher that has learnt now or, where `folder` knows what, before.

    A folder that cannot be read or written costs the time and nothing else.

    Args:
        folder: where to look and to write; it is made if need be, and cleared of old files of this kind.
        targets: see :class:`Matcher`, as for the others.
        lexicon: the words that moderators teach.
        calibration: the questions of known outcome.
        encoder: in place of the word vectors that the package carries.
        lexical_only: without any vectors.

    Raises:
        ValueError: two targets share an id.
    """
    vectors = "none" if lexical_only else encoder.name if encoder else "static"
    path = folder / f"{_PREFIX}{_key(targets, lexicon, calibration, vectors)}.npz"
    learning = LearningEncoder(encoder, folder) if encoder else None
    build = partial(Matcher, targets, lexicon, calibration, encoder=learning, lexical_only=lexical_only)
    try:
        with suppress(*_UNREADABLE):
            matcher = build(learnt=_read(path))
            with suppress(OSError):
                path.touch()
            return matcher
        matcher = build()
    finally:
        if learning:
            learning.close()
    learnt = matcher.learnt
    try:
        if learnt:
            _write(path, _arrays(learnt))
    except OSError as error:
        _log.debug("What the matcher has learnt is not kept: %s", error)
    return matcher


def _key(targets: Sequence[Target], lexicon: Lexicon, calibration: Calibration, vectors: str) -> str:
    """Return a name for all that a matcher learns from and by."""
    words = replace(lexicon, chat_speak={}, stop_words=frozenset())
    parts: Iterable[str] = (
        _code(),
        np.__version__,
        repr(sorted(targets, key=lambda target: target.id)),
        repr((words, sorted(lexicon.chat_speak.items()), sorted(lexicon.stop_words))),
        repr(calibration),
        vectors,
    )
    return _digest(part.encode("utf-8", "surrogatepass") for part in parts)


@cache
def _code() -> str:
    """Return a name for this package: its modules and the data they carry."""
    package = files(__package__)
    found = [*package.iterdir(), *package.joinpath("data").iterdir()]
    return _digest(item.read_bytes() for item in sorted(found, key=lambda item: item.name) if item.is_file())


def _digest(parts: Iterable[bytes]) -> str:
    """Return the hash of parts, which cannot be shifted against one another."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _arrays(learnt: FittedState) -> Arrays:
    """Return what was learnt as named arrays."""
    limits, scope = learnt.thresholds, learnt.scope
    arrays: dict[str, npt.NDArray[Any]] = {
        "thresholds": np.array([limits.answer, limits.suggest, limits.lead]),
        "answer": learnt.answer,
        "offer": learnt.offer,
        "outside": learnt.outside,
        "terms": np.frombuffer("\n".join(scope.terms).encode(), dtype=np.uint8),
        "direction": scope.direction,
        "middle": scope.middle,
    }
    if learnt.classifier is not None:
        arrays["classifier"] = learnt.classifier
    return arrays


def _learnt(arrays: Arrays) -> FittedState:
    """Return what `_arrays` wrote down. Raises KeyError or ValueError if it was something else."""
    answer, suggest, lead = arrays["thresholds"].tolist()
    terms = tuple(arrays["terms"].tobytes().decode().split("\n"))
    direction, middle, outside = (arrays[name] for name in ("direction", "middle", "outside"))
    fits = direction.shape == (len(terms) + len(middle) + 1,) and outside.shape[1:] == middle.shape
    decides = arrays["answer"].shape == arrays["offer"].shape == (len(FIGURES) + 1,)
    if not fits or not decides:
        message = "the arrays do not fit together"
        raise ValueError(message)
    return FittedState(
        arrays.get("classifier"),
        ScopeWeights(terms, direction, middle),
        outside,
        arrays["answer"],
        arrays["offer"],
        Thresholds(answer, suggest, lead),
    )


def _read(path: Path) -> FittedState:
    """Read a file. Raises one of `_UNREADABLE` if there is none or it is no good."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return _learnt({name: stored[name] for name in stored.files})


def _write(path: Path, arrays: Arrays) -> None:
    """Write a file, at once or not at all, and remove the oldest others. Raises OSError."""
    make_folder(path.parent, ours=True)
    with open_atomically(path) as file:
        np.savez(file, allow_pickle=False, **dict(arrays))
    others = sorted(path.parent.glob(f"{_PREFIX}*"), key=lambda other: other.stat().st_mtime, reverse=True)
    for other in [other for other in others if other != path][MOST_FILES - 1 :]:
        other.unlink(missing_ok=True)
