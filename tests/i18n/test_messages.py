"""English sentences of histories and commits, translated for the reader."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
from bot.i18n.messages import LONGEST, translate_edit
from bot.knowledge.model import MAX_PHRASING
from bot.matching.types import Reason, ReasonCode, RunnerUp
from bot.moderation.explain import reason_text, runner_up_text

TODAY = dt.date(2026, 11, 26)
IDS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,5}", fullmatch=True)
TEXTS = st.text(min_size=1, max_size=MAX_PHRASING)


def _put_back(*entries: str) -> PutBack:
    return PutBack(tuple(Change("faq/theft.yaml", entry, "before", "after") for entry in entries))


@pytest.mark.parametrize(
    ("edit", "spanish"),
    [
        (AddEntry(None, {"question": "Who was Zoë?"}), "Añadir la entrada who-was-zoe"),
        (EditEntry("moon", {"answer": "x", "attributed_to": ["a"]}), "Cambiar en moon: respuesta y quién lo dice"),
        (EditEntry("moon", {"reviewed": TODAY}), "Cambiar en moon: fecha de revisión"),
        (AddPhrasing("moon", 'the "moon"'), 'Añadir la formulación "the "moon"" a moon'),
        (RemovePhrasing("moon", "to moon"), 'Quitar la formulación "to moon" de moon'),
        (Retire("moon", TODAY), "Retirar moon"),
        (Restore("moon"), "Restaurar moon"),
        (AddUnanswered("why?"), 'Añadir "why?" a lo que no se debe responder'),
        (_put_back("moon", "sun"), "Deshacer un cambio de moon, sun"),
    ],
)
def test_an_edit_is_said_in_the_language_that_is_spoken(edit: Edit, spanish: str) -> None:
    with speaking("es"):
        assert translate_edit(str(edit)) == spanish


def test_the_parts_of_an_entry_are_named_in_words_not_by_their_keys_in_the_file() -> None:
    edit = EditEntry("moon", {"attributed_to": ["a"], "related": [], "unless": [], "reviewed": TODAY})
    said = "Edit speaker, related entries, skip words and date of review of moon"
    assert translate_edit(str(edit)) == said
    assert translate_edit("Edit colour, answer of moon") == "Edit colour and answer of moon", "one of a newer version"


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
    assert translate_edit(str(edit)) == str(edit)
    with speaking("es"):
        assert translate_edit(str(edit)) != str(edit)
        assert edit.entry in translate_edit(str(edit)) or isinstance(edit, AddUnanswered)


def test_an_edit_that_was_overridden_names_both_in_the_language_that_is_spoken() -> None:
    with speaking("es"):
        assert translate_edit("Retire moon (kept instead of Ann's edit: Edit answer of moon)") == (
            "Retirar moon (se conserva en lugar del cambio de Ann: Cambiar en moon: respuesta)"
        )
        assert translate_edit("Better words (kept instead of Ann's edit: Retire moon)").startswith(
            "Better words (se conserva"
        )


@given(st.text())
def test_what_others_write_stays_as_it_is(message: str) -> None:
    with speaking("es"):
        assert translate_edit(f"{message}: by hand") == f"{message}: by hand"


def test_what_is_longer_than_any_sentence_of_ours_stays_as_it_is() -> None:
    written = " (kept instead of Ann's edit: " * LONGEST
    with speaking("es"):
        assert translate_edit(f"{written})") == f"{written})"


REASONS = [
    (ReasonCode.NO_WORDS, "no words to match", "no hay palabras con las que buscar"),
    (
        ReasonCode.FOREIGN,
        "most of the words are neither English nor the FAQ's",
        "la mayoría de las palabras no son ni inglesas ni de la FAQ",
    ),
    (
        ReasonCode.TOO_LOW_TO_SUGGEST,
        "the best entry scores 0.46; suggestions need 0.50",
        "la mejor entrada obtiene 0.46; las sugerencias necesitan 0.50",
    ),
    (
        ReasonCode.TOO_LOW_TO_ANSWER,
        "the best entry scores 0.46; an answer needs 0.50",
        "la mejor entrada obtiene 0.46; una respuesta necesita 0.50",
    ),
    (ReasonCode.STATEMENT, "it isn't a question", "no es una pregunta"),
    (
        ReasonCode.BOTH,
        "two entries are about equally likely (31% and 30%): members get both",
        "dos entradas son casi igual de probables (31% y 30%): se muestran ambas",
    ),
    (
        ReasonCode.SURE,
        "the best entry scores 0.46; an answer needs 0.50",
        "la mejor entrada obtiene 0.46; una respuesta necesita 0.50",
    ),
    (
        ReasonCode.NOT_COVERED,
        "the best entry, which the source doesn't cover, scores 0.46",
        "la mejor entrada, sobre algo que la fuente no dice, obtiene 0.46",
    ),
    (
        ReasonCode.FOLLOW_UP,
        "relies on the previous answer: with it, this entry is 31% likely",
        "depende de la respuesta anterior: con ella, esta entrada tiene una probabilidad del 31%",
    ),
]


@pytest.mark.parametrize(("code", "english", "spanish"), REASONS)
def test_why_a_question_came_out_so_is_said_in_the_language_that_is_spoken(
    code: ReasonCode, english: str, spanish: str
) -> None:
    reason = Reason(code, 0.456, 0.5, (0.314, 0.298))
    assert reason_text(reason) == english
    with speaking("es"):
        assert reason_text(reason) == spanish


def test_there_are_words_for_every_reason_of_the_matcher() -> None:
    assert {code for code, _english, _spanish in REASONS} == set(ReasonCode)


def test_why_the_second_entry_is_not_the_first_is_said_in_the_language_that_is_spoken() -> None:
    second = RunnerUp("moon", 0.3, 0.2, 0.55, 0.7, 0.91)
    assert runner_up_text(second) == "20% likely, against 70%; nearest phrasing 0.55 similar, against 0.91"
    with speaking("es"):
        assert runner_up_text(second) not in {
            "",
            "20% likely, against 70%; nearest phrasing 0.55 similar, against 0.91",
        }
