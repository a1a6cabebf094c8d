import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.knowledge.load import KnowledgeError, load

HARBOUR = Path(__file__).parent.parent / "data" / "harbour"

Edit = Callable[[str, str, str], list[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small knowledge base on a case made up for tests, to be broken at will."""
    return Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))


@pytest.fixture
def broken(folder: Path) -> Edit:
    """Replace text in one file of the small base and give back the problems that the loader reports."""

    def edit(name: str, old: str, new: str) -> list[str]:
        path = folder / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(KnowledgeError) as caught:
            load(folder)
        return [str(problem) for problem in caught.value.problems]

    return edit
