"""A cached matcher is data: nothing in the file is ever run."""

from pathlib import Path

import numpy as np

from bot.answering.answerer import Answerer
from bot.knowledge.load import load
from tests.places import HARBOUR


class Trap:
    """What writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self._path,)


def test_a_pickle_in_the_place_of_a_cached_matcher_is_not_run(tmp_path: Path) -> None:
    cache, sprung = tmp_path / "cache", tmp_path / "sprung"
    base = load(HARBOUR)
    question = next(iter(base.entries.values())).question
    before = Answerer(base, cache=cache).answer(question)
    (stored,) = [path for path in cache.rglob("*") if path.suffix == ".npz"]
    with np.load(stored, allow_pickle=False) as arrays:
        names = list(arrays)
    trap = np.array([Trap(sprung)], dtype=object)
    with stored.open("wb") as file:
        np.savez(file, allow_pickle=True, **dict.fromkeys(names, trap))
    assert Answerer(base, cache=cache).answer(question) == before
    assert not sprung.exists()
