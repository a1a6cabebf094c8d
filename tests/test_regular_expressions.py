"""No regular expression of the bot can be made to work for more than a linear time by what somebody writes."""

import ast
import builtins
import importlib
import pkgutil
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import pytest

import bot
from tests.backtracking import Growth, TooLargeError, Use

BOUNDED: Final = {
    "bot.chat.screens.corrected._BESIDE": "it reads the bot's own replies, at most 4,000 characters each",
    "bot.i18n.messages._PATTERNS": "`say` passes over what is longer than LONGEST, and a millisecond reads that",
    "bot.knowledge.quotations._AFTER": "it reads the _NEAR first characters after a quotation in an editor's text",
    "bot.knowledge.quotations._BEFORE": "it reads the _NEAR last characters before a quotation in an editor's text",
    "bot.importing.prose._FENCE": "each repetition is bounded",
    "bot.importing.prose._SPAN": "each repetition is bounded, by 500 characters",
    "bot.importing.markdown._QUESTION_AND_ANSWER": "it reads a paragraph of an operator's own file, from its beginning",
    "bot.importing.markdown._FIELD": "each repetition is bounded, and it reads a comment of at most 2,000 characters",
    "bot.importing.markdown._NOTE": "each repetition is bounded, by 2,000 characters",
    "bot.importing.markdown._HEADING_ATTRIBUTE": "each repetition is bounded, by 200 characters",
}
"""Expressions whose work does grow, by where they stand, and what bounds it."""

_METHODS: Final = {
    **dict.fromkeys(("search", "sub", "subn", "split", "findall", "finditer"), Use.SEARCH),
    "match": Use.MATCH,
    "fullmatch": Use.FULLMATCH,
}
_EVERY: Final = frozenset(Use)


class Expression(NamedTuple):
    """A regular expression of the package."""

    where: str
    pattern: str
    flags: int
    uses: frozenset[Use]


class _Anything(str):
    """What an expression inside a function is given from outside: text, with whatever attributes."""

    __slots__ = ()

    def __getattr__(self, _name: str) -> "_Anything":
        return self

    def __call__(self, *_: object) -> "_Anything":
        return self


class _Namespace(dict[str, Any]):
    """A module's names; others are anything."""

    def __missing__(self, name: str) -> object:
        return getattr(builtins, name, _Anything("ab|c"))


@cache
def modules() -> dict[str, ModuleType]:
    """Import all modules of the package; a migration runs in a database only."""
    names = [module.name for module in pkgutil.walk_packages(bot.__path__, "bot.")]
    return {name: importlib.import_module(name) for name in names if not re.search(r"migrations|__main__", name)}


def expressions() -> Iterator[Expression]:
    """Find every regular expression of the package."""
    trees = {name: ast.parse(Path(str(module.__file__)).read_text("utf-8")) for name, module in modules().items()}
    held: dict[int, tuple[str, re.Pattern[str]]] = {}
    used: dict[int, set[Use]] = defaultdict(set)
    for name, module in modules().items():
        uses = _uses(trees[name])
        for called, value in vars(module).items():
            for pattern in _patterns(value, name):
                held.setdefault(id(pattern), (f"{name}.{called}", pattern))
                used[id(pattern)] |= uses.get(called, set() if called in _imported(trees[name]) else _EVERY)
    for key, (where, pattern) in held.items():
        yield Expression(where, pattern.pattern, pattern.flags & ~re.UNICODE, frozenset(used[key]))
    for name, tree in trees.items():
        yield from _written_in_functions(name, tree)


def _patterns(value: object, module: str) -> Iterator[re.Pattern[str]]:
    """Find the compiled expressions in what a module holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for item in value:
            yield from _patterns(item, module)
    elif isinstance(value, Mapping):
        yield from _patterns(tuple(value.values()), module)
    elif isinstance(value, type) and value.__module__ == module:
        for inner in vars(value).values():
            if not isinstance(inner, type | Mapping):  # nested classes and tables of fields refer back
                yield from _patterns(inner, module)
        # Discord's dynamic items keep theirs there.
        yield from _patterns(getattr(value, "__discord_ui_compiled_template__", None), module)
    elif callable(value) and _keeps(value):
        yield from _patterns(value(), module)


def _keeps(value: object) -> bool:
    """Return whether something is a function that makes an expression once."""
    return hasattr(value, "cache_info") and getattr(value, "__annotations__", {}).get("return") == re.Pattern[str]


def _uses(tree: ast.Module) -> dict[str, set[Use]]:
    """Return how a module uses what it calls by a name; in any way, if the name is not only followed by a method."""
    uses: dict[str, set[Use]] = defaultdict(set)
    seen: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            base = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(base, ast.Name):
                uses[base.id].add(_METHODS[node.attr])
                seen.add(base)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node not in seen:
            uses[node.id] |= _EVERY
    return uses


def _imported(tree: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def _written_in_functions(name: str, tree: ast.Module) -> Iterator[Expression]:
    """Find expressions that are recompiled with each call, by putting any text for what they are given."""
    known = _Namespace(vars(modules()[name]))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    # What the others return was found where it is kept.
    anew = (function for function in functions if not _keeps(vars(modules()[name]).get(function.name)))
    for call in (node for function in anew for node in ast.walk(function)):
        match call:
            case ast.Call(ast.Attribute(ast.Name("re"), method), [expression, *others], named) if method != "escape":
                where = f"{name}:{call.lineno}"
                flags = [part for part in (*others, *(word.value for word in named)) if "re." in ast.unparse(part)]
                pattern, *given = (
                    eval(compile(ast.Expression(part), where, "eval"), {}, known)  # noqa: S307 (our own code)
                    for part in (expression, *flags)
                )
                if not isinstance(pattern, re.Pattern):
                    use = frozenset({_METHODS[method]}) if method in _METHODS else _EVERY
                    yield Expression(where, str(pattern), sum(given), use)


def multiplied(pattern: str, flags: int, uses: frozenset[Use]) -> str | None:
    """Return a word whose repetition multiplies an expression's work."""
    return next(filter(None, (Growth(pattern, flags, use).word() for use in uses)), None)


