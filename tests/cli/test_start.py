"""The start of the command, before any of its own modules is there."""

import sys
from collections.abc import Sequence
from types import ModuleType

import pytest

from bot.__main__ import main


class Interrupted:
    """Finds modules as Python does, while somebody presses Ctrl-C."""

    @staticmethod
    def find_spec(name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        if name == "bot.cli":
            raise KeyboardInterrupt


def test_ctrl_c_during_the_imports_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "bot.cli", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted, *sys.meta_path])
    assert main() == 130
    assert capsys.readouterr() == ("", "")
