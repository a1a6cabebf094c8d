"""The head."""

import numpy as np
import pytest

from bot.matching.classifier import train
from bot.matching.kernel import Exact, Leading


def test_it_learns_what_tells_entries_apart() -> None:
    rows = np.array([[1, 0.9], [1, 0.8], [1, 0.1], [1, 0.0]], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owners = np.array([0, 0, 1, 1], dtype=np.int32)
    kernel = Exact(rows @ rows.T)
    logits = kernel.times(train(kernel, owners, 2))
    assert logits.argmax(axis=1).tolist() == owners.tolist()


def test_an_entry_does_not_win_by_having_more_phrasings() -> None:
    owners = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)
    weights = train(Exact(np.eye(6, dtype=np.float32)), owners, 2)
    neither = np.full(6, 1 / 6, dtype=np.float32) @ weights
    assert abs(float(neither[0] - neither[1])) < float(np.ptp(weights[0]))


def test_one_phrasing() -> None:
    assert train(Exact(np.ones((1, 1), dtype=np.float32)), np.zeros(1, dtype=np.int32), 1).shape == (1, 1)


def test_the_leading_part_of_a_large_kernel_teaches_the_same() -> None:
    random = np.random.default_rng(1)
    centres = random.standard_normal((20, 500))
    owners = np.repeat(np.arange(20, dtype=np.int32), 30)
    rows = (centres[owners] + 0.7 * random.standard_normal((600, 500))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    exact = Exact(rows @ rows.T)
    leading = Leading.of(exact.times, 600)
    best = (exact.matrix @ train(exact, owners, 20)).argmax(axis=1)
    assert np.mean(best == (exact.matrix @ train(leading, owners, 20)).argmax(axis=1)) > 0.99


def test_either_kernel_can_leave_phrasings_out() -> None:
    rows = np.random.default_rng(2).standard_normal((500, 40), dtype=np.float32)
    exact = Exact(rows @ rows.T)
    leading = Leading.of(exact.times, 500)
    kept, asked = np.arange(0, 500, 2, dtype=np.int32), np.array([1, 3], dtype=np.int32)
    matrix = np.ones((250, 1), dtype=np.float32)
    assert leading.among(kept).times(matrix) == pytest.approx(exact.among(kept).times(matrix), abs=1e-2)
    assert leading.across(asked, kept, matrix) == pytest.approx(exact.across(asked, kept, matrix), abs=1e-2)


def test_a_new_entry_of_two_phrasings_leaves_the_others_as_sure_as_they_were() -> None:
    random = np.random.default_rng(3)
    centres = random.standard_normal((21, 60))
    owners = np.array([*np.repeat(np.arange(20), 40), 20, 20], dtype=np.int32)
    rows = (centres[owners] + 3 * random.standard_normal((802, 60))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    similar = rows @ rows.T

    def right(phrasings: int, entries: int) -> float:
        """Return how probable the right entry is for the phrasings of the first 20 entries, on average."""
        kernel = Exact(similar[:phrasings, :phrasings])
        odds = np.exp(kernel.times(train(kernel, owners[:phrasings], entries))[:800])
        return float((odds[np.arange(800), owners[:800]] / odds.sum(axis=1)).mean())

    assert right(802, 21) == pytest.approx(right(800, 20), abs=0.03)
