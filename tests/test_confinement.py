"""No test changes a file of the machine that it runs on."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

CHANGES: Final[dict[str, Callable[[Path], object]]] = {
    "a new file": lambda place: (place / "new").write_text("x", "utf-8"),
    "a file opened by the system's call": lambda place: os.open(place / "new", os.O_CREAT),
    "a file through a link to its folder": lambda _: (Path("link") / "new").write_text("x", "utf-8"),
    "a mode": lambda place: place.chmod(0o700),
    "a mode through a link": lambda _: Path("link").chmod(0o700),
    "a folder": lambda place: (place / "new").mkdir(),
    "a folder and its parents": lambda place: (place / "a" / "b").mkdir(parents=True),
    "a link": lambda place: (place / "new").symlink_to("x"),
    "a hard link": lambda place: os.link("here", place / "new"),
    "a move there": lambda place: Path("here").rename(place / "new"),
    "a move away": lambda place: (place / "there").rename("new"),
    "a deletion": lambda place: (place / "there").unlink(),
    "a shorter file": lambda place: os.truncate(place / "there", 0),
    "a file by a relative path": lambda place: Path(os.path.relpath(place / "new")).write_text("x", "utf-8"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_test_fails_before_it_changes_what_is_elsewhere(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("here").touch()
    elsewhere = Path("/nowhere-at-all")
    Path("link").symlink_to(elsewhere)
    with pytest.raises(pytest.fail.Exception, match="is about to change"):
        CHANGES[change](elsewhere)
    assert not elsewhere.exists()


def test_a_test_may_change_what_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "link").symlink_to("/etc")
    (tmp_path / "a" / "link").unlink()
    (tmp_path / "a" / "file").write_text("x", "utf-8")
    shutil.rmtree(tmp_path / "a")
    assert Path("/etc/hosts").read_bytes() is not None
    assert not list(tmp_path.iterdir())
