"""What several commands need: the settings' matcher, plain output, and an end with a reason."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TextIO, TypeAlias

from bot.answering.answerer import Answerer
from bot.cli.output import Terminal
from bot.config import Settings
from bot.errors import CasebotError
from bot.folders import cache_dir
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.matching.vectors import Encoder

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (it has no public name)
"""What groups of commands are added to."""


class CommandError(CasebotError):
    """The command cannot be carried out; its text says why, and the mend."""


def say(text: str, file: TextIO | None = None) -> None:
    """Print a text as it is, by default to standard output."""
    Terminal(file, soft_wrap=True).print(text)


def build_answerer(settings: Settings) -> Answerer:
    """Read the knowledge files, and return what answers out of them.

    Raises:
        KnowledgeError: they have problems.
    """
    return answerers(settings)(load(settings.knowledge))


def answerers(settings: Settings) -> Callable[[KnowledgeBase], Answerer]:
    """Return what builds the Answerer of a knowledge base as the settings want it, keeping what it has learnt."""
    cache = cache_dir()
    return partial(
        Answerer,
        encoder=_encoder(settings, cache),
        cache=cache and cache / "matcher",
        lexical_only=settings.matcher == "lexical",
    )


def _encoder(settings: Settings, cache: Path | None) -> Encoder | None:
    """Return what takes the place of the matcher's own word vectors, None for these."""
    if settings.matcher != "semantic":
        return None
    from bot.matching.sentence_model import sentence_vectors  # noqa: PLC0415 (most do without it)

    return sentence_vectors(settings.semantic_model, cache=cache)
