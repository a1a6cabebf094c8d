"""The values that go into a matcher and come out of it. All frozen; none knows Discord or the knowledge base."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Literal

Tier = Literal["lexical", "static", "semantic"]
"""How texts are compared: by their words alone, by word vectors too, or by a sentence model as well."""

_NOTHING: Mapping[str, str] = MappingProxyType({})


class Outcome(StrEnum):
    """What to do with a question."""

    ANSWER = "answer"
    NOT_COVERED = "not_covered"
    SUGGEST = "suggest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Target:
    """An entry as the matcher sees it.

    `covered` is false for an entry that says that the source does not say; `unless` are words or terms that rule the
    entry out when the question holds one of them; `answer` is what it says, without marks.
    """

    id: str
    phrasings: tuple[str, ...]
    covered: bool = True
    unless: tuple[str, ...] = ()
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words that moderators teach the matcher.

    `synonyms` are groups of words or terms of several words that mean the same, e.g. ("new york city", "nyc");
    `chat_speak` maps a word to what it stands for, e.g. "wat" to "what"; `stop_words` carry no content; `fillers` are
    words or terms that are passed over as if they were not there, e.g. "lol" and "just curious"; `strangers` are words
    that are never read as a misspelling of another, e.g. the names of people whom the FAQ is not about; `epithets` are
    groups of a name's forms and of terms that may stand for it, e.g. (("anna smith", "anna"), ("the mayor",)).
    """

    synonyms: tuple[tuple[str, ...], ...] = ()
    chat_speak: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    stop_words: frozenset[str] = frozenset()
    fillers: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()
    epithets: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the decision is fitted to besides what many FAQs have taught.

    `questions` are pairs of a question and the entry it must reach, None for one that must not be answered. Where they
    are many beside the phrasings, they count as phrasings too, unless `as_phrasings` is false: then it can be asked
    how a matcher does with questions that it has not seen.
    """

    questions: tuple[tuple[str, str | None], ...] = ()
    as_phrasings: bool = True


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Scores (0..1) from which a question is answered or suggestions are shown, and the least lead over the runner-up.

    `lead` is in units of probability: that of the best entry less that of the second.
    """

    answer: float
    suggest: float
    lead: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry and how well it fits, 0..1."""

    entry: str
    score: float


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A word of the question that the best entry knows, and its share of the question's weight, 0..1."""

    word: str
    weight: float


@dataclass(frozen=True, slots=True)
class Repair:
    """What became of one typed word: `(typed,)`, another word, two for a lost blank; one for two with a stray blank."""

    typed: str
    words: tuple[str, ...]


class ReasonCode(Enum):
    """Why a question has its outcome."""

    NO_WORDS = auto()
    """There are no words to go by."""

    FOREIGN = auto()
    """Most of the words are neither English nor the FAQ's."""

    TOO_LOW_TO_SUGGEST = auto()
    TOO_LOW_TO_ANSWER = auto()
    STATEMENT = auto()
    """It asks nothing."""

    BOTH = auto()
    """Two entries are about equally likely, and both are answered."""

    SURE = auto()
    NOT_COVERED = auto()
    """The best entry says that the source does not say."""

    FOLLOW_UP = auto()
    """The answer before makes an entry near it likely enough."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a question has its outcome, with the figures that decided.

    `score` is the best entry's, `needed` what it must reach; `chances` are the probabilities of the entries that
    the reason names, best first. What a code says nothing of is 0 or empty.
    """

    code: ReasonCode
    score: float = 0.0
    needed: float = 0.0
    chances: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """The second entry, beside the best: `chance` is its probability, `similarity` that of its nearest phrasing."""

    entry: str
    score: float
    chance: float
    similarity: float
    best_chance: float
    best_similarity: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question was decided as it was, for moderators; surfaces put it into words.

    Of the question's words, by weight, the FAQ knows a share `coverage` and the best entry has a share `held`, 0..1.
    """

    question: str
    reason: Reason
    repairs: tuple[Repair, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    matched: tuple[MatchedWord, ...] = ()
    unknown: tuple[str, ...] = ()
    nearest_phrasing: str = ""
    similarity: float = 0.0
    probability: float = 0.0
    coverage: float = 0.0
    held: float = 0.0
    runner_up: RunnerUp | None = None
    ruled_out: tuple[str, ...] = ()
    thresholds: Thresholds | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a question, the entries it may mean (best first) and why.

    `tied` tells that the first two are about equally likely, and that both are to be answered.
    """

    outcome: Outcome
    candidates: tuple[Candidate, ...]
    explanation: Explanation
    tied: bool = False
