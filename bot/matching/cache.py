"""What a matcher has learned, kept on disk, so that a start with nothing changed needn't learn it again.

A file is named after what its classifiers were learned from: phrasings, lexicon, calibration, encoder, this package's
code and data, and numpy. Where only answers have changed since, only the decision is relearned. A file holds arrays
and text, never code; one that is damaged or in another format is ignored.

Each knowledge folder has a folder of its own here, so that the edits of one bot never push out what another bot of the
same user has learned. What no bot has used for months is removed.
"""

import hashlib
import logging
import time
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
from bot.matching.decision import FIGURES, Learnt
from bot.matching.in_scope import ScopeWeights
from bot.matching.matcher import FittedState, HeldOut, Matcher, counts_as_phrasings
from bot.matching.types import Calibration, Lexicon, Target, Thresholds
from bot.matching.vector_cache import LearningEncoder
from bot.matching.vectors import Encoder
from bot.own_files import make_folder

MOST_FILES: Final = 4
"""Files kept for a knowledge folder, the newest: a live reload or a moderator's draft writes one each."""

UNUSED_SECONDS: Final = 90 * 24 * 3600
"""Seconds after which a file that no start has used is removed: the knowledge folder may be gone for good."""

_PREFIX: Final = "learnt-"
_UNREADABLE: Final = (OSError, ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)

_log: Final = logging.getLogger(__name__)
Arrays = Mapping[str, npt.NDArray[Any]]


def folder_for(root: Path, home: str) -> Path:
    """Return the folder of one bot's files, and remove every bot's files that have not been used for months.

    Args:
        root: the folder of all bots' files, which need not exist.
        home: tells the bots of a user apart: where the knowledge is, as the operator named it.
    """
    unused_since = time.time() - UNUSED_SECONDS
    for file in root.rglob(f"{_PREFIX}*"):
        with suppress(OSError):
            if file.stat().st_mtime < unused_since:
                file.unlink()
    return root / _digest([home.encode("utf-8", "surrogatepass")])[:16]


def cached_matcher(  # noqa: PLR0913
    folder: Path,
    targets: Sequence[Target],
    lexicon: Lexicon,
    calibration: Calibration,
    *,
    encoder: Encoder | None = None,
    lexical_only: bool = False,
) -> Matcher:
    """Return a matcher, with what it has learned read from `folder` if it's there.

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
    # What is only looked at by the decision.
    bare = [replace(target, answer="", covered=True) for target in targets]
    path = folder / f"{_PREFIX}{_key(bare, lexicon, calibration, vectors)}.npz"
    whole = _key(targets, lexicon, calibration, vectors)
    learning = LearningEncoder(encoder, folder) if encoder else None
    build = partial(Matcher, targets, lexicon, calibration, encoder=learning, lexical_only=lexical_only)
    matcher: Matcher | None = None
    try:
        with suppress(*_UNREADABLE):
            learnt = _read(path, whole)
            if learnt.decision or not counts_as_phrasings(targets, calibration):
                matcher = build(learnt=learnt)
            if matcher and learnt.decision:
                with suppress(OSError):
                    path.touch()
                return matcher
        matcher = matcher or build()
    finally:
        if learning:
            learning.close()
    try:
        if matcher.learnt:
            _write(path, _arrays(matcher.learnt, whole))
    except OSError as error:
        _log.debug("What the matcher has learned can't be kept: %s", error)
    return matcher


def _key(targets: Sequence[Target], lexicon: Lexicon, calibration: Calibration, vectors: str) -> str:
    """Return a name for what a matcher learns from and by."""
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


def _arrays(learnt: FittedState, whole: str) -> Arrays:
    """Return what was learned as named arrays; `whole` names everything that the decision depends on."""
    scope, held_out, decision = learnt.scope, learnt.held_out, learnt.decision
    arrays: dict[str, npt.NDArray[Any]] = {
        "outside": learnt.outside,
        "terms": np.frombuffer("\n".join(scope.terms).encode(), dtype=np.uint8),
        "direction": scope.direction,
        "middle": scope.middle,
        "numbers": held_out.numbers,
        "scope": held_out.scope,
        "nearest": held_out.nearest,
    }
    if decision:
        limits = decision.thresholds
        arrays |= {
            "whole": np.frombuffer(whole.encode(), dtype=np.uint8),
            "thresholds": np.array([limits.answer, limits.suggest, limits.lead]),
            "answer": decision.answer,
            "offer": decision.offer,
        }
    if learnt.classifier is not None:
        arrays["classifier"] = learnt.classifier
    return arrays


def _learnt(arrays: Arrays, whole: str) -> FittedState:
    """Return what `_arrays` wrote down, without a decision that rests on something else than `whole`.

    Raises KeyError or ValueError if it was something else.
    """
    terms = tuple(arrays["terms"].tobytes().decode().split("\n"))
    direction, middle, outside = (arrays[name] for name in ("direction", "middle", "outside"))
    held_out = HeldOut(arrays["numbers"], arrays["scope"], arrays["nearest"])
    answer, suggest, lead = arrays["thresholds"].tolist()
    fits = direction.shape == (len(terms) + len(middle) + 1,) and outside.shape[1:] == middle.shape
    held = held_out.numbers.shape == held_out.scope.shape == held_out.nearest.shape
    decides = arrays["answer"].shape == arrays["offer"].shape == (len(FIGURES) + 1,)
    if not (fits and held and decides):
        message = "the arrays do not fit together"
        raise ValueError(message)
    same = arrays["whole"].tobytes().decode() == whole
    decision = Learnt(arrays["answer"], arrays["offer"], Thresholds(answer, suggest, lead)) if same else None
    return FittedState(arrays.get("classifier"), ScopeWeights(terms, direction, middle), outside, held_out, decision)


def _read(path: Path, whole: str) -> FittedState:
    """Read a file. Raises one of `_UNREADABLE` if there is none or it is no good."""
    with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        return _learnt({name: stored[name] for name in stored.files}, whole)


def _write(path: Path, arrays: Arrays) -> None:
    """Write a file, at once or not at all, and remove the oldest others. Raises OSError."""
    make_folder(path.parent, ours=True)
    with open_atomically(path) as file:
        np.savez(file, allow_pickle=False, **dict(arrays))
    others = sorted(path.parent.glob(f"{_PREFIX}*"), key=lambda other: other.stat().st_mtime, reverse=True)
    for other in [other for other in others if other != path][MOST_FILES - 1 :]:
        other.unlink(missing_ok=True)
