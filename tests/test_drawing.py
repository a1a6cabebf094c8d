"""The scripts that draw the gallery end by themselves, whatever a browser does."""

import os
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import pytest

from scripts.drawing import PER_PICTURE, draw


def _never(names: Sequence[str], drawn: Callable[[str], None]) -> None:
    for name in names:
        if name == "stuck":
            threading.Event().wait()
        drawn(name)


def _fails_once(trace: Path, names: Sequence[str], drawn: Callable[[str], None]) -> None:
    for name in names:
        with trace.open("a", encoding="utf-8") as file:
            file.write(f"{name} ")
        if name == "second" and trace.read_text("utf-8").count(name) == 1:
            os._exit(1)
        drawn(name)


def test_a_stuck_picture_is_named(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(
        SystemExit, match=r"^stuck: not drawn, because it failed or took too long \(see above\), 2 times"
    ):
        draw(["stuck", "later"], _never, patience=0.1)
    assert "stuck: not drawn, because it failed or took too long (see above). Trying again." in capfd.readouterr().err


def test_a_new_process_goes_on_where_one_has_failed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    draw(["first", "second", "third"], partial(_fails_once, tmp_path / "trace"), patience=PER_PICTURE)
    assert (tmp_path / "trace").read_text("utf-8").split() == ["first", "second", "second", "third"]
    assert capsys.readouterr().out.split() == ["first", "second", "third"]
