"""Files and folders to import -> FAQs as values; which parser reads what, by name and content."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.importing import markdown, page, prose, sheet
from bot.importing.decoding import LARGEST, decoded
from bot.importing.faq import Faq, Finding, Row, UnusableError

_MARKDOWN: Final = frozenset({".md", ".markdown", ".mdown", ".txt"})
_SHEETS: Final = frozenset({".csv", ".tsv", ".tab"})
_PAGES: Final = frozenset({".html", ".htm", ".xhtml"})
_ELSEWHERE: Final = {
    ".xlsx": "Save the sheet as CSV (File, Save as, CSV UTF-8)",
    ".xls": "Save the sheet as CSV",
    ".ods": "Save the sheet as CSV",
    ".numbers": "Export the sheet as CSV",
    ".docx": "Save it as a web page or as Markdown",
    ".pdf": "Import what it was made of",
    ".json": "Import Markdown, CSV or HTML",
    ".yaml": "Copy it to faq/ if it holds casebot entries",
}
_WRAPPED: Final = frozenset({*_SHEETS, *_PAGES, *_ELSEWHERE} - {".json", ".yaml"})
"""Kinds of files in which a text stands among other things."""

_MOST_TAGS: Final = 2_000
"""The most files to read of a folder."""


def read(path: Path) -> Faq:
    """Read a file, or a folder with a Markdown file for each question.

    Raises:
        UnusableError: it is of no kind that can be imported, too large, nested too deeply, or no text.
        OSError: it cannot be read.
    """
    if re.match(r"https?:/", path.as_posix(), re.IGNORECASE) and not path.exists():
        message = f"{path.name} is on the web. Save it as a file first, as with `curl -L -o faq.html ADDRESS`."
        raise UnusableError(message)
    if path.is_dir():
        return _folder(path)
    with _shallow(path.name):
        return _file(path)


@contextlib.contextmanager
def _shallow(name: str) -> Iterator[None]:
    """Refuse a file with elements in elements in elements, hundreds of times.

    Raises:
        UnusableError: it is one.
    """
    try:
        yield
    except RecursionError:
        message = f"{name} is nested too deeply. Close the elements and lists that stay open in it."
        raise UnusableError(message) from None


def _file(path: Path) -> Faq:
    kind = path.suffix.casefold()
    if fix := _ELSEWHERE.get(kind):
        message = f"{path.name} isn't in a format that can be imported. {fix}."
        raise UnusableError(message)
    text, encoding = _text(path)
    if kind in _SHEETS or (kind == ".txt" and sheet.is_unicode_text(text)):
        return sheet.read(text, path.name, encoding)
    if kind in _PAGES or is_page(text):
        return _read_as(encoding, page.read(text, path.name))
    if kind in _MARKDOWN:
        return _read_as(encoding, markdown.read(text, path.name))
    message = f"{path.name} isn't in a format that can be imported. Name a file .md, .csv, .tsv or .html, or a folder."
    raise UnusableError(message)


def _read_as(encoding: str, faq: Faq) -> Faq:
    """Return a FAQ that says how its file was decoded, if that is a guess."""
    return faq if encoding.startswith("UTF-8") else replace(faq, guesses=(encoding, *faq.guesses))


def has_another_form(path: Path) -> bool:
    """Return whether a file's name says that its text stands among other things, as in a page or a sheet."""
    return path.suffix.casefold() in _WRAPPED


def is_page(text: str) -> bool:
    """Return whether a file's content is HTML."""
    return text.lstrip().casefold().startswith(("<!doctype html", "<html"))


def may_be_text(path: Path) -> bool:
    """Return whether a file may also be a text to split into passages, judging by its name."""
    return path.suffix.casefold() in _MARKDOWN and not path.is_dir()


def _text(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        return decoded(file.read(LARGEST + 1), path.name)


def _folder(folder: Path) -> Faq:
    """Read a folder of tags: one Markdown file for each, named after it, with front matter.

    The title of the front matter, or the first heading, is the question; without either it is the file's name.
    """
    files = sorted(path for path in folder.rglob("*") if path.suffix.casefold() in _MARKDOWN and path.is_file())
    files = [path for path in files if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
    rows: list[Row] = []
    findings: list[Finding] = []
    for path in files[:_MOST_TAGS]:
        name = path.relative_to(folder).as_posix()
        try:
            with _shallow(path.name):
                text, _ = _text(path)
                row, found = markdown.tag(text, name)
        except UnusableError as error:
            what, _, fix = str(error).removeprefix(path.name).strip().partition(". ")
            findings.append(Finding(name, what, fix[:1].lower() + fix[1:].rstrip("."), left_out=True))
            continue
        above = path.relative_to(folder).parts[:-1]
        rows.append(replace(row, topics=row.topics or tuple(map(prose.titled, above[:1]))))
        findings += found
    if not files:
        message = f"{folder} holds no Markdown files. Name a folder with one file for each question."
        raise UnusableError(message)
    if len(files) > _MOST_TAGS:
        findings.append(
            Finding(folder.name, f"{len(files) - _MOST_TAGS} files are left out", "import them in parts", left_out=True)
        )
    guesses = (f"a folder of {len(files[:_MOST_TAGS])} files, each a question",)
    return Faq(folder.name, "", tuple(rows), tuple(findings), guesses)
