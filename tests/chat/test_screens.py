"""Screens show: what they call decides, writes and answers."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SCREENS = sorted((Path(__file__).resolve().parents[2] / "bot" / "chat" / "screens").glob("*.py"))
READ_FROM_STORE = {"settings", "stops"}


def _deeds(source: str) -> Iterator[str]:
    """Find what writes to the store, or asks the matcher or an Answerer."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Attribute(ast.Attribute(attr="store") | ast.Name("store"), name) if name not in READ_FROM_STORE:
                yield f"line {node.lineno}: store.{name}"
            case ast.Attribute(_, "matcher" | "look_up" | "to_thread"):
                yield f"line {node.lineno}: {node.attr}"
            case ast.Call(ast.Attribute(_, "answer" | "ask")):
                yield f"line {node.lineno}: answers a question"
            case _:
                pass


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.stem)
def test_a_screen_neither_writes_nor_answers(screen: Path) -> None:
    assert list(_deeds(screen.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "deed",
    [
        "interaction.client.store.vote(asked, entry)",
        "await store.change_settings(guild, edit)",
        "answerer.matcher.rank(text, 1)",
        "answerer.answer(group.text).answers",
        "await asyncio.to_thread(desk.history)",
    ],
)
def test_what_a_screen_may_not_do_is_found(deed: str) -> None:
    assert list(_deeds(f"async def show():\n    {deed}"))
