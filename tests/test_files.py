"""Files that stay whole, and locks."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from bot.files import locked, open_atomically, write_atomically


def test_a_file_is_replaced_as_a_whole_and_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "target"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_what_cannot_be_written_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "target"
    target.write_bytes(b"old")
    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync", full) if step == "fsync" else (Path, "replace", full)))
        with pytest.raises(OSError, match="No space"):
            write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows syncs new names by itself")
def test_a_file_is_on_the_disk_before_it_gets_its_name_and_then_its_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        done.append("sync folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "sync file")
        sync(handle)

    def replaced(self: Path, target: Path) -> Path:
        done.append("replace")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_atomically(tmp_path / "target", b"new")
    assert done == ["sync file", "replace", "sync folder"]


def test_two_that_write_a_file_at_once_leave_one_of_two_whole_files(tmp_path: Path) -> None:
    target = tmp_path / "target"
    with open_atomically(target) as first:
        first.write(b"first")
        with open_atomically(target) as second:
            second.write(b"second")
        assert target.read_bytes() == b"second"
    assert target.read_bytes() == b"first"
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_file_that_is_not_written_to_its_end_does_not_replace_the_one_before(tmp_path: Path) -> None:
    def interrupted() -> None:
        with open_atomically(target) as file:
            file.write(b"new")
            raise KeyboardInterrupt

    target = tmp_path / "target"
    target.write_bytes(b"old")
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]


def test_a_lock_is_released_when_its_process_dies(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    script = (
        "import pathlib, sys, time; from bot.files import locked\n"
        "with locked(pathlib.Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(lock)], stdout=subprocess.PIPE, text=True) as holder:  # noqa: S603 (our own)
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    with locked(lock):
        assert lock.exists()
