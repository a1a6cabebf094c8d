"""Does a message ask for something to be told? "his girls need their dad" does not, however near it is to an answer.

A linear classifier on the small words of a message and how its clauses begin, not on what it is about: of the words of
content only the endings are seen. `scripts/asking.py` fits its weights.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Final

from bot.matching.everyday import everyday
from bot.matching.lexicon import Fillers
from bot.matching.questions import ASKING_WORDS, QUESTION_WORDS, sentences
from bot.matching.spelling import common_words
from bot.matching.text import MAX_LENGTH, words

SMALL_WORDS: Final = 300
"""Of the commonest words of English, those that are seen as they are."""
LONGEST: Final = 40
"""Words of a clause that are looked at."""
SURE: Final = 4.0
"""Logit beyond which one message is like another."""
_ENDINGS: Final = ("ing", "ed", "ly", "s")
_CLAUSE_END: Final = re.compile(r"[,.;:!?()\n]")
_TURNS_TO_ASK: Final = re.compile(
    r"(?<!\bso )(?<!\bnor )(?<!\bneither )(?<!\bas )(?<!\bthan )(?<!\bwhat )\b(?:"
    r"(?:is|was|has|does) (?:it|this|that|there|he|she)|(?:are|were|have) (?:these|those|there|we|they|you)"
    r"|(?:had|can|could|will|would|should) (?:it|this|that|these|those|there|i|we|he|she|they|you)"
    r"|did (?:i|we|he|she|they|you)|do (?:i|we|they|you)"
    r"|(?:can|could|does|will|would|should) "
    r"(?:the|a|an|my|your|his|her|our|their|someone|somebody|anyone|anybody)"
    r") \w",
    re.IGNORECASE,
)
"""Where a message that tells something goes on with a question: "my dough is a puddle is it lost"."""
_MOST_COUNTED: Final = 12
_SHORT: Final = 4
"""Words below which a text is rather a search than a sentence."""
_QUESTION_WORDS: Final = frozenset(QUESTION_WORDS)
_SUBJECTS: Final = frozenset([
    "i", "we", "he", "she", "it", "they", "you", "this", "that", "these", "those", "there", "my", "your", "his", "her",
    "our", "their", "some", "all", "everyone", "nobody",
])  # fmt: skip
"""Words that open a statement."""
_OF_TERMS: Final = frozenset(["a", "an", "of", "the"])
"""Small words that a term may have."""
_REQUESTS: Final = frozenset([
    "ask", "asked", "asking", "asks", "curious", "explain", "know", "question", "remind", "tell", "wonder", "wondering",
])  # fmt: skip
"""Words of fillers that ask for an answer: "can someone explain", "my friend wants to know"."""


def asking(text: str) -> float:
    """Return the logit of the probability that `text`, or a sentence of it, asks for something to be told.

    About -4, surely not, to 4, surely. A name or a term alone counts as asking.
    """
    text = text[:MAX_LENGTH]
    parts = [sentence for sentence in sentences(text) if "?" in sentence or sentence.count(" ") > 1]
    turn = _TURNS_TO_ASK.search(text, 1)
    return max(map(_logit, (text, *(parts if len(parts) > 1 else ()), *([text[turn.start() :]] if turn else ()))))


def _logit(text: str) -> float:
    weights = _weights()
    logit = weights[""] + sum(weights.get(feature, 0.0) for feature in dict.fromkeys(features(text)))
    return min(max(logit, -SURE), SURE)


def features(text: str) -> Iterator[str]:
    """Yield what the classifier sees of a text: small words, pairs of neighbors, marks, and the length."""
    count = small = 0
    opens = asks = ""
    clauses = [words(clause, everyday().chat_speak) for clause in _CLAUSE_END.split(text)]
    others = [_fillers().others(clause) for clause in clauses]
    for typed, left in zip(clauses, others if any(others) else clauses, strict=True):
        if not _REQUESTS.isdisjoint(typed) and _REQUESTS.isdisjoint(left):
            yield "[request]"
        said = left[:LONGEST]
        if not said:
            continue
        seen = [_seen(word) for word in said]
        small += sum(word == kept and word not in _OF_TERMS for word, kept in zip(said, seen, strict=True))
        opens = opens or ("subject" if said[0] in _SUBJECTS else "asking word" if said[0] in ASKING_WORDS else "other")
        # An auxiliary within a clause is a statement's more often than a question's: "he was sixteen".
        if said[0] in ASKING_WORDS or not _QUESTION_WORDS.isdisjoint(said):
            asks = "with"
        yield from seen
        bounded = ["^", *seen, "$"]
        yield from map(" ".join, pairwise(bounded))
        if not count:
            yield " ".join(("^^", *seen[:2]))
        count += len(seen)
    yield from (f"[{mark}]" for mark in "?!" if mark in text)
    if text.rstrip(" \"')").endswith("?"):
        yield "[?]$"
    yield f"[{min(count, _MOST_COUNTED)} words]"
    if not small:
        # As somebody types who searches: "opening hours sunday".
        yield "[content words alone]"
    length = "short" if count < _SHORT else "long"
    yield f"[{asks or 'without'} asking words, {length}]"
    yield f"[{asks or 'without'} asking words, opens with {opens or 'nothing'}, {length}]"


def _seen(word: str) -> str:
    """Return a small word as it is, and of another its ending alone."""
    rank = common_words().get(word)
    if rank is not None and rank < SMALL_WORDS:
        return word
    if word.isdigit():
        return "#"
    ending = next((end for end in _ENDINGS if word.endswith(end) and len(word) > len(end) + 2), "")
    return f"_{ending}" if rank is not None or ending else "_?"


@cache
def _fillers() -> Fillers:
    return Fillers(everyday())


@cache
def _weights() -> dict[str, float]:
    """Return the weight of every feature; that of "" is the bias."""
    table = files("bot.matching").joinpath("data/asking.tsv").read_text("utf-8")
    return {feature: float(weight) for feature, weight in (line.split("\t") for line in table.splitlines())}
