"""Generated short questions, of the kind people ask a help desk, a shop, moderators or about a news story.

A question is a template (templates.txt) whose marks are filled with words of one subject (subjects.txt):
{v} and {v2} verbs, {g} the verb's -ing form, {n} and {n2} nouns, {a} an adjective, {d} a determiner, {a1} "a" or "an".
"""

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

HERE: Final = Path(__file__).parent
DETERMINERS: Final = ("my", "my", "the", "the", "a", "your", "his", "this", "our", "a")
"""As often as they are drawn; "a" becomes "an" before a vowel."""
DOUBLED: Final = frozenset({"get", "set", "stop", "cut", "quit", "ban", "skip", "pin", "plan", "split", "chat", "ship"})
"""Verbs that double their last letter before -ing."""
CARRIERS: Final = 3
"""Questions made of the same core: the teacher's vectors then tell how much the template matters."""


class Subject(NamedTuple):
    """Words that can stand together in a question."""

    nouns: Sequence[str]
    verbs: Sequence[str]
    adjectives: Sequence[str]


def lines(path: Path) -> list[str]:
    """Return the lines of a list, without blank ones and comments."""
    return [line for line in path.read_text("utf-8").splitlines() if line and not line.startswith("#")]


def sections(path: Path) -> dict[str, list[str]]:
    """Return the lines under every [heading] of a list."""
    found: dict[str, list[str]] = {}
    under: list[str] = []
    for line in lines(path):
        if line.startswith("[") and line.endswith("]"):
            under = found.setdefault(line[1:-1], [])
        else:
            under.append(line)
    return found


def subjects() -> list[Subject]:
    """Return the hand-written subjects."""
    parts = sections(HERE / "subjects.txt")
    names = dict.fromkeys(heading.partition(":")[0] for heading in parts)
    return [Subject(parts[f"{n}: nouns"], parts[f"{n}: verbs"], parts[f"{n}: adjectives"]) for n in names]


def gerund(verb: str) -> str:
    """Return the verb, which may have words behind it, in its -ing form: sign out -> signing out."""
    first, blank, rest = verb.partition(" ")
    if first.endswith("ie"):
        stem = first[:-2] + "y"
    elif first.endswith("e") and not first.endswith("ee"):
        stem = first[:-1]
    else:
        stem = first + first[-1] if first in DOUBLED else first
    return f"{stem}ing{blank}{rest}"


class Generator:
    """An endless source of questions about `about`, the same for the same seed."""

    def __init__(self, seed: int, about: Sequence[Subject]) -> None:
        self._random = random.Random(seed)
        self._about = about
        templates = sections(HERE / "templates.txt")
        self._with_verb = templates["with a verb"]
        self._with_noun = templates["with a noun"]
        self._with_adjective = templates["with an adjective"]
        self._openings = templates["opening"]
        self._endings = templates["ending"]

    def take(self, count: int) -> list[str]:
        """Return `count` different questions."""
        found: dict[str, None] = {}
        while len(found) < count:
            found.update(dict.fromkeys(self._one_core()))
        return list(found)[:count]

    def _one_core(self) -> Iterator[str]:
        """Yield a verb or a noun under several templates of one kind."""
        subject = self._random.choice(self._about)
        noun, verb = self._random.choice(subject.nouns), self._random.choice(subject.verbs)
        kind = self._random.choices((self._with_verb, self._with_noun, self._with_adjective), (50, 35, 15))[0]
        for _ in range(CARRIERS):
            yield self._dressed(self._filled(self._random.choice(kind), noun, verb, subject))

    def _filled(self, template: str, noun: str, verb: str, subject: Subject) -> str:
        """Return the template with words in the place of its marks."""
        article = "an" if noun[0] in "aeiou" else "a"
        determiner = self._random.choice(DETERMINERS)
        return template.format(
            v=verb,
            g=gerund(verb),
            n=noun,
            v2=self._random.choice(subject.verbs),
            n2=self._random.choice(subject.nouns),
            a=self._random.choice(subject.adjectives),
            d=article if determiner == "a" else determiner,
            a1=article,
        )

    def _dressed(self, question: str) -> str:
        """Return the question, sometimes with a greeting, a tail or a question mark."""
        if self._random.random() < 0.15:
            question = f"{self._random.choice(self._openings)} {question}"
        if self._random.random() < 0.15:
            question = f"{question} {self._random.choice(self._endings)}"
        return question + "?" if self._random.random() < 0.25 else question


def from_words(count: int, seed: int, pools: Mapping[str, tuple[Sequence[str], Sequence[float]]]) -> list[str]:
    """Return questions of other templates, each mark (n, v, a) filled with any word of its weighted pool."""
    rng = random.Random(seed)
    templates = sections(HERE / "templates.txt")["of WordNet's words"]

    def word(mark: re.Match[str]) -> str:
        words, cumulative = pools["compound" if mark[1] == "n" and rng.random() < 0.2 else mark[1]]
        return rng.choices(words, cum_weights=cumulative)[0]

    def one() -> str:
        return re.sub(r"\{(\w)\}", word, rng.choice(templates)) + ("?" if rng.random() < 0.3 else "")

    return [one() for _ in range(count)]
