"""The matcher as a whole."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matching.matcher import Matcher
from bot.matching.types import Lexicon, Outcome, ReasonCode, Target
from tests.benchmarks import hostile

FAQ = {
    "victim": ("who was killed?", "who is the victim", "name of the boy who died", "who got shot", "victim name"),
    "sentence": (
        "what sentence did corey miller get?",
        "how long is he in prison for",
        "what was he sentenced to",
        "life sentence?",
    ),
    "vote": ("how did the jury vote?", "what was the vote of the jury", "was the jury unanimous", "jury vote count"),
    "age": ("how old was the victim?", "age of the boy", "how many years old was steven thomas", "victim age"),
    "kim": (
        "what did kim kardashian tweet?",
        "kim kardashian's tweet",
        "what does kim k say about the case",
        "kardashian statement",
    ),
    "place": (
        "where did it happen?",
        "which place was it",
        "in what state was the nightclub",
        "location of the shooting",
    ),
}
TARGETS = [Target(name, phrasings) for name, phrasings in FAQ.items()] + [
    Target("net_worth", ("what is his net worth?", "how rich is he", "how much money does he have"), covered=False),
]
LEXICON = Lexicon(
    synonyms=(("kim kardashian", "kkw", "kim kardashian west"), ("prison", "jail", "slammer")),
    chat_speak={"wat": "what", "u": "you"},
)
MATCHER = Matcher(TARGETS, LEXICON)


def best(question: str) -> str:
    return MATCHER.rank(question)[0].entry


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("WHO WAS KILLED???", "victim"),
        ("who was kiled", "victim"),
        ("wat did kkw tweet", "kim"),
        ("how long is he in the slammer", "sentence"),
        ("hw did teh jurry vote", "vote"),
        ("#HowOldWasTheVictim", "age"),
        ("whats his networth", "net_worth"),
    ],
)
def test_rank(question: str, entry: str) -> None:
    assert best(question) == entry


@pytest.mark.parametrize("entry", FAQ)
def test_own_phrasings_are_answered(entry: str) -> None:
    for phrasing in FAQ[entry]:
        decision = MATCHER.decide(phrasing)
        assert decision.outcome is Outcome.ANSWER
        assert decision.candidates[0].entry == entry


def test_not_covered() -> None:
    assert MATCHER.decide("what is his net worth").outcome is Outcome.NOT_COVERED


@pytest.mark.parametrize("question", ["", "   ", "???", "😭", "pizza recipes please", "bonjour mes amis"])
def test_abstains(question: str) -> None:
    decision = MATCHER.decide(question)
    assert decision.outcome is Outcome.NONE
    assert decision.candidates == ()


def test_unless() -> None:
    matcher = Matcher(
        [
            Target("a", ("who was killed", "who died"), unless=("tupac", "oj simpson")),
            Target("b", ("what is the date",)),
        ]
    )
    assert matcher.rank("who was killed")[0].entry == "a"
    assert "a" not in [candidate.entry for candidate in matcher.rank("who was killed tupac")]
    assert matcher.decide("who was killed by OJ Simpson?").explanation.ruled_out == ("a",)


def test_shared_ids_are_refused() -> None:
    with pytest.raises(ValueError, match="share an id"):
        Matcher([Target("a", ("x",)), Target("a", ("y",))])


@pytest.mark.parametrize("entries", [{}, {"a": []}, {"a": ["?"]}, {"a": ["one"]}, {"a": ["one", "one"], "b": ["one"]}])
def test_tiny_faqs(entries: dict[str, list[str]]) -> None:
    matcher = Matcher.from_phrasings(entries)
    matcher.decide("one or two")
    assert len(matcher.rank("one")) <= len(entries)


def test_explanation() -> None:
    explanation = MATCHER.decide("wat did kkw twete").explanation
    assert explanation.question == "what did kim kardashian tweet"
    assert [(repair.typed, repair.words) for repair in explanation.repairs] == [("twete", ("tweet",))]
    assert explanation.synonyms == (("kkw", "kim kardashian"),)
    assert explanation.nearest_phrasing == "what did kim kardashian tweet?"
    assert {"kim", "tweet"} <= {word.word for word in explanation.matched}
    assert explanation.runner_up is not None
    assert explanation.thresholds == MATCHER.thresholds


SHUFFLED = Matcher([Target(t.id, t.phrasings[::-1], t.covered) for t in TARGETS[::-1]], LEXICON)
EDGES = st.text(" \t\n.,;:!?-()\"'", max_size=20)
QUESTIONS = st.lists(
    st.sampled_from(
        [word for phrasings in FAQ.values() for text in phrasings for word in text.split()] + ["pizza", "corye"]
    )
).map(" ".join)


def filled(text: str, length: int) -> str:
    return (f"{text} " * length)[:length]


LONG_QUESTIONS = st.lists(
    st.sampled_from(
        ["so", "who", "did", "wow.", "he?", "kiled", "kardashen", "vgxqz", "zzyzx!", "is\nit", "кто", "..."]
    )
    | QUESTIONS,
    min_size=1,
    max_size=40,
).map(lambda pieces: filled(" ".join(pieces), hostile.LENGTH - 2 * 20))
ANYTHING = st.text(max_size=500) | st.text(min_size=1, max_size=90).map(lambda text: filled(text, hostile.LENGTH))


@given(ANYTHING | LONG_QUESTIONS)
def test_decide_never_raises_and_goes_by_nothing_but_the_text(question: str) -> None:
    decision = MATCHER.decide(question)
    assert decision == MATCHER.decide(question) == SHUFFLED.decide(question)
    assert all(0 <= candidate.score <= 1 for candidate in decision.candidates)
    scores = [candidate.score for candidate in decision.candidates]
    assert scores == sorted(scores, reverse=True)


@given(QUESTIONS | LONG_QUESTIONS, EDGES, EDGES)
def test_case_and_edges_change_nothing(question: str, before: str, after: str) -> None:
    assert MATCHER.decide(question) == MATCHER.decide(f"{question.upper()} ")
    # Marks tell whether a message asks, and with it how sure an answer is; never which entry is meant.
    marked = MATCHER.rank(f"{before} {question.upper()} {after}")
    assert [item.entry for item in MATCHER.rank(question)] == [item.entry for item in marked]


def test_four_thousand_characters_of_whatever_kind_are_decided() -> None:
    for kind, text in hostile.messages([phrasing for phrasings in FAQ.values() for phrasing in phrasings]).items():
        assert len(text) == hostile.LENGTH, kind
        assert MATCHER.decide(text) == MATCHER.decide(text), kind


@pytest.mark.parametrize(
    "question",
    [
        "so i was reading about this whole thing last night and wow it is so sad. how old was the victim? ty",
        "omg this case is crazy. i can not stop thinking about it, like for real though... how old was the victim",
    ],
)
def test_the_question_in_a_long_message(question: str) -> None:
    assert best(question) == "age"


@pytest.mark.parametrize(
    "question", ["quien fue asesinado en el club", "wer wurde getötet und warum", "кто был убит", "誰が殺された"]
)
def test_other_languages(question: str) -> None:
    assert MATCHER.decide(question).outcome is Outcome.NONE


def test_why_the_runner_up_lost() -> None:
    explanation = MATCHER.decide("how did the jury vote").explanation
    second = explanation.runner_up
    assert second
    assert (second.chance, second.similarity) < (second.best_chance, second.best_similarity)
    assert explanation.reason.code is ReasonCode.SURE
    assert explanation.reason.score >= explanation.reason.needed


def test_lexical_only() -> None:
    matcher = Matcher(TARGETS, LEXICON, lexical_only=True)
    assert matcher.rank("who was kiled")[0].entry == "victim"
    assert matcher.decide("how did the jury vote").outcome is Outcome.ANSWER


def test_threads_share_a_matcher() -> None:
    questions = ["who was killed", "hw did teh jurry vote", "wat did kkw tweet", "pizza"] * 20
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(MATCHER.decide, questions)) == [MATCHER.decide(question) for question in questions]


WORDS = ("boat", "harbour", "captain", "storm", "crew", "anchor", "lost", "found", "who", "when", "the")


@settings(max_examples=30)
@given(
    st.lists(
        st.frozensets(st.sampled_from(WORDS), min_size=1, max_size=4).map(lambda words: " ".join(sorted(words))),
        min_size=2,
        max_size=24,
        unique=True,
    ),
    st.randoms(use_true_random=False),
)
def test_a_text_that_is_a_phrasing_leads_to_its_entry(phrasings: list[str], draw: random.Random) -> None:
    """However many phrasings of other entries are like it."""
    entries: dict[str, list[str]] = {"a": [], "b": []}
    for phrasing in phrasings:
        entries[draw.choice("ab")].append(phrasing)
    matcher = Matcher.from_phrasings(entries)
    for entry, own in entries.items():
        for phrasing in own:
            assert matcher.rank(phrasing, 1)[0].entry == entry


@pytest.mark.parametrize(
    ("asked", "entry"),
    [
        ("wetin dem take from the museum?", "taken"),
        ("Abeg who be the thief?", "thief"),
        ("weh di thief hide?", "hiding"),
        ("wat did dey take frm teh museum", "taken"),
    ],
)
def test_the_english_of_chats_around_the_world_is_understood_by_every_faq(asked: str, entry: str) -> None:
    matcher = Matcher.from_phrasings(
        {
            "taken": ("what did they take from the museum", "what is missing"),
            "thief": ("who is the thief", "name of the thief"),
            "hiding": ("where did the thief hide", "hiding place"),
        }
    )
    assert [each.entry for each in matcher.decide(asked).candidates[:1]] == [entry]


@pytest.mark.parametrize(("strangers", "read"), [((), "him"), (("Haim",), "haim")])
def test_a_stranger_is_no_misspelling(strangers: tuple[str, ...], read: str) -> None:
    targets = [Target("death", ("how did corey die", "what killed him")), Target("age", ("how old was corey",))]
    told = Matcher(targets, Lexicon(strangers=strangers)).decide("how did corey haim die").explanation
    assert read in told.question.split()
    assert ("haim" in told.unknown) is bool(strangers)
