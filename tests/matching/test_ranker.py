"""The large path: candidates before scores."""

import pytest

from bot.matching import ranker
from bot.matching.matcher import Matcher

NOUNS = [
    "account",
    "ticket",
    "flight",
    "hotel",
    "recipe",
    "alarm",
    "invoice",
    "password",
    "refund",
    "parcel",
    "garden",
    "engine",
    "doctor",
    "museum",
    "concert",
    "printer",
]
VERBS = ["cancel", "change", "find", "buy", "repair", "delete", "open", "share"]
FAQ = {
    f"{verb} {noun}": [f"how do i {verb} my {noun}", f"i want to {verb} a {noun}", f"{verb} the {noun} please"]
    for noun in NOUNS
    for verb in VERBS
}


@pytest.mark.parametrize("lexical_only", [False, True])
def test_large_and_small_path_agree(monkeypatch: pytest.MonkeyPatch, *, lexical_only: bool) -> None:
    small = Matcher.from_phrasings(FAQ, lexical_only=lexical_only)
    monkeypatch.setattr(ranker, "LARGEST_TRAINED", 10)
    large = Matcher.from_phrasings(FAQ, lexical_only=lexical_only)
    for entry in FAQ:
        question = f"can i {entry.replace(' ', ' this ')} somehow"
        assert small.rank(question)[0].entry == large.rank(question)[0].entry == entry


def test_large_path_with_nothing_in_common(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranker, "LARGEST_TRAINED", 10)
    large = Matcher.from_phrasings({**FAQ, "empty": []})
    assert all(candidate.entry != "empty" for candidate in large.rank("zzzz qqqq", limit=200))
