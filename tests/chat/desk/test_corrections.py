"""What an edit of an answer is for readers: guessed, shown before Confirm, and said otherwise in a form."""

from typing import Any

import pytest

from bot.editing import journal
from bot.knowledge.load import load
from bot.site.build import build
from tests.chat.conftest import Seen, shown
from tests.chat.desk.conftest import Bureau


async def edited(bureau: Bureau, answer: str) -> Seen:
    form = await bureau.mod.slash(bureau.channel, "faq edit", entry="what-was-taken")
    assert form.modal
    values: dict[str, Any] = {"question": "What was taken from the museum?", "phrasings": "stolen painting"}
    return shown(await bureau.mod.submit_modal(form, values | {"answer": answer}))


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        ("A drawing [n1]. The director calls it priceless [letter:n1].", "correction", "a correction"),
        ("A painting of a ship [n1]. The director calls it priceless [letter:n1].", "clarification", "a clarification"),
    ],
)
async def test_the_guess_is_shown_and_confirmed_in_one_press(
    bureau: Bureau, answer: str, kind: str, words: str
) -> None:
    draft = await edited(bureau, answer)
    assert f"For readers, it looks like {words}; *Say what it is* lets you say otherwise, and why." in draft.text
    assert draft.buttons == ["Confirm", "Say what it is", "Change it", "Discard"]
    await bureau.press(draft, "Confirm")
    (revision,) = journal.read_history(bureau.folder)
    assert (revision.kind, revision.reason) == (kind, "")


async def test_a_form_says_otherwise_and_why_and_confirms(bureau: Bureau) -> None:
    draft = await edited(bureau, "A drawing [n1]. The director calls it priceless [letter:n1].")
    form = await bureau.open(draft, "Say what it is")
    done = shown(
        await bureau.mod.submit_modal(
            form, {"kind": ["clarification"], "reason": "The report\u2028says <b>drawing</b>."}
        )
    )
    assert done.text.startswith("**Done. Revision 1 is live.**")
    (revision,) = journal.read_history(bureau.folder)
    assert (revision.kind, revision.reason) == ("clarification", "The report says <b>drawing</b>.")
    page = build(load(bureau.folder), bureau.folder)["entries/what-was-taken.html"].decode()
    assert "Clarification" in page
    assert "The report says &lt;b&gt;drawing&lt;/b&gt;." in page
    assert "<del>A painting. The director calls it priceless.</del>" in page


async def test_a_form_that_comes_too_late_changes_nothing(bureau: Bureau) -> None:
    draft = await edited(bureau, "A drawing [n1].")
    form = await bureau.open(draft, "Say what it is")
    await bureau.press(draft, "Discard")
    before = bureau.files()
    late = shown(await bureau.mod.submit_modal(form, {"kind": ["typo"], "reason": ""}))
    assert "I no longer have this edit" in late.text
    assert bureau.files() == before


async def test_what_changes_no_answer_is_not_asked_about(bureau: Bureau) -> None:
    draft = await bureau.slash("phrasing add", entry="ladder", wording="ladder gone")
    assert draft.buttons == ["Confirm", "Discard"]
    assert "For readers" not in draft.text
    await bureau.press(draft, "Confirm")
    assert journal.read_history(bureau.folder)[0].kind is None


async def test_members_read_what_has_changed_and_why(bureau: Bureau) -> None:
    assert shown(await bureau.ana.slash(bureau.channel, "changes")).text == "I don't know of any changes in my answers."
    draft = await edited(bureau, "A drawing [n1].")
    form = await bureau.open(draft, "Say what it is")
    await bureau.mod.submit_modal(form, {"kind": ["correction"], "reason": "@everyone **looked** again."})
    told = shown(await bureau.ana.slash(bureau.channel, "changes")).text
    assert "Corrected:** What was taken from the museum?" in told
    assert "\\*\\*looked\\*\\*" in told, "as it was written"
    assert "Before: A painting. The director calls it priceless.\nAfter: A drawing." in told
    await bureau.slash("stop", entry="what-was-taken", reason="wait")
    assert shown(await bureau.ana.slash(bureau.channel, "changes")).text == "I don't know of any changes in my answers."