@cache
def found() -> tuple[Expression, ...]:
    return tuple(expressions())


def test_what_somebody_writes_is_read_in_linear_time() -> None:
    growing = {each.where: word for each in found() if (word := multiplied(each.pattern, each.flags, each.uses))}
    assert growing.keys() == BOUNDED.keys(), f"rewrite these, or bound what they read: {growing}"


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (r"[^\W_]+(?:'[^\W_]+)*", Use.SEARCH),  # a module's own
        (r"Retire\ (?P<entry>[a-z0-9-]+)", Use.FULLMATCH),  # in a tuple
        (r"topics:\d+", Use.FULLMATCH),  # the template of a dynamic item
        (r"[^\W\d_]+", Use.SEARCH),  # inside a function
        (r"<@!?ab|c>", Use.SEARCH),  # what it is given from outside stands for any text
        (r"(?<!\w)(?:a|b|\||c)(?!\w)", Use.SEARCH),
    ],
)
def test_expressions_are_found_wherever_they_stand(pattern: str, use: Use) -> None:
    assert any(pattern == each.pattern and use in each.uses for each in found())


def test_an_expression_that_is_made_at_its_first_use_is_found() -> None:
    assert any("good\\ morning" in each.pattern for each in found())


def test_expressions_come_from_one_module_only() -> None:
    sources = [Path(str(module.__file__)).read_text("utf-8") for module in modules().values()]
    imports = [node for source in sources for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import)]
    assert not [name for node in imports for name in node.names if name.name in {"regex", "re2"} or name.asname == "re"]
    assert not [source for source in sources if "from re import" in source]


_QUESTION: Final = "who|what|is|did"


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (
            rf"\s*(?:[?!.;]+\s+|[?]+|[,;]?\s+\b(?:and|also)\b(?:\s+(?:also|then))?\s+|[,;]\s*)(?=(?:{_QUESTION})\b)",
            Use.SEARCH,
        ),
        (r"\s+$", Use.SEARCH),
        (r"\s+\.\.+", Use.SEARCH),
        (r"<.*?>", Use.SEARCH),
        (r"\w+@\w+\.com", Use.SEARCH),
        (r"a(?:[^b]*b)*", Use.SEARCH),
        (r"(?=.*x)y", Use.SEARCH),
        (r"(.)\1*b", Use.SEARCH),
        (r"/[^:>]{0,100}:", Use.SEARCH),
        (r"(?:[^b]*b|a)*", Use.MATCH),
        (r"a*a*b", Use.MATCH),
        (r"\d+[\w-]+:", Use.MATCH),
        (r"(?i)[a-m]*[K-Z]*!", Use.MATCH),
        (r"(.*),(.*);", Use.MATCH),
        (r"(a+)+$", Use.MATCH),
        (r"(?:a*)*b", Use.MATCH),
        (r"(?:a?b?)*", Use.FULLMATCH),
        (r"(?:a|b|ab)*", Use.FULLMATCH),
        (r"(\w+\s?)*", Use.FULLMATCH),
        (r"[\"“](?P<words>[^\"”]*\w[^\"”]*)[\"”]", Use.FULLMATCH),
    ],
)
def test_what_multiplies_its_work_is_refused(pattern: str, use: Use) -> None:
    re.compile(pattern)
    assert multiplied(pattern, 0, frozenset({use}))


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (r"\w+", Use.SEARCH),
        (r"[^\W_]+(?:'[^\W_]+)*", Use.SEARCH),
        (r"(?<!\s)\s+\.\.+", Use.SEARCH),
        (r"\b\w+x", Use.SEARCH),
        (r"^\s+x", Use.SEARCH),
        (r"(.)\1+", Use.SEARCH),
        (r"a{2,5}b", Use.SEARCH),
        (r"(?:\d{1,3}\.)*x", Use.MATCH),
        (r"(?:a*)*", Use.SEARCH),
        (r"(?:a?b?)*", Use.SEARCH),
        (r"\s+x", Use.MATCH),
        (r"(?:[a-z]+\.)*[a-z]+", Use.FULLMATCH),
        (r"(?i)[a-m]*[N-Z]*!", Use.FULLMATCH),
    ],
)
def test_what_does_not_is_let_pass(pattern: str, use: Use) -> None:
    assert not multiplied(pattern, 0, frozenset({use}))


def test_what_cannot_be_judged_is_refused() -> None:
    with pytest.raises(TooLargeError):
        multiplied(r"(a)?(?(1)b|c)", 0, _EVERY)
