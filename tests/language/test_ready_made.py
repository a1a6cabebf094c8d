"""Sentences that the core makes in English, said in the language of whoever reads them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.answerer import Answerer
from bot.editing.edits import (
    AddEntry,
    AddPhrasing,
    AddUnanswered,
    Edit,
    EditEntry,
    PutBack,
    RemovePhrasing,
    Restore,
    Retire,
)
from bot.editing.revision import Change
from bot.i18n.catalogue import speaking
from bot.i18n.messages import LONGEST, say
from bot.knowledge.model import MAX_PHRASING

TODAY = dt.date(2026, 11, 26)
IDS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,5}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=MAX_PHRASING)


def _put_back(*entries: str) -> PutBack:
    return PutBack(tuple(Change("faq/theft.yaml", entry, "before", "after") for entry in entries))


@pytest.mark.parametrize(
    ("edit", "spanish"),
    [
        (AddEntry(None, {"question": "Who was Zoë?"}), "Añadir la entrada who-was-zoe"),
        (EditEntry("moon", {"answer": "x", "attributed_to": ["a"]}), "Cambiar answer, attributed_to de moon"),
        (AddPhrasing("moon", 'the "moon"'), 'Añadir la formulación "the "moon"" a moon'),
        (RemovePhrasing("moon", "to moon"), 'Quitar la formulación "to moon" de moon'),
        (Retire("moon", TODAY), "Retirar moon"),
        (Restore("moon"), "Reponer moon"),
        (AddUnanswered("why?"), 'Añadir "why?" a lo que no se debe responder'),
        (_put_back("moon", "sun"), "Deshacer un cambio de moon, sun"),
    ],
)
def test_an_edit_is_said_in_the_language_that_is_spoken(edit: Edit, spanish: str) -> None:
    with speaking("es"):
        assert say(str(edit)) == spanish


@given(
    st.one_of(
        st.builds(AddPhrasing, IDS, TEXTS),
        st.builds(RemovePhrasing, IDS, TEXTS),
        st.builds(AddUnanswered, TEXTS),
        st.builds(Restore, IDS),
        st.builds(_put_back, IDS, IDS),
    )
)
def test_of_any_edit_nothing_is_lost(edit: Edit) -> None:
    assert say(str(edit)) == str(edit)
    with speaking("es"):
        assert say(str(edit)) != str(edit)
        assert edit.entry in say(str(edit)) or isinstance(edit, AddUnanswered)


def test_an_edit_that_gave_way_names_both_in_the_language_that_is_spoken() -> None:
    with speaking("es"):
        assert say("Retire moon (kept instead of Ann's edit: Edit answer of moon)") == (
            "Retirar moon (se conserva en lugar del cambio de Ann: Cambiar answer de moon)"
        )
        assert say("Better words (kept instead of Ann's edit: Retire moon)").startswith("Better words (se conserva")


@given(st.text())
def test_what_others_write_stays_as_it_is(message: str) -> None:
    with speaking("es"):
        assert say(f"{message}: by hand") == f"{message}: by hand"


def test_what_is_longer_than_any_sentence_of_ours_stays_as_it_is() -> None:
    written = " (kept instead of Ann's edit: " * LONGEST
    with speaking("es"):
        assert say(f"{written})") == f"{written})"


def test_every_remark_of_the_matcher_is_translated(answerer: Answerer) -> None:
    asked = [text for group in answerer.base.questions.answered for text in group.ask]
    remarks: set[str] = set()
    for text in (*asked, "", "zebra pizza", "wo wohnt der hund heute", "the jury voted and then we had lunch"):
        why = answerer.matcher.decide(text).explanation
        remarks |= {remark for remark in (why.reason, why.runner_up_lost) if remark}
    with speaking("es"):
        assert not [remark for remark in remarks if say(remark) == remark]
