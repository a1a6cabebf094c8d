"""Vectors of a FAQ's texts on disk: what is known is not computed again, and nothing of members is kept."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.matching import vector_cache
from bot.matching.cache import cached_matcher
from bot.matching.corpus import FloatArray
from bot.matching.matcher import Matcher
from bot.matching.types import Calibration, Lexicon, Target, Tier
from bot.matching.vector_cache import LearningEncoder
from bot.matching.vectors import static_vectors
from tests.matching.tools import INSIDE, OUTSIDE, TARGETS

TAUGHT = Calibration((*((text, text.split()[-2]) for text in INSIDE), *((text, None) for text in OUTSIDE)))
ASKED = "how do i use a chisel on zanzibar"


class Counting:
    """The word vectors, by another name, counting what they are asked for."""

    share = 0.6
    tier: Tier = "semantic"

    def __init__(self, name: str = "a model") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> FloatArray:
        self.asked += texts
        return static_vectors().encode(texts)


def learnt(folder: Path, encoder: Counting, targets: Sequence[Target] = TARGETS) -> Matcher:
    return cached_matcher(folder, targets, Lexicon(), TAUGHT, encoder=encoder)


def test_a_second_start_encodes_nothing(tmp_path: Path) -> None:
    learnt(tmp_path, Counting())
    again = Counting()
    learnt(tmp_path, again)
    assert not again.asked


def test_a_reload_encodes_only_what_is_new(tmp_path: Path) -> None:
    learnt(tmp_path, Counting())
    again = Counting()
    learnt(tmp_path, again, [*TARGETS, Target("glue", ("what sticks to wood", "hammer help"))])
    assert again.asked == ["what sticks to wood"]


def test_with_the_file_a_matcher_learns_what_it_would_learn_without(tmp_path: Path) -> None:
    first = learnt(tmp_path, Counting())
    (tmp_path / next(path.name for path in tmp_path.glob("learnt-*"))).unlink()
    again = learnt(tmp_path, Counting())
    assert again.thresholds == first.thresholds
    assert [again.decide(text) for text in INSIDE] == [first.decide(text) for text in INSIDE]


def test_what_members_ask_is_not_kept(tmp_path: Path) -> None:
    matcher = learnt(tmp_path, Counting())
    matcher.decide(ASKED)
    learnt(tmp_path, Counting(), [*TARGETS, Target("glue", ("what sticks",))])
    again = Counting()
    LearningEncoder(again, tmp_path).encode([ASKED, "what sticks"])
    assert again.asked == [ASKED]


def vectors(folder: Path) -> int:
    (path,) = folder.glob("vectors-*")
    with np.load(path) as stored:
        return len(stored["vectors"])


def test_a_text_is_not_in_the_file(tmp_path: Path) -> None:
    encoder = LearningEncoder(Counting(), tmp_path)
    encoder.encode([ASKED])
    encoder.close()
    assert not [path for path in tmp_path.iterdir() if b"zanzibar" in path.read_bytes()]


def test_each_model_has_a_file_of_its_own_and_the_newest_are_kept(tmp_path: Path) -> None:
    for number in range(vector_cache.MOST_FILES + 2):
        encoder = Counting(f"model {number}")
        learning = LearningEncoder(encoder, tmp_path)
        learning.encode(["chisel"])
        learning.close()
        assert encoder.asked == ["chisel"]
        for at, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime)):
            os.utime(file, (at, at))
    assert len(list(tmp_path.iterdir())) == vector_cache.MOST_FILES


def test_the_file_has_a_bound_but_for_what_the_newest_matcher_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "MOST_TEXTS", 5)
    for texts, kept in ((["a", "b", "c"], 3), (["c", "d", "e", "f"], 5), (list("ghijklmn"), 8)):
        learning = LearningEncoder(Counting(), tmp_path)
        learning.encode(texts)
        learning.close()
        assert vectors(tmp_path) == kept
        again = Counting()
        LearningEncoder(again, tmp_path).encode(texts)
        assert not again.asked


@pytest.mark.parametrize("damage", ["empty", "cut", "foreign", "shapes", "numbers", "folder"])
def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path, damage: str) -> None:
    learning = LearningEncoder(Counting(), tmp_path)
    before = learning.encode(["chisel", "hammer"])
    learning.close()
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    with np.load(file) as stored:
        arrays = dict(stored)
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(whole[: len(whole) // 2])
        case "foreign":
            np.savez(file, something=np.zeros(3))
        case "shapes":
            np.savez(file, **{**arrays, "keys": arrays["keys"][:1]})
        case "numbers":
            np.savez(file, **{**arrays, "vectors": arrays["vectors"].astype(np.float64)})
        case _:
            file.unlink()
            file.mkdir()
    encoder = Counting()
    learning = LearningEncoder(encoder, tmp_path)
    assert (learning.encode(["chisel", "hammer"]) == before).all()
    learning.close()
    assert encoder.asked == ["chisel", "hammer"]
    if damage != "folder":
        assert vectors(tmp_path) == 2


def test_no_texts_have_no_vectors(tmp_path: Path) -> None:
    assert LearningEncoder(Counting(), tmp_path).encode([]).shape == (0, 256)
