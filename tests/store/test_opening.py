"""What one bot notices of another with the same database."""

import contextlib
import stat
import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.store.opening import noticed

SAID = "Another bot is running with"


def test_a_second_bot_with_the_same_file_is_warned(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "casebot.db"
    url = SecretStr(f"sqlite:///{file}")
    with contextlib.ExitStack() as first, contextlib.ExitStack() as second:
        first.enter_context(noticed(url))
        assert not caplog.messages
        second.enter_context(noticed(url))
        assert caplog.messages[0].startswith(f"{SAID} {file}. ")
        caplog.clear()
        first.close()
        if sys.platform != "win32":
            with noticed(url):
                assert SAID in caplog.text, "the second is still there"
            caplog.clear()
        second.close()
        with noticed(url):
            assert not caplog.messages
    if sys.platform != "win32":
        assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


@pytest.mark.parametrize("url", ["memory", "postgresql://casebot@localhost/casebot"])
def test_what_is_no_file_may_be_shared(url: str, caplog: pytest.LogCaptureFixture) -> None:
    with noticed(SecretStr(url)), noticed(SecretStr(url)):
        assert not caplog.messages


def test_where_there_can_be_no_lock_the_bot_goes_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "casebot.db.lock").mkdir()
    url = SecretStr(f"sqlite:///{tmp_path / 'casebot.db'}")
    with noticed(url), noticed(url):
        assert not caplog.messages
