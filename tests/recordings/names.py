"""What is drawn at random, counted up or depends on the machine, as names that stay the same."""

import re
from collections.abc import Mapping
from importlib import metadata
from typing import Final

_SNOWFLAKE: Final = re.compile(r"(?<![0-9a-zA-Z])\d{17,19}(?![0-9a-zA-Z])")
_IN_36: Final = re.compile(r"(?<![0-9a-z])[0-9a-z]{11,13}(?![0-9a-z])")
"""Ids as they stand in the ids of controls, which have no room for more."""

_RANDOM: Final = re.compile(r"(?<![0-9a-zA-Z{.])(?:[0-9a-f]{12}|[0-9a-f]{16}|[0-9a-f]{32})(?![0-9a-zA-Z}])")
"""What ids of controls carry: of a question that was asked, of an edit that waits, of a form."""

_REFERENCE: Final = re.compile(
    r"(?<=reference )[0-9a-f]{6}\b|(?<=commit |digest )[0-9a-f]{8}\b|(?<=`)[0-9a-f]{6}(?:[0-9a-f]{2})?(?=`)"
)
"""Of an error, and the beginning of a commit's id and of a knowledge folder's digest."""

_TIME: Final = re.compile(r"<t:\d+")
_MOMENT: Final = re.compile(r"(?<=made on )\d{4}-\d\d-\d\dT[\d:]+\+00:00|(?<=\.before-)\d{8}-\d{6}")
"""When a backup was made, and when what it replaced was set aside."""

_PORT: Final = re.compile(r"(127\.0\.0\.1|localhost):\d{2,5}")
_ERROR: Final = re.compile(r"\[Errno -?\d+\]")
"""Platforms count errors differently."""


_STANDS_FOR: Final = re.compile(r"\{hex(\d+)\.\d+\}|\{[^{}]+\}")


class Names:
    """Gives each id its name: those that are known beforehand, the rest in the order in which they are met."""

    def __init__(self, places: Mapping[str, str] | None = None) -> None:
        """Start with what is known.

        Args:
            places: folders by their path, each with its name.
        """
        self._ids: Final[dict[str, str]] = {}
        self._counts: Final[dict[str, int]] = {}
        self._places: Final = dict(places or {})
        self._version: Final = re.compile(rf"(?<![\d.]){re.escape(metadata.version('casebot'))}(?![\d.])")

    def give(self, id_: int | str, name: str) -> None:
        """Name somebody or something that has an id."""
        self._ids[str(id_)] = name
        if str(id_).isdecimal():
            self._ids.setdefault(_in_36(int(id_)), name)

    def place(self, words: str, name: str) -> None:
        """Name a place, by the words that stand for it: a folder by its path, a port by its number."""
        self._places[words] = name

    def count(self, id_: int | str, kind: str) -> str:
        """Return the name of an id; one that is met for the first time gets the next number of its kind."""
        if str(id_) not in self._ids:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self.give(id_, f"{kind}{self._counts[kind]}")
        return self._ids[str(id_)]

    def tidy(self, text: str) -> str:
        """Put names into a text in the place of all that is not the same at every run."""
        for words in sorted(self._places, key=len, reverse=True):
            text = text.replace(words, self._places[words])
        text = _TIME.sub("<t:{time}", text)
        text = _SNOWFLAKE.sub(lambda found: f"{{{self.count(found[0], 'id')}}}", text)
        text = _IN_36.sub(lambda found: f"{{{self._ids[found[0]]}}}" if found[0] in self._ids else found[0], text)
        text = _RANDOM.sub(lambda found: f"{{{self.count(found[0], f'hex{len(found[0])}.')}}}", text)
        text = _REFERENCE.sub(lambda found: f"{{hex{len(found[0])}}}", text)
        text = _MOMENT.sub("{moment}", text)
        text = _ERROR.sub("[Errno]", text)
        text = _PORT.sub(r"\1:{port}", text)
        return self._version.sub("{version}", text)


def untidied(text: str) -> str:
    """Put something of the right form into a control's id in the place of each name."""
    return _STANDS_FOR.sub(lambda found: "0" * int(found[1]) if found[1] else "1", text)


def _in_36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits
