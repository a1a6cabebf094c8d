"""What every FAQ is taught of the English of chats, beside its own words, and messages that no FAQ answers."""

from functools import cache
from importlib.resources import files
from typing import Final

import yaml

from bot.matching.types import Lexicon

_DATA: Final = files("bot.matching").joinpath("data")


@cache
def everyday() -> Lexicon:
    """Return the short forms, stop words and fillers that the package carries."""
    taught = yaml.safe_load(_DATA.joinpath("everyday.yaml").read_text("utf-8"))
    return Lexicon(
        chat_speak=taught["chat_speak"], stop_words=frozenset(taught["stop_words"]), fillers=tuple(taught["fillers"])
    )


def with_everyday(lexicon: Lexicon) -> Lexicon:
    """Return `lexicon` with what every FAQ is taught; what it says itself comes first."""
    taught = everyday()
    return Lexicon(
        synonyms=lexicon.synonyms,
        chat_speak={**taught.chat_speak, **lexicon.chat_speak},
        stop_words=taught.stop_words | lexicon.stop_words,
        fillers=tuple(dict.fromkeys((*lexicon.fillers, *taught.fillers))),
        strangers=lexicon.strangers,
        epithets=lexicon.epithets,
    )


@cache
def general_messages() -> tuple[str, ...]:
    """Return messages that people send in chats and that no FAQ answers, whatever it is about."""
    return tuple(_DATA.joinpath("general_messages.txt").read_text("utf-8").splitlines())
