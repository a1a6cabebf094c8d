"""Whichever message Discord doesn't accept: what a moderator does is done as a whole, and the next press says so."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Final

import discord
import pytest
import simcord
from simcord import InteractionResult
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
    await bureau.ana.send(bureau.channel, "!ask what is the painting worth")
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    with failing(number, kind, monkeypatch):
        await bureau.mod.click(draft.message, label="Confirm")
    made = "what is the painting worth" in bureau.phrasings("what-was-taken")
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


Opens = Callable[[], Awaitable[InteractionResult]]
"""What a moderator does to open a form; can be done again."""

NEW: Final[dict[str, Any]] = {
    "question": "Who owns the museum?",
    "phrasings": "whose museum is it",
    "answer": "The town does [n1].",
    "kind": ["reported"],
    "topics": ["theft"],
}


async def _command(bureau: Bureau, name: str, **options: str) -> Opens:
    return partial(bureau.mod.slash, bureau.channel, f"faq {name}", **options)


async def _button(bureau: Bureau) -> Opens:
    return partial(bureau.open, await bureau.slash("show", entry="ladder"), "Edit the answer")


async def _unanswered(bureau: Bureau) -> Opens:
    await bureau.ana.send(bureau.channel, "!ask zebra crossing lights")
    return partial(bureau.open, await bureau.slash("unanswered"), "Write a new entry")


async def _reworded(bureau: Bureau) -> Opens:
    form = await bureau.mod.slash(bureau.channel, "faq add")
    draft = shown(await bureau.mod.submit_modal(form, NEW))
    return partial(bureau.open, draft, "Change it")


async def _wording(bureau: Bureau) -> Opens:
    await bureau.ana.send(bureau.channel, "!ask what is the painting worth")
    draft = await bureau.press(await bureau.slash("unanswered"), "Add to nearest")
    return partial(bureau.open, draft, "Change it")


async def _reason(bureau: Bureau) -> Opens:
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry="ladder")
    typed = {"answer": "The report does not say. Ada Voss does not, either [n2]."}
    draft = shown(await bureau.mod.submit_modal(form, entered(form) | typed))
    return partial(bureau.open, draft, "Say what it is")


FORMS: Final[dict[str, tuple[Callable[[Bureau], Awaitable[Opens]], dict[str, Any]]]] = {
    "a new entry": (partial(_command, name="add"), NEW),
    "a new entry, again": (_reworded, {"question": "Whose is the museum?"}),
    "a claim, whose speaker is asked for": (partial(_command, name="add"), NEW | {"kind": ["claim"]}),
    "an entry": (partial(_command, name="edit", entry="ladder"), {"question": "Where did the ladder go?"}),
    "an entry, by its button": (_button, {"question": "Where did the ladder go?"}),
    "details": (partial(_command, name="edit", entry="ladder", part="details"), {"related": "who-saw-it"}),
    "an unanswered question": (_unanswered, NEW),
    "a phrasing": (_wording, {"wording": "what's the painting worth"}),
    "the reason of a change": (_reason, {"kind": ["correction"], "reason": "Two of us read the report again."}),
}

_AT_ONCE: Final = {"a claim, whose speaker is asked for", "the reason of a change"}
"""Forms after which what was typed is shown or made with the first request; after others, it's the second."""


@pytest.mark.parametrize("kind", REFUSED)
@pytest.mark.parametrize(("name", "number"), [(name, n) for name in FORMS for n in range(2 - (name in _AT_ONCE))])
async def test_what_was_typed_in_a_form_outlives_the_first_page_about_it(
    bureau: Bureau, name: str, number: int, kind: type[discord.HTTPException], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, typed = FORMS[name]
    opens = await prepared(bureau)
    form = await opens()
    untouched = entered(form)
    with failing(number, kind, monkeypatch):
        await bureau.mod.submit_modal(form, untouched | typed)
    simcord.assert_error(bureau.env, kind)
    again = await opens()
    assert entered(again) == untouched | typed
    shown(await bureau.mod.submit_modal(again, entered(again)))


async def _lose(bureau: Bureau, opens: Opens, typed: dict[str, Any], patch: pytest.MonkeyPatch) -> None:
    """Let Discord not accept the page about a form."""
    form = await opens()
    with failing(0, discord.DiscordServerError, patch):
        await bureau.mod.submit_modal(form, entered(form) | typed)
    simcord.assert_error(bureau.env, discord.DiscordServerError)


async def test_what_was_typed_comes_back_once_and_to_nobody_else(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = await _command(bureau, "edit", entry="ladder")
    as_it_is = entered(await opens())
    await _lose(bureau, opens, {"question": "Where did the ladder go?"}, monkeypatch)
    assert entered(await bureau.other.slash(bureau.channel, "faq edit", entry="ladder")) == as_it_is
    assert entered(await (await _command(bureau, "edit", entry="who-saw-it"))()) != as_it_is
    assert entered(await (await _command(bureau, "add"))())["question"] == ""
    with failing(0, discord.DiscordServerError, monkeypatch):
        await opens()
    simcord.assert_error(bureau.env, discord.DiscordServerError)
    assert entered(await opens())["question"] == "Where did the ladder go?"
    assert entered(await opens()) == as_it_is


async def test_what_was_typed_is_forgotten_once_a_page_about_it_is_there(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = await _command(bureau, "edit", entry="ladder")
    other = await opens()
    await _lose(bureau, opens, {"question": "Where did the ladder go?"}, monkeypatch)
    shown(await bureau.mod.submit_modal(other, entered(other)))
    assert entered(await opens()) == entered(other)


async def test_what_others_change_before_a_form_opens_again_is_not_overwritten(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    opens = await _command(bureau, "edit", entry="ladder")
    await _lose(bureau, opens, {"question": "Where did the ladder go?"}, monkeypatch)
    theirs = await bureau.other.slash(bureau.channel, "faq edit", entry="ladder")
    typed = entered(theirs) | {"question": "Is the ladder found?"}
    await bureau.press(shown(await bureau.other.submit_modal(theirs, typed)), "Confirm", bureau.other)
    again = await opens()
    clash = shown(await bureau.mod.submit_modal(again, entered(again)))
    assert "**question:** Is the ladder found?" in clash.text
