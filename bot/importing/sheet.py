"""FAQs as a sheet: CSV and TSV, with the dialect and the columns guessed."""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from bot.importing import prose
from bot.importing.faq import ASKS, Faq, Finding, Row
from bot.spreadsheet import fused

_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_TRIED: Final = 200
"""Lines from which the delimiter is guessed."""

_NAMES: Final[Mapping[str, str]] = {
    "id": "id key slug entry",
    "question": "question questions q title faq query frage fragen titel pregunta preguntas título pergunta domanda",
    "answer": "answer answers a response reply text body content antwort antworten respuesta respuestas réponse",
    "phrasings": "phrasing phrasings alternatives variants variations wordings aliases synonyms other_questions"
    " other_phrasings other_wordings also_asked alternative_questions formulierungen variantes otras_formas",
    "source": "source sources link url reference references quelle quellen fuente fuentes lien",
    "topic": "topic topics category categories section tag tags group theme thema themen kategorie kategorien rubrik"
    " tema temas categoría categorías thème catégorie",
    "kind": "kind",
    "people": "attributed_to",
    "version": "version",
}
"""What a column may be called, by what it holds."""

_PLURALS: Final = re.compile(r"(?:categories|tags|topics|themen|kategorien|temas|categorías)$")
"""A column of several topics a cell, which may be parted by commas, too."""

_NEEDED: Final = ("question", "answer")
_HIGHEST: Final = 10
"""Rows among which the headings are looked for."""

_ROWS_TO_TELL: Final = 3
_ASKING: Final = 0.8
"""Share of the other rows that ask from which a first row that doesn't is one of headings."""

_LONGEST_HEADING: Final = 40
"""Characters of a heading of unknown name."""

_LONGEST_CELL: Final = 1_000_000
_SHOWN: Final = 40
"""Characters of a cell that are shown where something is wrong with it."""

_ERROR: Final = re.compile(r"#(?:REF!|VALUE!|N/A|NAME\?|DIV/0!|NUM!|NULL!|ERROR!|SPILL!|CALC!|BEZUG!|WERT!|NV)")
"""Matches what spreadsheets show where a formula has no result."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A row of the sheet."""

    number: int
    """As a spreadsheet counts, from 1."""

    cells: tuple[str, ...]


def read(text: str, file: str, encoding: str = "UTF-8") -> Faq:
    """Read a sheet with one question a row.

    Args:
        text: the content of the file.
        file: its name.
        encoding: what the text was decoded from, to be shown.
    """
    findings: list[Finding] = []
    delimiter = _delimiter(text)
    records = [record for record in _records(text, delimiter, file, findings) if any(map(str.strip, record.cells))]
    sheet = _Sheet.of(file, records)
    guesses = [f"{encoding}, cells separated by {_DELIMITERS[delimiter]}", *sheet.guesses]
    if not set(_NEEDED) <= sheet.columns.keys():
        what = "there's no column of questions, or none of answers"
        fix = 'name the columns in the first row: "question" and "answer"'
        findings.append(Finding(f"{file}: row {records[0].number if records else 1}", what, fix, left_out=True))
        return Faq(file, "", (), tuple(findings), tuple(guesses))
    rows = [row for record in sheet.records for row in sheet.row(record, findings)]
    return Faq(file, "", tuple(rows), tuple(findings), tuple(guesses))


def is_unicode_text(text: str) -> bool:
    """Return whether a text is a sheet as Excel saves it as "Unicode Text": columns of known names between tabs."""
    named = {_meaning(cell) for _, cells in islice(_parsed(text.split("\n")[:_HIGHEST], "\t"), 1) for cell in cells}
    return set(_NEEDED) <= named


def _delimiter(text: str) -> str:
    """Return what parts the cells: that which gives most rows with the same number of cells, two or more."""
    lines = text.split("\n")[:_TRIED]

    def fit(delimiter: str) -> tuple[bool, int, int]:
        widths = [len(cells) for _, cells in _parsed(lines, delimiter) if any(cells)]
        common = max(set(widths), key=widths.count, default=0)
        named = {_meaning(cell) for _, cells in islice(_parsed(lines[:1], delimiter), 1) for cell in cells}
        return set(_NEEDED) <= named, widths.count(common) if common > 1 else 0, common

    return max(_DELIMITERS, key=fit)


