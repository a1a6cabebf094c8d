"""What a screen reader reads: text before controls, words on every control, and pictures in words."""

import re
import unicodedata

import discord
import pytest

from tests.chat.conftest import Seen, Town

ACTION_ROW, BUTTON, SELECTS, TEXT, GALLERY, CONTAINER = 1, 2, (3, 5, 6, 7, 8), 10, 12, 17

BARE = {"First", "Last", "Next", "Back", "Previous", "Go to", "More", "Here", "OK", "Yes", "No"}
"""Labels that say nothing about what they lead to."""

ASKED = {
    "answer": "!ask how did the jury vote",
    "not covered": "!ask when does he get out",
    "suggestions": "!ask monica and kim",
    "unknown": "!ask best pizza recipe please",
    **{name: f"!{name}" for name in ("topics", "who", "who kim", "quotes", "sources", "changes", "about", "help")},
    "timeline": "!timeline",
    "picture": "!timeline picture",
}


@pytest.fixture(params=[*ASKED, "setup"])
async def seen(request: pytest.FixtureRequest, town: Town) -> Seen:
    """A message of each kind."""
    if request.param != "setup":
        return await town.say(ASKED[request.param])
    role = town.guild.create_role("chiefs", permissions=discord.Permissions(manage_guild=True))
    chief = town.guild.add_member(town.env.create_user("chief"), roles=[role])
    result = await chief.slash(town.channel, "setup")
    assert result.response
    return Seen(result.response.message)


async def test_every_control_says_in_words_what_it_does(seen: Seen) -> None:
    for part in seen.parts():
        if part["type"] == BUTTON:
            assert re.search(r"\w", part["label"])
            assert not part.get("emoji")
        if part["type"] in SELECTS:
            assert part.get("placeholder") or any(option.get("default") for option in part["options"])
            assert all(not option.get("emoji") for option in part.get("options", ()))


async def test_every_label_stands_on_its_own(seen: Seen) -> None:
    """A screen reader reads a button without what is around it."""
    assert not BARE & set(seen.buttons)
    assert len(set(seen.buttons)) == len(seen.buttons)
    named = [part["placeholder"] for part in seen.parts() if part["type"] in SELECTS and part.get("placeholder")]
    assert len(set(named)) == len(named)


async def test_nothing_hangs_on_a_colour_or_a_sign(seen: Seen) -> None:
    for part in seen.parts():
        if part["type"] == CONTAINER:
            assert part.get("accent_color") is None
    assert not [sign for sign in seen.text if unicodedata.category(sign) == "So"]


async def test_a_message_begins_with_text_and_a_heading_comes_first(seen: Seen) -> None:
    kinds = [part["type"] for part in seen.parts() if part["type"] not in {CONTAINER, ACTION_ROW}]
    assert kinds[0] == TEXT
    headings = [line for line in seen.text.splitlines() if line.startswith("#")]
    assert len(headings) <= 1 or seen.text.startswith("### ")
    assert all(line.startswith("### ") for line in headings), "one level, so that none is skipped"


async def test_each_control_comes_after_what_it_is_about(town: Town) -> None:
    for text in ASKED.values():
        kinds = [part["type"] for part in (await town.say(text)).parts()]
        controls = [at for at, kind in enumerate(kinds) if kind == ACTION_ROW]
        texts = [at for at, kind in enumerate(kinds) if kind == TEXT]
        assert not controls or max(texts) < min(controls)


async def test_pictures_are_described(town: Town) -> None:
    shown = await town.say("!timeline picture")
    items = [item for part in shown.parts() if part["type"] == GALLERY for item in part["items"]]
    assert items
    for item in items:
        assert item["description"].startswith("Timeline, oldest first.")


async def test_an_answer_is_read_in_the_order_in_which_it_is_understood(town: Town) -> None:
    text = (await town.say("!ask how did the jury vote")).text
    order = ["### How did the jury vote?", "**Claimed by", "10-2", "**Source:**", "passages [1] p", "Last reviewed on"]
    places = [text.index(each) for each in order]
    assert places == sorted(places)


async def test_no_message_makes_previews(seen: Seen) -> None:
    """A message of components shows no previews of addresses, nor does one with embeds suppressed."""
    assert seen.message.flags.components_v2 or seen.message.flags.suppress_embeds
