"""What the bot can say, out of its catalogue, held against what the recordings show."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from babel.messages.pofile import read_po

from tests.recordings.world import CATALOGUE

ELSEWHERE: Final[Mapping[str, str]] = {
    "hi, hello, hey, ": "what members say, and not the bot",
    "thanks, thank you, ": "what members say, and not the bot",
    "In the {days} days before: ": "drawn into a picture",
    "of {count} vote": "drawn into a picture",
    "about {count} years later": "drawn into a picture",
    "Known from somebody's words only": "drawn into a picture",
    "Reported by a source, with its date": "drawn into a picture",
    "leans on the answer before": "a follow-up, which no screen explains",
    "I look at the latest {count} questions only.": "takes thousands of questions",
    "Another change": "an edit gave way to a change that left no trace",
    "unknown reason": "the system has a word for every error that is met",
}
"""Beginnings of sentences that no recording shows, each with the reason."""


def unseen(recorded: str) -> list[str]:
    """List the sentences of the catalogue that no recording shows.

    Args:
        recorded: all recordings.
    """
    shown = "\n".join(re.sub(r"^[ |<!]*", "", line).removesuffix("\\") for line in recorded.lower().splitlines())
    return [sentence for sentence in _sentences() if not _pattern(sentence).search(shown)]


def _sentences() -> Iterator[str]:
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            yield from filter(None, message.id if isinstance(message.id, tuple) else (message.id,))


def _pattern(sentence: str) -> re.Pattern[str]:
    fixed = re.split(r"{\w+}", sentence.lower())
    return re.compile(r"[^\n]*".join(re.escape(part.strip(" ")) for part in fixed))
