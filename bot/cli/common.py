"""What several commands share: arguments, prompts, texts, plain output, the answerer and their error."""

import argparse
import contextlib
import datetime as dt
import os
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeAlias

from bot.cli.output import Terminal
from bot.config import Settings
from bot.errors import CasebotError
from bot.escaping import escaped, visible
from bot.folders import cache_dir, expand_home
from bot.knowledge.load import KnowledgeError, load
from bot.knowledge.model import KnowledgeBase
from bot.knowledge.scaffold import DraftError

if TYPE_CHECKING:
    from bot.answering.answerer import Answerer
    from bot.matching.vectors import Encoder

Subcommands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001 (it has no public name)
"""What argparse's `add_subparsers` returns, to which each group adds its commands."""


class CommandError(CasebotError):
    """The command cannot be carried out; the text says why and how to fix it."""


class InputEndedError(EOFError):
    """The input has ended at a prompt, as by Ctrl-D, before anything was written."""


def written_path(text: str) -> Path:
    """Return the path that an argument names, for argparse.

    Raises:
        ArgumentTypeError: it is empty, as where a script uses a variable that is not set; Path would name this folder.
        HomelessError: it starts with ``~``, but there is no home folder.
    """
    if not text:
        message = "the name is empty"
        raise argparse.ArgumentTypeError(message)
    return expand_home(Path(text))


def written_day(text: str) -> dt.date:
    """Return the day that an argument names, for argparse.

    Raises:
        ArgumentTypeError: it isn't a day.
    """
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        message = f"{text} isn't a day; write it as YYYY-MM-DD"
        raise argparse.ArgumentTypeError(message) from None


def typed(what: str, default: str | None = None, fits: Callable[[str], bool] = bool, otherwise: str = "") -> str:
    """Return what somebody types at a prompt; ask again until it fits.

    Args:
        what: the prompt.
        default: what an empty line stands for; None if something has to be typed.
        fits: whether what was typed will do.
        otherwise: what to say of what won't.

    Raises:
        InputEndedError: the input has ended.
    """
    prompt = escaped(f"{what}{f' [{default}]' if default else ''}: ")
    while True:
        try:
            text = input(prompt).strip()
        except EOFError:
            raise InputEndedError from None
        if not text and default is not None:
            return default
        if text and fits(text):
            return text
        if text:
            print_plain(otherwise, sys.stderr)


@contextlib.contextmanager
def named_by_no_place(headline: str) -> Iterator[None]:
    """Report the problems of what is in no file yet without their places, below a headline.

    Raises:
        DraftError: the block met problems.
    """
    try:
        yield
    except KnowledgeError as error:
        # The files have no problems, so these are those of the new lines, which are in no file yet.
        lines = [f"- {problem.unplaced}; {problem.fix}" for problem in error.problems]
        raise DraftError("\n".join([headline, *lines])) from None


def article_text(path: Path) -> str:
    """Return a source's text, with line feeds and without what is invisible, such as soft hyphens.

    Raises:
        CommandError: it is in a form in which the text stands among other things, such as HTML.
        UnusableError: it is too large, empty, or no text.
        OSError: it cannot be read.
    """
    from bot.importing import files  # noqa: PLC0415 (few commands read a text)
    from bot.importing.decoding import LARGEST, decoded  # noqa: PLC0415 (as above)

    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    message = f"{path.name} isn't plain text. Copy its text into an editor, and save it as .txt or .md, in UTF-8."
    if files.has_another_form(path):
        raise CommandError(message)
    text, encoding = decoded(raw, path.name)
    if files.is_page(text):
        raise CommandError(message)
    if not encoding.startswith("UTF-"):
        print_plain(f"{path.name} was read as {encoding}.", sys.stderr)
    return visible(text)


def command_line(folder: Path, *words: str) -> str:
    """Return a command on a knowledge folder, as it is to be typed: ``casebot --knowledge 'my bot' check``."""
    name = str(folder)
    if not re.fullmatch(r"[\w./:\\~+@-]+", name):
        name = f'"{name}"' if os.name == "nt" else shlex.quote(name)
    return " ".join(("casebot --knowledge", name, *words))


def command_here(options: argparse.Namespace, *words: str) -> str:
    """Return a command that reads the same knowledge as the present one, as it is to be typed."""
    return command_line(options.knowledge, *words) if options.knowledge else " ".join(("casebot", *words))


def print_plain(text: str, file: TextIO | None = None) -> None:
    """Print a text without markup, escaped for a terminal; by default to standard output."""
    Terminal(file, soft_wrap=True).print(text)


def build_answerer(settings: Settings) -> "Answerer":
    """Load the knowledge files and return an answerer for them.

    Raises:
        KnowledgeError: the files have problems.
    """
    return answerer_factory(settings)(load(settings.knowledge))


def answerer_factory(settings: Settings) -> "Callable[[KnowledgeBase], Answerer]":
    """Return a function that builds an answerer as configured. It caches what the matcher learns on disk."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 (it limits the libraries that are loaded by then)

    from bot.answering.answerer import Answerer  # noqa: PLC0415 (numpy, which commands that only read files don't need)
    from bot.matching.cache import folder_for  # noqa: PLC0415 (as above)

    # The matcher's arrays are small: BLAS's threads would wait for one another more than they compute, especially when
    # another process, or a reload during answers, needs the cores too.
    threadpool_limits(1, "blas")
    cache = cache_dir()
    return partial(
        Answerer,
        encoder=_encoder(settings, cache),
        cache=cache and folder_for(cache / "matcher", _home(settings)),
        lexical_only=settings.matcher == "lexical",
    )


def _home(settings: Settings) -> str:
    """Return where the knowledge is, which tells the bots of a user apart."""
    if settings.knowledge_git:
        return f"{settings.knowledge_git} {settings.knowledge_git_branch} {settings.knowledge_git_folder}"
    # Not the target of a link: a deployment may put another folder under the same name.
    return str(settings.knowledge.absolute())


def _encoder(settings: Settings, cache: Path | None) -> "Encoder | None":
    """Return the sentence model to use in place of the matcher's own word vectors, or None."""
    if settings.matcher != "semantic":
        return None
    from bot.matching.sentence_model import sentence_vectors  # noqa: PLC0415 (seldom used, slow to import)

    return sentence_vectors(settings.semantic_model, cache=cache)
