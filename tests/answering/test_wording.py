from typing import Any

import pytest

from bot.answering.answerer import Answerer
from bot.answering.wording import attribution, voice
from bot.knowledge.model import Kind, Person
from tests.chat.worlds import entry, world

ANNA = Person(id="anna", name="Anna", role="Somebody [p1].", passages=("p1",))
BEN = Person(id="ben", name="Ben", role="Somebody [p1].", passages=("p1",))
SAID: dict[str, Any] = {
    "passages": [
        {"id": "p1", "gist": "About gadgets."},
        {"id": "p2", "gist": "What Anna says.", "speaker": "anna", "where": "a letter"},
        {"id": "p3", "gist": "What Anna says.", "speaker": "anna"},
        {
            "id": "p4",
            "parts": [
                {"id": "p4a", "gist": "Anna and Ben have written."},
                {"id": "p4b", "gist": "What Anna says.", "speaker": "anna", "where": "a letter"},
                {"id": "p4c", "gist": "What Ben says.", "speaker": "ben"},
                {"id": "p4d", "gist": "What Anna says then.", "speaker": "anna"},
            ],
        },
    ]
}


@pytest.fixture(scope="module")
def said() -> Answerer:
    return world([entry()], [SAID], [ANNA, BEN])


@pytest.mark.parametrize(
    ("mark", "words"),
    [
        ("p1", ""),
        ("p2", " (quoting Anna, a letter)"),
        ("p3", " (quoting Anna)"),
        ("p4", " (partly quoting Anna and Ben)"),
        ("p4a", ""),
        ("p4b", " (quoting Anna, a letter)"),
        ("p4c", " (quoting Ben)"),
    ],
)
def test_a_passage_says_whom_it_quotes_and_where(said: Answerer, mark: str, words: str) -> None:
    _texts, (cited,) = said.cite(f"So it was [{mark}].")
    assert voice(cited) == words


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        (Kind.REPORTED, "Reported by the article"),
        (Kind.CLAIM, "Claimed by Anna"),
        (Kind.QUOTE, "In the words of Anna"),
        (Kind.NOT_COVERED, "The article does not say"),
        (Kind.NOTE, "A note from the moderators"),
    ],
)
def test_every_kind_says_who_stands_behind_it(kind: Kind, who: str) -> None:
    answerer = world([entry(kind=kind, attributed_to=("anna",))], [SAID], [ANNA])
    reply = answerer.entry("entry-1")
    assert attribution(reply.answers[0], reply.citations) == who
