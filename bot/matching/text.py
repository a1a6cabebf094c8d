"""Chat text to words: what a member typed, without what carries no meaning for matching.

Every function is pure and total: any `str` is accepted, lone surrogates included, and the time taken is linear in its
length, which is cut at `MAX_LENGTH` characters.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

MAX_LENGTH: Final = 4_000
"""Characters of a message that are read; Discord's own limit for members with Nitro."""

_SIGNS = frozenset("`/.<:")
"""One of these is in every code block, link, emoji, tone tag and markup of Discord."""
_CODE_BLOCK = re.compile(r"```(?:(?!```).)*(?:```)?", re.DOTALL)
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_DISCORD_MARKUP = re.compile(r"<(?:a?:(\w{1,32}):|[@#][!&]?|t:-?|/[^:<>]{0,100}:)\d+(?::\w)?>")
_EMOJI = re.compile(r":[a-z][a-z0-9_+-]{1,31}:", re.IGNORECASE)
_TONE_TAG = re.compile(r"(?<!\S)/(?:s|srs|nsrs|gen|genq|j|hj|lh|nm|p|r|pos|neg)(?!\S)", re.IGNORECASE)
_DICTATED = re.compile(r"\squestion mark\W*$", re.IGNORECASE)
_WHERE = re.compile(
    r"((?:^|[.!?,;\n]) {0,3}(?:(?:so|and|but|ok|hey|yo) )?)(?:were|wear|ware)"
    r"(?= (?:is|are|was|were|do|does|did|can|will|has|have)\b)"
)
"""Where a question begins, no other word that sounds like "where" has an auxiliary after it."""
_TAG = re.compile(r"[#@](\w+)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])|_+")
_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u201b\u2032\u02bc\u00b4`\uff07", "'"))
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
    "café" is "cafe"; code blocks, links, emoji codes, tone tags ("/gen"), a dictated "question mark" and Discord's
    `<@id>` markup dropped; `#SaveOurPark` and `@AnnaSmith` split into words; contractions written out; runs of three or
    more of a letter cut to two; "were is", where a question begins, is "where is".
    """
    text = text[:MAX_LENGTH].encode("utf-8", "ignore").decode("utf-8")
    # Most texts have no such sign: the searches would take longer than all the rest.
    if not _SIGNS.isdisjoint(text):
        text = _DISCORD_MARKUP.sub(" ", _LINK.sub(" ", _CODE_BLOCK.sub(" ", text)))
        text = _TONE_TAG.sub(" ", _EMOJI.sub(" ", text))
    text = _DICTATED.sub(" ", text)
    if text.isascii():
        text = _tags_split(text.translate(_CONTROLS)).lower()
    else:
        # Before NFKC, which makes a blank and a combining mark of an acute accent.
        text = _tags_split(unicodedata.normalize("NFKC", text.translate(_APOSTROPHES))[:MAX_LENGTH])
        folded = unicodedata.normalize("NFD", text.casefold())
        kept = "".join(char for char in folded if char in "\n\t\r" or unicodedata.category(char) not in _DROPPED)
        text = unicodedata.normalize("NFC", kept)[:MAX_LENGTH]
    text = _WHERE.sub(r"\1where", _LONG_RUN.sub(r"\1\1", text))
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
    """Return the words of `text`, normalized, with chat-speak ("wat", "u") replaced by what it stands for."""
    return [part for word in normalise(text).split() for part in chat_speak.get(word, word).split()]
