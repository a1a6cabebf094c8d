"""The classifier, on features made up."""

import numpy as np
import pytest

from bot.matching import classifier
from bot.matching.corpus import FloatArray, IntArray
from bot.matching.hashing import hashes


def clouds(entries: int, each: int, spread: float) -> tuple[FloatArray, IntArray]:
    """Return rows of unit length around one centre for each entry, and their entries."""
    random = np.random.default_rng(3)
    centres = random.standard_normal((entries, 60))
    owners = np.repeat(np.arange(entries, dtype=np.int32), each)
    rows = (centres[owners] + spread * random.standard_normal((len(owners), 60))).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True), owners


def train(features: FloatArray, owners: IntArray, entries: int) -> FloatArray:
    """Train on phrasings whose texts are their numbers."""
    return classifier.train(features, owners, entries, hashes(map(str, range(len(owners)))))


def test_it_learns_what_tells_entries_apart() -> None:
    rows = np.array([[1, 0.9], [1, 0.8], [1, 0.1], [1, 0.0]], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owners = np.array([0, 0, 1, 1], dtype=np.int32)
    assert (rows @ train(rows, owners, 2)).argmax(axis=1).tolist() == owners.tolist()


def test_an_entry_does_not_win_by_having_more_phrasings() -> None:
    owners = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)
    weights = train(np.eye(6, dtype=np.float32), owners, 2)
    neither = np.full(6, 1 / 6, dtype=np.float32) @ weights
    assert abs(float(neither[0] - neither[1])) < float(np.ptp(weights[0]))


def test_one_phrasing() -> None:
    assert train(np.ones((1, 1), dtype=np.float32), np.zeros(1, dtype=np.int32), 1).shape == (1, 1)


def test_all_phrasings_at_once_and_a_few_at_a_time_teach_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    rows, owners = clouds(20, 40, 1.0)
    in_full = (rows @ train(rows, owners, 20)).argmax(axis=1)
    monkeypatch.setattr(classifier, "MOST_IN_FULL", 100)
    in_batches = (rows @ train(rows, owners, 20)).argmax(axis=1)
    assert np.mean(in_full == in_batches) > 0.98


def test_what_is_learnt_does_not_change_from_one_time_to_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classifier, "MOST_IN_FULL", 100)
    rows, owners = clouds(20, 40, 1.0)
    assert (train(rows, owners, 20) == train(rows, owners, 20)).all()


def test_a_new_entry_of_two_phrasings_leaves_the_others_as_sure_as_they_were() -> None:
    random = np.random.default_rng(3)
    centres = random.standard_normal((21, 60))
    owners = np.array([*np.repeat(np.arange(20), 40), 20, 20], dtype=np.int32)
    rows = (centres[owners] + 3 * random.standard_normal((802, 60))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    def right(phrasings: int, entries: int) -> float:
        """Return how probable the right entry is for the phrasings of the first 20 entries, on average."""
        odds = np.exp(rows[:800] @ train(rows[:phrasings], owners[:phrasings], entries))
        return float((odds[np.arange(800), owners[:800]] / odds.sum(axis=1)).mean())

    assert right(802, 21) == pytest.approx(right(800, 20), abs=0.03)