def _parsed(lines: Sequence[str], delimiter: str) -> Iterator[tuple[bool, list[str]]]:
    """Yield the rows, each with whether a quotation mark in it was taken literally, since it is not closed.

    One row is parsed at a time, so that a slip in one does not swallow those below it.
    """
    at = 0
    while at < len(lines):
        # By number: to skip those above takes time in proportion to their number, for each row.
        rest = (f"{lines[number]}\n" for number in range(at, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, strict=True)
        try:
            cells, literal = next(reader, []), False
            at += max(reader.line_num, 1)
        except csv.Error:
            line = lines[at]
            cells, literal = _loosely(line, delimiter), True
            at += 1
        yield literal, cells


def _loosely(line: str, delimiter: str) -> list[str]:
    """Parse one line in which quotation marks are not in order."""
    try:
        cells = next(csv.reader([line], delimiter=delimiter, strict=False), [])
        if len(cells) > 1 or delimiter not in line:
            return cells
    except csv.Error:
        pass
    return [cell.strip('"') for cell in line.split(delimiter)]


def _records(text: str, delimiter: str, file: str, findings: list[Finding]) -> Iterator[_Record]:
    csv.field_size_limit(_LONGEST_CELL)
    lines = text.removesuffix("\n").split("\n")
    for number, (literal, cells) in enumerate(_parsed(lines, delimiter), 1):
        if literal:
            what = "the quotation marks don't match, so the row is read as one line"
            findings.append(Finding(f"{file}: row {number}", what, 'double the quotation marks in a cell: ""'))
        yield _Record(number, tuple(cells))


def _meaning(heading: str) -> str:
    """Return what a column holds by its heading; empty if that is unknown."""
    name = re.sub(r"[\W_]+", "_", fused(heading).strip().casefold()).strip("_")
    return next((key for key, names in _NAMES.items() if name in names.split()), "")


def _head(records: Sequence[_Record]) -> int | None:
    """Return the index of the row of headings, above which a title may stand; None if there is none."""
    named = [{_meaning(cell) for cell in record.cells} for record in records[:_HIGHEST]]
    full = (at for at, meanings in enumerate(named) if set(_NEEDED) <= meanings)
    part = (at for at, meanings in enumerate(named[:1]) if set(_NEEDED) & meanings)
    return next(chain(full, part), None)


def _is_head(records: Sequence[_Record]) -> bool:
    """Return whether a first row of unknown names is one of headings: nothing asks there where all others do."""
    if len(records) < _ROWS_TO_TELL:
        return False
    first, others = records[0].cells, records[1:]
    asking = _by_content(others, {}).get("question", len(first))
    asked = sum(asking < len(each.cells) and ASKS.search(each.cells[asking]) is not None for each in others)
    short = asking < len(first) and all(len(cell) <= _LONGEST_HEADING for cell in first)
    return short and ASKS.search(first[asking]) is None and asked > _ASKING * len(others)


def _letter(column: int) -> str:
    """Return a column as spreadsheets name it: A, B, ..., Z, AA, ..."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet with what its columns mean."""

    file: str
    headings: tuple[str, ...]
    columns: Mapping[str, int]
    records: Sequence[_Record]
    guesses: tuple[str, ...]

    @classmethod
    def of(cls, file: str, records: Sequence[_Record]) -> "_Sheet":
        at = _head(records)
        guessed = at is None and _is_head(records)
        if guessed:
            at = 0
        if at is not None:
            above = [prose.squeezed(" ".join(record.cells)) for record in records[:at]]
            head, records = records[at].cells, records[at:]
            columns: dict[str, int] = {}
            for column, cell in enumerate(head):
                if meaning := _meaning(cell):
                    columns.setdefault(meaning, column)
            columns = _by_content(records[1:], columns)
            # What stands above columns of unknown names may be a title of one cell.
            used = [column + 1 for column in columns.values()]
            width = max([*used, *(len(record.cells) for record in records if guessed)], default=0)
            head += ("",) * (width - len(head))
            shown = [f'{key} = {_letter(at)} "{prose.squeezed(head[at])}"' for key, at in columns.items()]
            unused = [
                f'{_letter(at)} "{prose.squeezed(cell)}"'
                for at, cell in enumerate(head)
                if cell.strip() and at not in columns.values()
            ]
            guesses = [f"columns: {', '.join(shown)}"]
            guesses += [f"columns not used: {', '.join(unused)}"] if unused else []
            guesses += [f"not read, above the headings: {', '.join(above)}"] if above else []
            return cls(file, head, columns, records[1:], tuple(guesses))
        columns = _by_content(records, {})
        shown = [f"{key} = {_letter(at)}" for key, at in columns.items()]
        return cls(
            file, (), columns, records, (f"no headings; columns by what they hold: {', '.join(shown) or 'none'}",)
        )

    def where(self, record: _Record, key: str = "") -> str:
        row = f"{self.file}: row {record.number}"
        if key not in self.columns:
            return row
        at = self.columns[key]
        heading = prose.squeezed(self.headings[at]) if at < len(self.headings) else ""
        return f"{row}, column {_letter(at)}" + (f" ({heading})" if heading else "")

    def row(self, record: _Record, findings: list[Finding]) -> Iterator[Row]:
        """Yield what a row says; nothing if it repeats the headings, or if what it says can't be told."""
        if self.headings and record.cells == self.headings:
            findings.append(Finding(self.where(record), "the headings are repeated here", "", left_out=False))
            return
        cells = {key: self._cell(record, key, findings) for key in self.columns}
        extra = [
            cell
            for cell in record.cells[max([len(self.headings), *(at + 1 for at in self.columns.values())]) :]
            if cell.strip()
        ]
        if extra:
            # A text that a separator has cut short may say the opposite of the whole.
            what = f"there are more cells than columns: {_beginning(extra[0])}"
            findings.append(
                Finding(self.where(record), what, "put a text with separators in quotation marks", left_out=True)
            )
            return
        if any(self._is_formula(record, key) or _is_error(cells.get(key, "")) for key in _NEEDED):
            return
        answer = cells.get("answer", "")
        html = prose.holds_html(answer) and not cells.get("version")
        if html:
            what = "HTML tags were removed from the answer; its text, lists and links are kept"
            findings.append(Finding(self.where(record, "answer"), what, ""))
        topics = cells.get("topic", "")
        heading = self.headings[self.columns["topic"]] if self.headings and "topic" in self.columns else ""
        yield Row(
            where=self.where(record, "question"),
            answer_where=self.where(record, "answer"),
            question=prose.squeezed(self._plain(record, "question", cells.get("question", ""), findings)),
            answer=prose.from_html(answer.replace("\n", "<br>")) if html else prose.from_cell(answer),
            phrasings=tuple(_several(cells.get("phrasings", ""))),
            topics=tuple(_several(topics, commas=_PLURALS.match(heading.strip().casefold()) is not None)),
            source=prose.squeezed(cells.get("source", "")),
            id=cells.get("id", "").strip(),
            kind=cells.get("kind", "").strip(),
            people=tuple(_several(cells.get("people", ""))),
            version=cells.get("version", "").strip(),
        )

    def _cell(self, record: _Record, key: str, findings: list[Finding]) -> str:
        cell = self._content(record, key)
        if self._is_formula(record, key):
            what = f"this is a formula, not its result: {_beginning(cell)}"
            findings.append(
                Finding(
                    self.where(record, key), what, "export the sheet with values instead of formulas", left_out=True
                )
            )
            return ""
        if key in _NEEDED and _is_error(cell):
            what = f"the sheet could not compute this: {cell.strip()}"
            findings.append(
                Finding(self.where(record, key), what, "fix the formula, or write the value", left_out=True)
            )
        return fused(cell)

    def _content(self, record: _Record, key: str) -> str:
        at = self.columns[key]
        return record.cells[at] if at < len(record.cells) else ""

    def _is_formula(self, record: _Record, key: str) -> bool:
        cell = self._content(record, key)
        return cell.strip().startswith("=") and fused(cell) == cell

    def _plain(self, record: _Record, key: str, text: str, findings: list[Finding]) -> str:
        if not prose.holds_html(text) or ("version" in self.columns and self._cell(record, "version", [])):
            return text
        findings.append(Finding(self.where(record, key), "HTML tags were removed from it", ""))
        return " ".join(block.text for block in prose.from_html(text))


def _is_error(cell: str) -> bool:
    """Return whether a spreadsheet shows this where a formula has no result."""
    return _ERROR.fullmatch(cell.strip()) is not None


def _beginning(cell: str) -> str:
    plain = prose.squeezed(cell)
    return plain if len(plain) <= _SHOWN else f"{plain[: _SHOWN - 1].rstrip()}…"


def _several(cell: str, *, commas: bool = False) -> Iterator[str]:
    """Yield the texts in a cell: one a line, or else parted by bars or semicolons."""
    separator = "\n" if "\n" in cell else "|" if "|" in cell else ";" if ";" in cell else "," if commas else "\n"
    for part in cell.split(separator):
        if part.strip():
            yield prose.squeezed(part)


def _by_content(records: Sequence[_Record], known: Mapping[str, int]) -> dict[str, int]:
    """Return the columns with those of questions and answers, guessed by their cells where no heading names them."""
    columns = dict(known)
    free = set(range(max((len(record.cells) for record in records), default=0))) - set(columns.values())

    def cells(at: int) -> list[str]:
        return [record.cells[at].strip() for record in records if at < len(record.cells)]

    def asks(at: int) -> float:
        return sum(cell.endswith(("?", "\uff1f")) for cell in cells(at)) / max(len(cells(at)), 1)

    def length(at: int) -> float:
        return sum(map(len, cells(at))) / max(len(cells(at)), 1)

    if "question" not in columns and free:
        best = max(free, key=lambda at: (asks(at), -at))
        if asks(best) > 0:
            columns["question"] = best
            free.discard(best)
    if "answer" not in columns and free and "question" in columns:
        best = max(free, key=lambda at: (length(at), -at))
        if length(best) > 0:
            columns["answer"] = best
    return columns
