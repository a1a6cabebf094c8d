"""What a screen reader reads of moderators' screens: text before controls, labels on their own, pictures in words."""

import datetime as dt

import pytest

from bot.matching.types import Outcome
from bot.store.types import Asked, Surface
from tests.chat.desk.conftest import SERVER, Bureau
from tests.chat.test_accessible import ACTION_ROW, BARE, BUTTON, GALLERY, SELECTS, TEXT

SCREENS: tuple[tuple[str, dict[str, str]], ...] = (
    ("show", {"entry": "ladder"}),
    ("try", {"question": "stolen painting"}),
    ("check", {}),
    ("history", {}),
    ("stats", {}),
    ("unanswered", {}),
    ("phrasing add", {"entry": "ladder", "wording": "ladder gone"}),
    ("phrasing add", {"entry": "ladder", "wording": "stolen painting"}),
)


@pytest.mark.parametrize(("command", "options"), SCREENS)
async def test_moderators_screens_are_read_in_order_and_every_control_says_what_it_does(
    bureau: Bureau, command: str, options: dict[str, str]
) -> None:
    for outcome in (Outcome.ANSWER, Outcome.NONE):
        asked = Asked("what is the dog called", outcome, "ladder", 0.4, Surface.SLASH, SERVER, dt.datetime.now(dt.UTC))
        bureau.bot.store.record(asked, bureau.ana.id)
    seen = await bureau.slash(command, **options)
    parts = list(seen.parts())
    kinds = [part["type"] for part in parts if part["type"] in {TEXT, ACTION_ROW, GALLERY}]
    assert kinds[0] == TEXT
    # The menu of an answer that is shown belongs to it; nothing but controls follows the last row of buttons.
    rows = [
        at for at, part in enumerate(parts) if part["type"] == ACTION_ROW and part["components"][0]["type"] == BUTTON
    ]
    assert not rows or all(part["type"] != TEXT for part in parts[min(rows) :])
    for part in parts:
        if part["type"] == BUTTON:
            assert part["label"] not in BARE
            assert not part.get("emoji")
        if part["type"] in SELECTS:
            assert part["placeholder"]
        if part["type"] == GALLERY:
            assert all(item["description"] for item in part["items"])
    assert len(set(seen.buttons)) == len(seen.buttons)
    assert all(attachment.description for attachment in seen.message.attachments)


async def test_an_edit_can_be_confirmed_without_scrolling(bureau: Bureau) -> None:
    """As measured in the gallery: 700 points hold some 30 lines of 33 letters, and its buttons."""
    draft = await bureau.slash("phrasing add", entry="ladder", wording="was the ladder ever found by anybody at all")
    assert "Confirm" in draft.buttons
    assert sum(1 + len(line) // 33 for line in draft.text.splitlines()) <= 24
