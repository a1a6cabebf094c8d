"""The catalogues, checked against the code: nothing untranslated, nothing stale, nothing that cannot be filled in."""

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import zip_longest

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n.catalogue import LANGUAGES, SOURCE, _, known, ngettext, speak, speaking, spoken
from scripts.catalogues import BOT, FOLDER, template

OTHERS = [language for language in LANGUAGES if language != SOURCE]


@cache
def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(catalogue: Catalog) -> dict[str | tuple[str, ...], Message]:
    return {
        tuple(message.id) if message.pluralizable else str(message.id): message for message in catalogue if message.id
    }


def test_there_is_a_catalogue_for_each_language() -> None:
    assert sorted(file.stem for file in FOLDER.glob("*.po")) == sorted(OTHERS)


@pytest.mark.parametrize("language", OTHERS)
def test_it_has_what_the_code_says_and_nothing_else(language: str) -> None:
    assert texts(catalogue(language)).keys() == texts(template()).keys(), "run scripts/catalogues.py"


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_with_the_same_things_to_fill_in(language: str) -> None:
    for message in texts(catalogue(language)).values():
        said, meant = _forms(message.string), _forms(message.id)
        assert not message.fuzzy, message.id
        assert said, message.id
        assert all(said), message.id
        # A language may have more forms than English: the first is for one, the others are for many.
        for one, other in zip_longest(said, meant, fillvalue=meant[-1]):
            assert _names(one) == _names(other), message.id
            assert _markup(one) == _markup(other), message.id


_UNMARKED = {
    # Reasons for the log.
    "the channel is gone",
    "the message is gone",
    "the interaction has ended",
    "the thread is archived",
    "the thread is locked",
    "An unprompted answer",
    "Suggestions while typing",
    "A command that cannot be read",
    "The check of the knowledge files for moderators",
    "The digest for moderators",
    "The marking of corrected replies",
    "An event %s can't be read and is skipped; further ones aren't logged.",
    "message content intent",
    # Names of commands.
    "Find an answer",
    "Stop this answer",
    "faq check",
    "faq history",
    "faq show",
}
"""What is no text for people in chat, or is looked up by another call."""


def test_whatever_views_and_cogs_say_is_marked() -> None:
    """Every constant of two English words and more, but for docstrings, the log and assertions."""
    for file in (
        *(BOT / "chat").rglob("*.py"),
        BOT / "charts/stats.py",
    ):
        for node in _unmarked(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and re.search(r"[A-Za-z]{2,} [a-z]{2,}", str(node.value)):
                assert node.value in _UNMARKED, f"{file.name}:{node.lineno}"


def _unmarked(node: ast.AST) -> Iterator[ast.AST]:
    """Go through a tree, but not into what marks a text, nor what nobody reads in chat."""
    match node:
        case ast.Call(ast.Name("_" | "N_" | "ngettext" | "pgettext" | "NP_") | ast.Attribute(ast.Name("_log"))):
            return
        case ast.Expr(ast.Constant()) | ast.Assert():
            return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _unmarked(child)


def _forms(texts: str | Sequence[str] | None) -> Sequence[str]:
    """Return the forms of a text, of which one that depends on a number has several."""
    return (texts,) if isinstance(texts, str) else tuple(texts or ())


def _names(text: str) -> set[str]:
    return set(re.findall(r"{(\w*)}", text))


def _markup(text: str) -> list[str]:
    """Everything that means something to Discord, or to whoever types it."""
    return sorted(re.findall(r"`[^`]*`|\*\*|https?://[^\s>]+|^-# |^#+ |^- ", text, re.MULTILINE))


def test_a_language_is_spoken_for_a_block() -> None:
    with speaking("es-ES"):
        assert spoken() == "es"
        assert ngettext("{count} question", "{count} questions", 1).format(count=1) == "1 pregunta"
        assert ngettext("{count} question", "{count} questions", 2).format(count=2) == "2 preguntas"
    assert spoken() == SOURCE
    assert ngettext("{count} question", "{count} questions", 2).format(count=2) == "2 questions"


@given(st.text())
def test_what_the_bot_does_not_speak_is_english(code: str) -> None:
    with speaking("es"):
        speak(code)
        assert spoken() == (known(code) or SOURCE)
        assert spoken() in LANGUAGES


def test_a_text_of_nobody_is_left_as_it_is() -> None:
    with speaking("es"):
        assert _("no such text") == "no such text"
