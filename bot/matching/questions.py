"""Questions in chat: which words and which sentence ask, several questions in one, and what leans on an answer.

Works on text as it was typed; :mod:`bot.matching.query` reads what comes out of it.
"""

import re
import string
from collections.abc import Container
from dataclasses import dataclass
from typing import Final

from bot.matching.text import MAX_LENGTH, normalise

QUESTION_WORDS: Final = ("who", "whom", "whose", "what", "when", "where", "why", "how", "which")
AUXILIARIES: Final = (
    "is", "are", "was", "were", "did", "does", "do", "has", "have", "had", "can", "could", "will", "would", "should",
)  # fmt: skip
"""Verbs that open a question: "did she call him?"."""
_IN_CHAT: Final = ("whos", "whats", "wheres", "hows", "wat", "wut", "wen", "y")
"""Question words as they are typed."""
_REQUESTS: Final = (
    "tell", "explain", "show", "list", "give", "describe", "define", "name", "summarize", "summarise", "any",
)  # fmt: skip
"""Words that open a request for something to be told."""
ASKING_WORDS: Final = frozenset([*QUESTION_WORDS, *AUXILIARIES, *_IN_CHAT, *_REQUESTS])
"""Words that open a question or a request."""
_MARKS_A_QUESTION: Final = frozenset([*QUESTION_WORDS, "whether"])
LONG_MESSAGE: Final = 14
"""Words from which a message is searched for the sentence that asks."""
LONG_SENTENCE: Final = 26
"""Words from which a sentence is searched for the clause that asks."""
_MAX_SENTENCES: Final = 4
_SHORTEST_PART: Final = 2

MAX_QUESTIONS: Final = 6
"""More questions than this in one message are answered as one."""
LONGEST_COMBINED: Final = 300
"""Characters of a message that may ask several things; a longer one tells a story, and the matcher finds its
question."""

LONGEST_FOLLOW_UP: Final = 80
"""Characters of a follow-up; what is longer stands by itself."""
LONGEST_NAME: Final = 4
"""Words of a follow-up that only names something: ``and the arrest?``"""

_EDGES: Final = string.punctuation + string.whitespace
_PUNCTUATION: Final = " ?!.,;"
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;:\u2026])\s+|\n+|(?<!\s)\s+\.\.+\s*|\.{2,}\s*")
_ANY_QUESTION_WORD: Final = "|".join(QUESTION_WORDS)
_ANY_AUXILIARY: Final = "|".join(AUXILIARIES)
_QUESTION_WORD: Final = re.compile(rf"\b(?:{_ANY_QUESTION_WORD})\b", re.IGNORECASE)
_BARE_QUESTION_WORD: Final = re.compile(
    rf"(?:{_ANY_QUESTION_WORD})(?:\s+(?:exactly|else|old|many|long))?", re.IGNORECASE
)
_BORDER: Final = re.compile(
    # Of a text with single blanks. A run of marks is read from its first one only, not again from each.
    r"\s?(?:(?<![?!.;])[?!.;]+\s|(?<!\?)\?+|[,;]?\s\b(?:and|also|plus|&)\b(?:\s(?:also|then|like))?\s|[,;]\s?)"
    rf"(?=(?:{_ANY_QUESTION_WORD}|{_ANY_AUXILIARY})\b)"
    # Between two question marks, whatever the second question begins with.
    r"|(?<=\?)\s(?=[^?]+\?)",
    re.IGNORECASE,
)
_JOINED: Final = re.compile(r"(?:(?:and|but|ok|okay|so|then|also|yeah|hmm|wait|oh)\W+)+", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(?:what|how)\s+about\s+", re.IGNORECASE)
_GOES_ON: Final = re.compile(r"\b(?:and|but|so|then|also)\b", re.IGNORECASE)
"""What makes a name alone a question: "and erin" asks, "ok erin" and "oh wow" answer."""
_ASKS: Final = re.compile(
    rf"(?:(?:in|by|for|with|since|on|at|from|to|of|says)\s+)?(?:{_ANY_QUESTION_WORD}|{_ANY_AUXILIARY}|whos|whats|whens|wheres|hows|y)\b",
    re.IGNORECASE,
)
_LEANS: Final = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|their|that|this|those|these|ones?|else)\b|\b(?:there|then)$", re.IGNORECASE
)
_WHY: Final = re.compile(r"how come|what for|y", re.IGNORECASE)


def shows_a_question(text: str) -> bool:
    """Tell whether `text` has a question mark, a question word, or a sentence that begins with a verb as questions do.

    "so sad. he was only sixteen" shows none, though it may be near an answer.
    """
    said = [normalise(sentence).split() for sentence in sentences(text[:MAX_LENGTH])]
    return "?" in text or any(
        each[0] in ASKING_WORDS or not _MARKS_A_QUESTION.isdisjoint(each) for each in said if each
    )


