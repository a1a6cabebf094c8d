"""The sentences and words that the vectors are trained on; docs/vectors.md tells where they come from."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from questions import Generator, Subject, from_words, subjects

SEED: Final = 0
TOKEN: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
WORD: Final = re.compile(r"[a-z]+|\d{1,2}|(19|20)\d\d|\d+(st|nd|rd|th|am|pm|k|g)")
SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
LONGEST: Final = 24
LONGEST_DEFINITION: Final = 20
"""Words of a sentence, of a definition."""
LONGEST_WORD: Final = 20
WHOLE_MESSAGE: Final = 12
"""Words of a message that is not split into sentences."""
TRAINED_WORDS: Final = 50_000


class WordNet(NamedTuple):
    """What is taken from WordNet."""

    lemmas: set[str]
    definitions: list[str]
    examples: list[str]
    tagged: Counter[tuple[str, str]]
    """How often (lemma, part of speech: 1 noun, 2 verb, 3 adjective ...) was met in the sense-tagged texts."""


class Sentence(NamedTuple):
    """A sentence and what kind of source it is from."""

    source: str
    text: str


def tokens(text: str) -> list[str]:
    """Return the lower-case words; an apostrophe inside a word is dropped: what's -> whats."""
    plain = text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("`", "'")
    return [word.replace("'", "") for word in TOKEN.findall(plain)]


def read_wordnet(folder: Path) -> WordNet:
    """Read WordNet's database files."""
    found = WordNet(set(), [], [], Counter())
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text("latin-1").splitlines():
            if line.startswith("  "):  # the license at the top of each file
                continue
            head, _, gloss = line.partition(" | ")
            fields = head.split()
            for number in range(int(fields[3], 16)):
                found.lemmas.add(re.sub(r"\(.*?\)", "", fields[4 + 2 * number]).replace("_", " ").lower())
            found.examples.extend(re.findall(r'"([^"]+)"', gloss))
            definition = re.sub(r'"[^"]*"|\([^)]*\)', "", gloss)
            found.definitions.append(" ".join(definition.split()).strip(" ;,").split(";")[0].strip())
    for line in (folder / "index.sense").read_text("latin-1").splitlines():
        key, _, _, count = line.split()
        lemma, _, sense = key.partition("%")
        found.tagged[lemma.replace("_", " "), sense[0]] += int(count)
    return found


def read_chat(raw: Path) -> list[str]:
    """Return the messages of the two conversational sources, long ones split into sentences."""
    found: list[str] = []
    conversations = json.loads((raw / "chitchat_dataset" / "dataset.json").read_text("utf-8"))
    for conversation in conversations.values():
        for turn in conversation["messages"]:
            for message in turn:
                words = message["text"].split()
                text = " ".join(words)
                found.extend(SENTENCE_END.split(text) if len(words) > WHOLE_MESSAGE else [text])
    for path in sorted((raw / "chatterbot_corpus" / "data" / "english").glob("*.yml")):
        for line in path.read_text("utf-8").splitlines():
            if item := re.match(r"\s*-\s+(?:-\s+)?(.+)", line):
                found.extend(SENTENCE_END.split(item[1].strip().strip("\"'")))
    return found


def pools(wordnet: WordNet, counts: Counter[str]) -> dict[str, tuple[list[str], list[float]]]:
    """Return WordNet's nouns, verbs and adjectives with cumulative weights: by frequency, common ones damped."""
    found: dict[str, tuple[list[str], list[float]]] = {}
    for mark, digit in (("n", "1"), ("v", "2"), ("a", "3")):
        weights = {
            lemma: (min(count, 30) + min(counts[lemma], 60) ** 0.75) ** 0.6
            for (lemma, part), count in wordnet.tagged.items()
            if part == digit and lemma.isalpha() and lemma.islower() and count + counts[lemma]
        }
        found[mark] = (list(weights), list(accumulate(weights.values())))
    compounds = [
        lemma
        for lemma, part in wordnet.tagged
        if part == "1" and " " in lemma and lemma.replace(" ", "").isalpha() and lemma.islower()
    ]
    found["compound"] = (compounds, list(accumulate([1.0] * len(compounds))))
    return found


def generated(wordnet: WordNet, counts: Counter[str]) -> list[str]:
    """Return the generated questions: of any words, of the hand-written subjects, of groups of WordNet's words."""
    rng = random.Random(SEED)
    weighted = pools(wordnet, counts)
    groups = [
        Subject(
            *(
                rng.choices(weighted[mark][0], cum_weights=weighted[mark][1], k=size)
                for mark, size in (("n", 20), ("v", 12), ("a", 8))
            )
        )
        for _ in range(4_000)
    ]
    return [
        *from_words(110_000, SEED, weighted),
        *Generator(1, subjects()).take(210_000),
        *Generator(3, groups).take(70_000),
    ]


def sentences(raw: Path, wordnet: WordNet) -> list[Sentence]:
    """Return all sentences of fit length, each once, shuffled."""
    messages = read_chat(raw)
    counts = Counter(word for text in messages + wordnet.examples for word in dict.fromkeys(tokens(text)))
    sources = (
        ("chat", messages, LONGEST),
        ("example", wordnet.examples, LONGEST),
        ("definition", wordnet.definitions, LONGEST_DEFINITION),
        ("generated", generated(wordnet, counts), LONGEST),
    )
    found: dict[str, Sentence] = {}
    for source, texts, most in sources:
        for text in texts:
            key = " ".join(tokens(text))
            if key and text.isascii() and 2 <= len(text.split()) <= most:  # one word is no sentence
                found.setdefault(key, Sentence(source, text))
    shuffled = list(found.values())
    random.Random(SEED).shuffle(shuffled)
    return shuffled


def vocabulary(corpus: Iterable[Sentence], wordnet: WordNet, listed: list[str]) -> dict[str, float]:
    """Return the words to train, commonest first, with pseudo-counts.

    A pseudo-count is the count in the corpus and in WordNet's tagged texts, and a Zipf curve over the words `listed` in
    the order of their frequency. Generated questions do not count: their words are as frequent as we made them.
    """
    rank = {word: number for number, word in enumerate(listed)}
    score: Counter[str] = Counter()
    halves: Counter[str] = Counter()
    for sentence in corpus:
        if sentence.source != "generated":
            for word in tokens(sentence.text):
                halves[word] += 1 if sentence.source == "definition" else 2
    for (lemma, _), count in wordnet.tagged.items():
        if lemma.isalpha():
            score[lemma] += count
    total = {
        word: halves[word] / 2
        + score[word]
        + (6_000 / (rank[word] + 200) if word in rank else 0)
        + (0.5 if word in wordnet.lemmas else 0)
        for word in {*listed, *halves, *score}
    }
    kept = [w for w, count in total.items() if count >= 1 and len(w) <= LONGEST_WORD and WORD.fullmatch(w)]
    kept.sort(key=lambda word: (-total[word], word))
    return {word: total[word] for word in kept[:TRAINED_WORDS]}
