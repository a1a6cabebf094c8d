"""Chat text to words: what a member typed, without what carries no meaning for matching.

Every function is pure and total: any `str` is accepted, lone surrogates included, and the time taken is linear in its
length, which is cut at `MAX_LENGTH` characters.
"""

import re
import string
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Final

MAX_LENGTH: Final = 4_000
"""Characters of a message that are read; Discord's own limit for members with Nitro."""

_SIGNS = frozenset("`/.<")
"""One of these is in every code block, link and markup of Discord."""
_CODE_BLOCK = re.compile(r"```(?:(?!```).)*(?:```)?", re.DOTALL)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_DISCORD_MARKUP = re.compile(r"<(?:a?:(\w{1,32}):|[@#][!&]?|t:-?|/[^:<>]{0,100}:)\d+(?::\w)?>")
_TAG = re.compile(r"[#@](\w+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|_+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u00b4`\uff07", "'"))
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127]) | {ord("`"): "'"}
_DROPPED = frozenset({"Mn", "Cf", "Cc"})
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")

_NOT: Final = {
    "can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not", "ain't": "is not",
}  # fmt: skip
_ENDINGS: Final = (
    ("n't", " not"),
    ("'re", " are"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("'m", " am"),
    ("'d", " would"),
)
_IS_AFTER: Final = frozenset(["what", "who", "where", "when", "why", "how", "that", "it", "he", "she", "there", "here"])
_BARE: Final = {
    bare: full
    for word in ["do", "does", "did", "is", "are", "was", "were", "has", "have", "had", "could", "would", "should"]
    for bare, full in ((f"{word}nt", f"{word} not"),)
} | {
    "cant": "can not", "wont": "will not", "aint": "is not", "im": "i am", "ive": "i have", "whats": "what is",
    "whos": "who is", "wheres": "where is", "whens": "when is", "hows": "how is", "thats": "that is",
    "theres": "there is", "hes": "he is", "shes": "she is", "theyre": "they are", "youre": "you are",
    "theyve": "they have",
}  # fmt: skip


def normalise(text: str) -> str:
    """Return `text` folded for comparison: one line, lower case, words and blanks and little else.

    NFKC and casefold; format characters (zero-width, bidi) and combining marks removed, so "Z̸a̷l̶g̵o̴" is "zalgo" and
    "café" is "cafe"; code blocks, links and Discord's `<@id>` markup dropped; `#SaveOurPark` and `@AnnaSmith`
    split into words; contractions written out; runs of three or more of a letter cut to two.
    """
    text = text[:MAX_LENGTH].encode("utf-8", "ignore").decode("utf-8")
    # Most texts have no such sign: the searches would take longer than all the rest.
    if not _SIGNS.isdisjoint(text):
        text = _DISCORD_MARKUP.sub(" ", _LINK.sub(" ", _CODE_BLOCK.sub(" ", text)))
    if text.isascii():
        text = _tags_split(text.translate(_CONTROLS)).lower()
    else:
        text = _tags_split(unicodedata.normalize("NFKC", text)[:MAX_LENGTH].translate(_APOSTROPHES))
        folded = unicodedata.normalize("NFD", text.casefold())
        kept = "".join(char for char in folded if char in "\n\t\r" or unicodedata.category(char) not in _DROPPED)
        text = unicodedata.normalize("NFC", kept)[:MAX_LENGTH]
    text = _LONG_RUN.sub(r"\1\1", text)
    return " ".join(part for word in _WORD.findall(text) for part in _write_out(word))


def _tags_split(text: str) -> str:
    """Return `text` with hashtags and handles split into words where capitals, digits or underscores show them."""
    if "#" not in text and "@" not in text:
        return text
    return _TAG.sub(lambda match: " " + _CAMEL.sub(" ", match[1]) + " ", text)


def _write_out(word: str) -> list[str]:
    """Return the words that `word` stands for: "didn't" is "did", "not"; "thomas's" is "thomas"."""
    if word in _BARE:
        return _BARE[word].split()
    if "'" not in word:
        return [word]
    if word in _NOT:
        return _NOT[word].split()
    for ending, full in _ENDINGS:
        if word.endswith(ending) and len(word) > len(ending):
            return [word[: -len(ending)].replace("'", ""), full.strip()]
    if word.endswith("'s"):
        owner = word[:-2]
        return [owner, "is"] if owner in _IS_AFTER else [owner.replace("'", "")]
    return [word.replace("'", "")]


def words(text: str, chat_speak: Mapping[str, str]) -> list[str]:
    """Return the words of `text`, normalised, with chat-speak ("wat", "u") replaced by what it stands for."""
    return [part for word in normalise(text).split() for part in chat_speak.get(word, word).split()]


_EDGES = string.punctuation + string.whitespace
_SENTENCE_END = re.compile(r"(?<=[.!?;:\u2026])\s+|\n+|(?<!\s)\s+\.\.+\s*|\.{2,}\s*")
_ASKING: Final = frozenset(
    [
        "who",
        "whos",
        "whose",
        "whom",
        "what",
        "whats",
        "which",
        "when",
        "where",
        "wheres",
        "why",
        "how",
        "hows",
        "wat",
        "wut",
        "wen",
        "y",
        "did",
        "does",
        "do",
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "can",
        "could",
        "will",
        "would",
        "should",
        "tell",
        "explain",
        "show",
        "list",
        "give",
        "describe",
        "define",
        "name",
        "summarize",
        "summarise",
        "any",
    ]
)
_MARKS_A_QUESTION: Final = frozenset(
    ["who", "whose", "whom", "what", "which", "when", "where", "why", "how", "whether"]
)
_STARTS_A_STATEMENT: Final = frozenset(
    [
        "i",
        "we",
        "he",
        "she",
        "it",
        "they",
        "you",
        "this",
        "that",
        "these",
        "those",
        "there",
        "my",
        "your",
        "his",
        "her",
        "our",
        "their",
        "im",
        "ive",
        "hes",
        "shes",
        "theyre",
        "youre",
        "lol",
        "omg",
        "free",
        "rip",
    ]
)
LONG_MESSAGE: Final = 14
"""Words from which a message is searched for the sentence that asks."""
LONG_SENTENCE: Final = 26
"""Words from which a sentence is searched for the clause that asks."""
_MOST_PARTS: Final = 4
_SHORTEST_PART: Final = 2


def asks(said: Sequence[str]) -> bool:
    """Tell whether these words may be a question or a search: with a question word, or not begun like a statement."""
    return not said or said[0] not in _STARTS_A_STATEMENT or not _MARKS_A_QUESTION.isdisjoint(said)


def shows_a_question(text: str) -> bool:
    """Tell whether `text` has a question mark, a question word, or a sentence that begins with a verb as questions do.

    "so sad. he was only sixteen" shows none, though it may be near an answer.
    """
    sentences = [normalise(sentence).split() for sentence in _sentences(text[:MAX_LENGTH])]
    return "?" in text or any(
        said[0] in _ASKING or not _MARKS_A_QUESTION.isdisjoint(said) for said in sentences if said
    )


def question_parts(text: str) -> list[str]:
    """Return the parts of a message that may be the question, the likeliest first; none for a short sentence.

    "so I was reading about this and wow. did he ever get out? thanks" has the part "did he ever get out?".
    """
    text = text[:MAX_LENGTH].strip(_EDGES)
    sentences = _sentences(text)
    if len(sentences) == 1 and len(text.split()) < LONG_MESSAGE:
        return []
    parts: dict[str, int] = {}
    for sentence in sentences:
        said = sentence.split()
        if len(said) < _SHORTEST_PART:
            continue
        heads = [at for at, word in enumerate(said) if _letters(word).lower() in _ASKING]
        likely = 2 * ("?" in sentence) + bool(heads and heads[0] == 0)
        # Whether there is a question mark at the end of the message makes no difference.
        if len(sentences) > 1 and (heads or "?" in sentence or sentence is sentences[-1]):
            parts[sentence] = likely
        marks = [at for at in heads[-3:] if at and len(said) - at > _SHORTEST_PART]
        parts.update({" ".join(said[at:]): likely for at in marks if len(said) >= LONG_SENTENCE})
    return sorted(parts, key=lambda part: -parts[part])[:_MOST_PARTS]


def _sentences(text: str) -> list[str]:
    """Return the sentences of `text`, without the blanks around them."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def _letters(word: str) -> str:
    """Return the letters of `word`, which most words have alone."""
    return word if word.isalpha() else "".join(filter(str.isalpha, word))
