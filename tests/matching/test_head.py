"""The head."""

import numpy as np

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
