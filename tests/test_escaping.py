"""What is shown to a terminal in place of what it would obey."""

import json
import re
import sys
import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from bot.cli.output import Terminal, safe_streams, text
from bot.escaping import escaped, one_line, visible

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]
DATA: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


def test_every_control_and_format_character_is_escaped_as_json_does_it() -> None:
    hidden = {char for char in EVERY if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    for char in hidden - set("\n\t\u200c\u200d"):
        assert escaped(char) == json.dumps(char)[1:-1]
        assert escaped(char).isascii()
        assert json.loads(f'"{escaped(char)}"') == char


def test_what_can_be_read_stays_as_it_is() -> None:
    shown = "".join(char for char in EVERY if unicodedata.category(char)[0] in "LNPS" and escaped(char) == char)
    assert len(shown) > 100_000
    assert escaped(shown) == shown
    for kept in ("¿Quién?", "何ですか", "👩\u200d👧 ❤\ufe0f", "नि\u200dष्ठा", "a\tb\nc", "C:\\u001b", "\xa0"):
        assert escaped(kept) == kept


@pytest.mark.parametrize("char", ["\u3164", "\u115f", "\u034f", "\U000e0101"])
def test_so_is_what_is_a_letter_or_a_mark_and_shows_nothing(char: str) -> None:
    assert escaped(f"a{char}b") == f"a{json.dumps(char)[1:-1]}b"


def test_one_line_is_one_line() -> None:
    assert one_line("a\nb\tc\r\n\x1b") == r"a\nb\tc\r\n\u001b"


def test_what_is_left_out_is_what_is_escaped_elsewhere() -> None:
    assert visible("a\u200bb\x1bc") == "abc"
    assert visible("".join(EVERY)) == "".join(char for char in EVERY if escaped(char) == char)


@given(st.text())
def test_twice_is_as_good_as_once(text: str) -> None:
    assert escaped(escaped(text)) == escaped(text)
    assert one_line(escaped(text)) == one_line(text)
    assert len(one_line(text).splitlines()) <= 1


@given(DATA)
def test_json_holds_the_same_data(data: Any) -> None:  # noqa: ANN401 (JSON)
    assert json.loads(escaped(json.dumps(data, ensure_ascii=False, indent=2))) == data


def test_colours_reach_the_terminal_and_nothing_that_a_text_holds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    with safe_streams():
        table = Table(box=None)
        table.add_row(text("cell\u202e", "bold"), text("another\x1b[2J"))
        Terminal().print(table)
        Terminal().print(Text("forgotten\x1b", "bold"))
        Terminal().print("plain :sob: [bold]\x9b31m")
    shown = capsys.readouterr().out
    assert "\x1b[1m" in shown
    shown = re.sub(r"\x1b\[[01]m", "", shown)
    assert escaped(shown) == shown
    assert "".join(shown.split()) == r"cell\u202eanother\u001b[2Jforgotten\u001bplain:sob:[bold]\u009b31m"


def test_a_new_print_cannot_forget_it(capsys: pytest.CaptureFixture[str]) -> None:
    with safe_streams():
        print("\x1b[2J")  # noqa: T201 (what this is about)
        sys.stdout.writelines(["\x9b", "b\n"])
        print("\u202e", file=sys.stderr)  # noqa: T201 (as above)
    assert capsys.readouterr() == ("\\u001b[2J\n\\u009bb\n", "\\u202e\n")
