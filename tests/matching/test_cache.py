"""What a matcher has learnt, kept on disk."""

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.matching import cache, classifier
from bot.matching.cache import MOST_FILES, UNUSED_SECONDS, cached_matcher, folder_for
from bot.matching.corpus import FloatArray, IntArray
from bot.matching.hashing import Hashes
from bot.matching.matcher import Matcher
from bot.matching.types import Calibration, Lexicon, Target
from tests.matching.tools import INSIDE, OUTSIDE, TARGETS

LEXICON = Lexicon(synonyms=(("saw", "cutter"),), chat_speak={"wat": "what"}, stop_words=frozenset({"the", "a"}))
TAUGHT = Calibration((*((text, text.split()[-2]) for text in INSIDE), *((text, None) for text in OUTSIDE)))
UNTAUGHT = Calibration()
QUESTIONS = ("how do i use a chisel", "wat is a cutter good for", "bake me a cake", "hamer help", "")


def trainings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often a classifier is trained from now on."""
    train = classifier.train
    sizes: list[int] = []

    def counted(features: FloatArray, owners: IntArray, entries: int, of_texts: Hashes) -> FloatArray:
        sizes.append(len(owners))
        return train(features, owners, entries, of_texts)

    monkeypatch.setattr(classifier, "train", counted)
    return sizes


@pytest.mark.parametrize("calibration", [TAUGHT, UNTAUGHT], ids=["taught", "untaught"])
def test_a_matcher_from_the_cache_decides_as_one_that_has_just_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calibration: Calibration
) -> None:
    learnt = Matcher(TARGETS, LEXICON, calibration)
    cached_matcher(tmp_path, TARGETS, LEXICON, calibration)
    trained = trainings(monkeypatch)
    again = cached_matcher(tmp_path, TARGETS[::-1], LEXICON, calibration)
    assert not trained
    assert again.thresholds == learnt.thresholds
    assert again.review() == learnt.review()
    assert [again.decide(question) for question in QUESTIONS] == [learnt.decide(question) for question in QUESTIONS]


@pytest.mark.parametrize(
    ("targets", "lexicon", "calibration"),
    [
        ((*TARGETS, Target("glue", ("what sticks",))), LEXICON, TAUGHT),
        (TARGETS, replace(LEXICON, chat_speak={"wat": "where"}), TAUGHT),
        (TARGETS, replace(LEXICON, stop_words=frozenset()), TAUGHT),
        (TARGETS, LEXICON, Calibration(TAUGHT.questions[1:])),
    ],
)
def test_what_has_changed_is_learned_again(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    targets: tuple[Target, ...],
    lexicon: Lexicon,
    calibration: Calibration,
) -> None:
    cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT)
    trained = trainings(monkeypatch)
    cached_matcher(tmp_path, targets, lexicon, calibration)
    assert trained


def test_where_answers_alone_have_changed_the_classifiers_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = tuple(
        replace(target, phrasings=(*target.phrasings, *(f"{target.id} {n}" for n in range(60)))) for target in TARGETS
    )
    changed = (replace(many[0], answer="It drives nails into wood.", covered=False), *many[1:])
    cached_matcher(tmp_path, many, LEXICON, TAUGHT)
    anew = Matcher(changed, LEXICON, TAUGHT)
    trained = trainings(monkeypatch)
    kept = cached_matcher(tmp_path, changed, LEXICON, TAUGHT)
    again = cached_matcher(tmp_path, changed, LEXICON, TAUGHT)
    assert not trained
    for matcher in (kept, again):
        assert matcher.thresholds == anew.thresholds
        assert [matcher.decide(question) for question in QUESTIONS] == [anew.decide(each) for each in QUESTIONS]


@pytest.mark.parametrize("damage", ["empty", "cut", "array", "foreign", "pickle", "shapes"])
def test_a_damaged_file_is_ignored_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: str) -> None:
    cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT)
    (file,) = tmp_path.iterdir()
    good = file.read_bytes()
    with np.load(file) as stored:
        arrays = dict(stored)
    match damage:
        case "empty":
            file.write_bytes(b"")
        case "cut":
            file.write_bytes(good[: len(good) // 2])
        case "array":
            with file.open("wb") as opened:
                np.save(opened, np.zeros(3))
        case "foreign":
            np.savez(file, something=np.zeros(3))
        case "pickle":
            np.savez(file, **{**arrays, "classifier": np.array([{"a": 1}], dtype=object)})
        case _:
            np.savez(file, **{**arrays, "classifier": arrays["classifier"][:-1]})
    trained = trainings(monkeypatch)
    assert cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT).decide(QUESTIONS[0]).candidates
    assert trained
    trained.clear()
    cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT)
    assert not trained


def test_the_newest_few_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", MOST_FILES)  # the cache of the whole test run keeps more
    (tmp_path / "other.txt").write_text("not ours")
    for number in range(MOST_FILES + 2):
        cached_matcher(tmp_path, (*TARGETS[:2], Target(f"x{number}", ("what else",))), LEXICON, UNTAUGHT)
        for at, file in enumerate(sorted(tmp_path.iterdir(), key=lambda file: file.stat().st_mtime)):
            os.utime(file, (at, at))
    assert len(list(tmp_path.glob("*.npz"))) == MOST_FILES
    assert len(list(tmp_path.iterdir())) == MOST_FILES + 1


def test_with_and_without_vectors_are_learnt_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT)
    trained = trainings(monkeypatch)
    lexical = cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT, lexical_only=True)
    assert trained
    trained.clear()
    again = cached_matcher(tmp_path, TARGETS, LEXICON, TAUGHT, lexical_only=True)
    assert not trained
    assert again.decide(QUESTIONS[0]) == lexical.decide(QUESTIONS[0])


def test_a_folder_that_cannot_be_made_costs_only_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    matcher = cached_matcher(tmp_path / "file" / "folder", TARGETS, LEXICON, UNTAUGHT)
    assert matcher.decide(QUESTIONS[0]).candidates


def test_the_edits_of_one_bot_do_not_push_out_what_another_has_learnt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "MOST_FILES", MOST_FILES)
    ours, theirs = (folder_for(tmp_path, home) for home in ("/srv/ours/knowledge", "/srv/theirs/knowledge"))
    cached_matcher(theirs, TARGETS, LEXICON, TAUGHT)
    for number in range(MOST_FILES + 2):
        cached_matcher(ours, (*TARGETS[:2], Target(f"x{number}", ("what else",))), LEXICON, UNTAUGHT)
    trained = trainings(monkeypatch)
    cached_matcher(theirs, TARGETS, LEXICON, TAUGHT)
    assert not trained


def test_what_no_start_has_used_for_months_is_removed(tmp_path: Path) -> None:
    (other := tmp_path / "other.txt").write_text("not ours")
    used, unused = (folder_for(tmp_path, home) for home in ("used", "unused"))
    for folder in (used, unused, tmp_path):  # the last one as an earlier version left it
        cached_matcher(folder, TARGETS, LEXICON, UNTAUGHT)
    (kept,) = used.iterdir()
    for file in (kept, *unused.iterdir(), *tmp_path.glob("*.npz"), other):
        long_ago = time.time() - UNUSED_SECONDS - 60
        os.utime(file, (long_ago, long_ago))
    cached_matcher(used, TARGETS, LEXICON, UNTAUGHT)
    folder_for(tmp_path, "any")
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == {kept, other}