def question_parts(text: str) -> list[str]:
    """Return the parts of a message that may be the question, the likeliest first; none for most short sentences.

    "but did he do it" has the part "did he do it";
    "so I was reading about this and wow. did he ever get out? thanks" has the part "did he ever get out?".
    """
    text = text[:MAX_LENGTH].strip(_EDGES)
    found = sentences(text)
    if len(found) == 1 and len(text.split()) < LONG_MESSAGE:
        joined = _JOINED.match(text)
        rest = text[joined.end() :] if joined else ""
        return [rest] if len(rest.split()) >= _SHORTEST_PART else []
    parts: dict[str, int] = {}
    for sentence in found:
        said = sentence.split()
        if len(said) < _SHORTEST_PART:
            continue
        heads = [at for at, word in enumerate(said) if _letters(word).lower() in ASKING_WORDS]
        likely = 2 * ("?" in sentence) + bool(heads and heads[0] == 0)
        # Whether there is a question mark at the end of the message makes no difference.
        if len(found) > 1 and (heads or "?" in sentence or sentence is found[-1]):
            parts[sentence] = likely
        marks = [at for at in heads[-3:] if at and len(said) - at > _SHORTEST_PART]
        parts.update({" ".join(said[at:]): likely for at in marks if len(said) >= LONG_SENTENCE})
    return sorted(parts, key=lambda part: -parts[part])[:_MAX_SENTENCES]


def combined_questions(text: str) -> tuple[str, ...]:
    """Split a message that asks several things into its questions.

    A question that is a bare question word takes over the rest of the one before:
    ``who was killed and when?`` gives ``who was killed`` and ``when was killed``.

    Args:
        text: a message, at most as long as Discord allows.

    Returns:
        From two to :data:`MAX_QUESTIONS` questions, or nothing where the text asks fewer or more.
    """
    if len(text) > LONGEST_COMBINED:
        return ()
    lines = (" ".join(line.split()) for line in text.split("\n"))
    parts = [part.strip(_PUNCTUATION) for part in _BORDER.split("\n".join(filter(None, lines)))]
    parts = [part for part in parts if part]
    if not 1 < len(parts) <= MAX_QUESTIONS:
        return ()
    asked = parts[:1]
    for part in parts[1:]:
        asked.append(_asked_of(part, asked[-1]) if _BARE_QUESTION_WORD.fullmatch(part) else part)
    return tuple(asked)


def _asked_of(question_word: str, question: str) -> str:
    """Ask something else of the same matter: ``when`` of ``who was killed`` is ``when was killed``."""
    opening = _QUESTION_WORD.search(question)
    return (
        f"{question_word}{question[opening.end() :]}".strip(_PUNCTUATION) if opening else f"{question_word} {question}"
    )


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What a member asks, without what joins it to the answer before, and two ways to say it in full.

    `leans`: it shows that it goes on from there. Otherwise it may stand by itself.
    """

    asked: str
    completed: tuple[str, str]
    leans: bool = True


def follow_up(text: str, previous: str, names: Container[str]) -> FollowUp | None:
    """Complete a question that leans on the one before; None where `text` is long or asks nothing.

    Args:
        text: what a member asks now.
        previous: the question that was answered before.
        names: the words of the names of people; one that is asked for now takes the place of those before, so that
            ``and erin?`` after ``Who is Jessica?`` is ``Who is erin``.
    """
    if len(text) > LONGEST_FOLLOW_UP:
        return None
    joined = _JOINED.match(text)
    asked = text[joined.end() :] if joined else text
    about = _ABOUT.match(asked)
    asked = (asked[about.end() :] if about else asked).strip(_PUNCTUATION)
    before = previous.strip(_PUNCTUATION)
    if _WHY.fullmatch(asked):
        asked = "why"
    if _BARE_QUESTION_WORD.fullmatch(asked):
        return FollowUp(asked, (f"{before} {asked}", _asked_of(asked, before)))
    if _ASKS.match(asked):
        return FollowUp(asked, (f"{before} {asked}",) * 2, leans=bool(joined or _LEANS.search(asked)))
    goes_on = about or "?" in text or (joined and _GOES_ON.search(joined[0]))
    if not asked or len(asked.split()) > LONGEST_NAME or not goes_on:
        return None
    kept = (word for word in before.split() if normalise(word) not in names)
    return FollowUp(asked, (f"{before} {asked}", f"{' '.join(kept)} {asked}"))


def sentences(text: str) -> list[str]:
    """Return the sentences of `text`, without the blanks around them."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def _letters(word: str) -> str:
    """Return the letters of `word`, which most words have alone."""
    return word if word.isalpha() else "".join(filter(str.isalpha, word))
