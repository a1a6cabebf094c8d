"""Whichever message Discord doesn't accept: what a moderator does is done as a whole, and the next press says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import discord
import pytest
import simcord
from simcord.http import router

from bot.chat import retry
from bot.chat.cogs.edit_confirm import BEING_MADE, DRAFT_GONE
from bot.chat.screens.stop import ANSWER_PAUSED
from bot.moderation.unanswered import Order
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import Bureau, entered


class _Response:
    """What discord.py reads of a response that is an error."""

    status = 503
    reason = "failed"


REFUSED: Final = [discord.NotFound, discord.Forbidden, discord.DiscordServerError]
REQUESTS: Final = range(4)
"""Confirming takes no more: the acknowledgment, the page, the line for the moderators, and the next group."""


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is the matter of other tests."""
    monkeypatch.setattr(retry.with_retries, "__defaults__", ((),))
    monkeypatch.setattr(retry, "SOON", ())


@contextmanager
def failing(number: int, kind: type[discord.HTTPException], patch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let one of the next requests fail; yield the paths of all."""
    paths: list[str] = []
    dispatch = router.dispatch

    def counted(backend: Any, method: str, path: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (simcord's)
        paths.append(path)
        if len(paths) == number + 1:
            raise kind(_Response(), {"code": 10062 if kind is discord.NotFound else 0, "message": ""})
        return dispatch(backend, method, path, *args, **kwargs)

    with patch.context() as patched:
        patched.setattr("simcord.http.router.dispatch", counted)
        yield paths


def _told_unless_refused(bureau: Bureau, paths: list[str], number: int) -> None:
    """Check that the moderator channel has its line, unless that is the request that failed."""
    refused = number < len(paths) and paths[number] == f"/channels/{bureau.staff.id}/messages"
    assert len(bureau.told()) == (not refused)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("number", REQUESTS)
async def test_an_edit_is_made_and_told_or_still_there_to_confirm(
    bureau: Bureau, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    with failing(number, kind, monkeypatch) as paths:
        await bureau.mod.click(draft.message, label="Confirm")
    if "ladder gone" in bureau.phrasings("ladder"):
        _told_unless_refused(bureau, paths, number)
    now = Seen(bureau.channel.history(viewer=bureau.mod)[0])
    if "Confirm" in now.buttons:
        again = await bureau.press(now, "Confirm")
        assert "revision 1" in again.text.casefold()
        assert again.buttons == ["Undo this edit"]
    assert "ladder gone" in bureau.phrasings("ladder")


async def _overtaken(bureau: Bureau) -> None:
    """Let another moderator change the entry first."""
    theirs = await bureau.slash("retire", bureau.other, entry="ladder")
    await bureau.press(theirs, "Confirm", bureau.other)


def _page(bureau: Bureau, seen: Seen) -> Seen:
    """A private page as its moderator sees it by now."""
    (message,) = [each for each in bureau.channel.history(viewer=bureau.mod) if each.id == seen.message.id]
    return Seen(message)


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("number", range(2))
async def test_an_edit_outlives_the_page_that_says_why_it_was_refused(
    bureau: Bureau, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry="ladder")
    typed = {"question": "Where did the ladder go?"}
    draft = shown(await bureau.mod.submit_modal(form, entered(form) | typed))
    await _overtaken(bureau)
    with failing(number, kind, monkeypatch):
        await bureau.mod.click(draft.message, label="Confirm")
    conflict = await bureau.press(_page(bureau, draft), "Confirm")
    assert "other got there first" in conflict.text
    again = await bureau.open(conflict, "Change it")
    assert entered(again)["question"] == typed["question"]
    with failing(number, kind, monkeypatch):
        await bureau.mod.submit_modal(again, entered(again) | {"question": "Where has the ladder gone?"})
    simcord.assert_error(bureau.env, kind)
    if number:
        latest = await bureau.open(_page(bureau, conflict), "Change it")
        assert entered(latest)["question"] == "Where has the ladder gone?"


@pytest.mark.parametrize("kind", REFUSED)
async def test_what_was_typed_outlives_the_page_of_a_clash(
    bureau: Bureau, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry="ladder")
    refused = shown(await bureau.mod.submit_modal(form, entered(form) | {"question": "???"}))
    again = await bureau.open(refused, "Change it")
    theirs = await bureau.other.slash(bureau.channel, "faq edit", entry="ladder")
    draft = shown(await bureau.other.submit_modal(theirs, entered(theirs) | {"question": "Is the ladder found?"}))
    await bureau.press(draft, "Confirm", bureau.other)
    typed = entered(again) | {"question": "Where has the ladder gone?"}
    with failing(0, kind, monkeypatch):
        await bureau.mod.submit_modal(again, typed)
    simcord.assert_error(bureau.env, kind)
    latest = await bureau.open(_page(bureau, refused), "Change it")
    assert entered(latest)["question"] == "Where has the ladder gone?"
    clash = shown(await bureau.mod.submit_modal(latest, entered(latest)))
    assert "**question:** Is the ladder found?" in clash.text


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("number", range(2))
async def test_an_edit_outlives_the_page_of_another_try(
    bureau: Bureau, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    await _overtaken(bureau)
    conflict = await bureau.press(draft, "Confirm")
    with failing(number, kind, monkeypatch):
        await bureau.mod.click(conflict.message, label="Try again")
    again = await bureau.press(_page(bureau, conflict), "Try again")
    await bureau.press(again, "Confirm")
    assert "ladder gone" in bureau.bot.live.current.base.retired["ladder"].phrasings


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("number", REQUESTS)
async def test_a_question_is_off_the_list_as_soon_as_its_edit_is_made(
    bureau: Bureau, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    await bureau.ana.send(bureau.channel, "!ask zebra crossing lights")
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    with failing(number, kind, monkeypatch):
        await bureau.mod.click(draft.message, label="Confirm")
    made = any("zebra crossing lights" in entry.phrasings for entry in bureau.bot.live.current.base.entries.values())
    assert made == (number > 0)
    assert len(await bureau.bot.backlog.groups(bureau.guild.id, Order.COUNT)) == (not made)


async def test_a_second_press_while_an_edit_is_made_doesnt_deny_it(bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    (token,) = {part["custom_id"].split(":")[2] for part in draft.parts() if part.get("label") == "Confirm"}
    taken = bureau.bot.drafts.take(token, bureau.mod.id)
    assert taken
    again = await bureau.press(draft, "Confirm")
    assert again.text == BEING_MADE


async def test_only_its_moderator_takes_an_edit_and_only_once(bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    (token,) = {part["custom_id"].split(":")[2] for part in draft.parts() if part.get("label") == "Confirm"}
    drafts = bureau.bot.drafts
    assert drafts.take(token, bureau.other.id) is None
    assert drafts.take(token, bureau.mod.id)
    assert drafts.take(token, bureau.mod.id) is None
    drafts.not_made(token)
    assert (await bureau.press(draft, "Confirm")).text == DRAFT_GONE


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize("number", REQUESTS)
async def test_a_stop_is_saved_told_and_taken_from_the_message(
    bureau: Bureau, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[str] = []

    async def save() -> None:
        saved.extend(bureau.bot.store.stops(bureau.guild.id))

    monkeypatch.setattr(bureau.bot.store, "save_stops", save)
    await bureau.ana.send(bureau.channel, "!ask where is the ladder now")
    answer = bureau.channel.history()[-1]
    with failing(number, kind, monkeypatch) as paths:
        await bureau.mod.context_menu(bureau.channel, "Stop this answer", answer)
    assert bureau.env.errors is not None
    assert saved == ["ladder"]
    _told_unless_refused(bureau, paths, number)
    shown = Seen(next(each for each in bureau.channel.history() if each.id == answer.id)).text
    refused = number < len(paths) and paths[number].endswith(f"/messages/{answer.id}")
    assert (shown == ANSWER_PAUSED) == (not refused)


@pytest.mark.parametrize("number", REQUESTS)
async def test_an_answer_put_back_is_saved_and_told(
    bureau: Bureau, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bureau.slash("stop", entry="ladder")
    saved: list[str] = []

    async def save() -> None:
        saved.extend(bureau.bot.store.stops(bureau.guild.id) or ["none"])

    monkeypatch.setattr(bureau.bot.store, "save_stops", save)
    with failing(number, discord.DiscordServerError, monkeypatch) as paths:
        await bureau.mod.slash(bureau.channel, "faq start", entry="ladder")
    assert bureau.env.errors is not None
    assert saved == ["none"]
    refused = number < len(paths) and paths[number] == f"/channels/{bureau.staff.id}/messages"
    assert len(bureau.told()) == 1 + (not refused)
