"""The head."""

import numpy as np
import pytest

from bot.matching import head
from bot.matching.head import train


def test_it_learns_what_tells_entries_apart() -> None:
    rows = np.array([[1, 0.9], [1, 0.8], [1, 0.1], [1, 0.0]], dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    owners = np.array([0, 0, 1, 1], dtype=np.int32)
    kernel = rows @ rows.T
    logits = kernel @ train(kernel, owners, 2)
    assert logits.argmax(axis=1).tolist() == owners.tolist()


def test_an_entry_does_not_win_by_having_more_phrasings() -> None:
    owners = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)
    weights = train(np.eye(6, dtype=np.float32), owners, 2)
    neither = np.full(6, 1 / 6, dtype=np.float32) @ weights
    assert abs(float(neither[0] - neither[1])) < float(np.ptp(weights[0]))


def test_one_phrasing() -> None:
    assert train(np.ones((1, 1), dtype=np.float32), np.zeros(1, dtype=np.int32), 1).shape == (1, 1)


def test_the_leading_part_of_a_large_kernel_teaches_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    centres = random.standard_normal((20, 50))
    owners = np.repeat(np.arange(20, dtype=np.int32), 30)
    rows = (centres[owners] + 0.7 * random.standard_normal((600, 50))).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    kernel = rows @ rows.T
    exact = (kernel @ train(kernel, owners, 20)).argmax(axis=1)
    monkeypatch.setattr(head, "MOST_EXACT", 100)
    leading = (kernel @ train(kernel, owners, 20)).argmax(axis=1)
    assert np.mean(exact == leading) > 0.99
