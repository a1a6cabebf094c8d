"""The folder of a site: swapped in as a whole, and never anybody else's."""

import os
import stat
import sys
from pathlib import Path

import pytest

from bot.site.output import MANIFEST, ForeignFolderError, replace_folder

OLD = {"index.html": b"old", "entries/gone.html": b"old"}
NEW = {"index.html": b"new", "entries/more.html": b"new"}


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_a_build_replaces_the_one_before_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    out = tmp_path / "above" / "page"
    replace_folder(out, OLD)
    replace_folder(out, NEW)
    assert contents(out) == NEW
    assert [path.name for path in out.parent.iterdir()] == ["page"]


def test_an_empty_folder_is_filled_and_keeps_its_mode(tmp_path: Path) -> None:
    out = tmp_path / "page"
    out.mkdir()
    out.chmod(0o755)
    replace_folder(out, NEW)
    assert contents(out) == NEW
    assert out.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("name", ["CNAME", "entries/notes.txt", ".git/config"])
def test_a_folder_with_anything_of_somebody_else_is_refused_and_left_alone(tmp_path: Path, name: str) -> None:
    out = tmp_path / "page"
    replace_folder(out, OLD)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_bytes(b"mine")
    with pytest.raises(ForeignFolderError, match=rf"holds {name}, which casebot didn't make\. Name a new"):
        replace_folder(out, NEW)
    assert contents(out) == {**OLD, name: b"mine"}


def test_a_list_that_is_damaged_makes_nothing_ours(tmp_path: Path) -> None:
    replace_folder(tmp_path / "page", OLD)
    (tmp_path / "page" / MANIFEST).write_text('{"not": "a list"}')
    with pytest.raises(ForeignFolderError):
        replace_folder(tmp_path / "page", NEW)


def test_what_a_killed_build_left_behind_is_cleared_away(tmp_path: Path) -> None:
    replace_folder(tmp_path / "page", OLD)
    (tmp_path / "page").rename(tmp_path / ".page.old")
    replace_folder(tmp_path / ".page.new", OLD)
    replace_folder(tmp_path / "page", NEW)
    assert contents(tmp_path / "page") == NEW
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_build_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    out = tmp_path / "page"
    replace_folder(out, OLD)
    with pytest.raises(OSError, match="name too long"):
        replace_folder(out, {**NEW, "x" * 300: b""})
    assert contents(out) == OLD
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_the_folder_that_one_works_in_is_replaced_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace_folder(tmp_path / "page", OLD)
    monkeypatch.chdir(tmp_path / "page")
    replace_folder(Path(), NEW)
    assert contents(tmp_path / "page") == NEW


def test_what_a_link_leads_to_is_replaced_and_the_link_stays(tmp_path: Path) -> None:
    replace_folder(tmp_path / "real", OLD)
    (tmp_path / "page").symlink_to(tmp_path / "real")
    replace_folder(tmp_path / "page", NEW)
    assert (tmp_path / "page").is_symlink()
    assert contents(tmp_path / "real") == NEW


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such thing")
def test_another_user_such_as_a_web_server_can_read_what_a_careful_one_builds(tmp_path: Path) -> None:
    out = tmp_path / "page"
    out.mkdir(0o755)
    before = os.umask(0o077)
    try:
        replace_folder(out, {"index.html": b"", "sources/paper/p1.html": b""})
    finally:
        os.umask(before)
    modes = {path.relative_to(out).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in (out, *out.rglob("*"))}
    assert modes == {
        ".": 0o755,
        MANIFEST: 0o644,
        "index.html": 0o644,
        "sources": 0o755,
        "sources/paper": 0o755,
        "sources/paper/p1.html": 0o644,
    }
