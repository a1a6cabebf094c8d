"""Word vectors."""

from pathlib import Path

import numpy as np
import pytest

from bot.matching.vectors import WordVectors, static_vectors


def likeness(left: str, right: str) -> float:
    rows = static_vectors().encode([left, right])
    return float(rows[0] @ rows[1])


def test_rows_are_of_unit_length() -> None:
    rows = static_vectors().encode(["who was killed", "", "zzqqxx", "killed"])
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 0, 0, 1], abs=1e-5)


def test_like_texts_are_near() -> None:
    assert likeness("who was murdered", "who got killed") > likeness("who was murdered", "pizza with cheese")


def test_many_texts_come_out_as_one_by_one() -> None:
    texts = ["who was killed", "", "how old is he", "zzqqxx", "jury"] * 900
    assert static_vectors().encode(texts)[-5:] == pytest.approx(static_vectors().encode(texts[:5]), abs=1e-5)


def test_inflections_are_traced() -> None:
    words = WordVectors(
        ["convict", "story"],
        np.array([[15 | 8 << 4], [8 | 15 << 4]], dtype=np.uint8),
        np.ones(2, dtype=np.float32),
        np.zeros((2, 3), dtype=np.float32),
        np.zeros(3, dtype=np.float32),
        np.zeros((3, 2), dtype=np.float32),
    )
    assert words.encode(["convicted", "stories", "xyz"]).tolist() == [[1, 0], [0, 1], [0, 0]]


def test_shapes_must_fit() -> None:
    empty = np.zeros((0, 2), dtype=np.float32)
    with pytest.raises(ValueError, match="do not fit"):
        WordVectors(["a"], np.zeros((2, 1), dtype=np.uint8), np.ones(2, dtype=np.float32), empty.T, empty[:, 0], empty)


def test_a_file_that_is_no_table(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    np.savez(path, words=np.zeros(1, dtype=np.uint8))
    with pytest.raises(KeyError):
        WordVectors.load(path)
