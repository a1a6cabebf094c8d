"""A knowledge base as Markdown or CSV, to be read, edited in a sheet, and imported again."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import quote

from bot.editing.items import ENTRIES
from bot.editing.render import scalar
from bot.importing import markdown, marks, prose
from bot.importing.base import version
from bot.importing.faq import Block, Form
from bot.knowledge.model import Entry, Kind, KnowledgeBase
from bot.spreadsheet import defused

COLUMNS: Final = ("id", "question", "answer", "phrasings", "topic", "source", "kind", "attributed_to", "version")
ALSO: Final = "Also asked as:"
"""The line above the phrasings in Markdown."""

_PLAIN: Final = re.compile(r"[^\W\d_][^\\`*_<>&\[\]~|#{}]*")
"""Matches most lines, which Markdown reads as they are."""

_SPECIAL: Final = re.compile(r"""[\\`*_{}\[\]<>#+\-.!|&~()=:"'$%,/;?@^]""")
"""The punctuation that a backslash makes plain (https://spec.commonmark.org/0.31.2/#backslash-escapes)."""

_OFTEN_SPECIAL: Final = re.compile(r"[\\`*_<&\[\]]|^(?=[#>+=~-])|(?<=^\d)(?=[.)])|(?<=^\d\d)(?=[.)])")


def as_csv(base: KnowledgeBase) -> str:
    """Return the entries in service as CSV, one a row.

    An apostrophe precedes what a spreadsheet would take for a formula; the import takes it away again.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    titles = {topic.id: topic.title for topic in base.case.topics}
    for entry in base.entries.values():
        answer, source = _answer(entry, base)
        cells = (
            entry.id,
            entry.question,
            answer,
            _lines(entry.phrasings),
            _lines([titles[topic] for topic in entry.topics]),
            source,
            entry.kind,
            _lines(entry.attributed_to),
            _version(entry),
        )
        writer.writerow(map(defused, cells))
    return out.getvalue()


def as_markdown(base: KnowledgeBase) -> str:
    """Return the entries in service as a FAQ in Markdown, by topic.

    A comment, which pages do not show, keeps what the import needs to know the entry again.
    """
    parts = [
        f"---\ntitle: {scalar(base.case.title)}\nlanguage: {base.case.language}\n---\n",
        f"# {_line(base.case.title)}\n",
    ]
    for topic in base.case.topics:
        entries = [entry for entry in base.entries.values() if entry.topics[0] == topic.id]
        if entries:
            parts.append(f"## {_line(topic.title)}\n")
            parts += [part for entry in entries for part in _section(entry, base)]
    return "\n".join(parts)


def _section(entry: Entry, base: KnowledgeBase) -> Iterator[str]:
    answer, source = _answer(entry, base)
    titles = {topic.id: topic.title for topic in base.case.topics}
    yield f"### {_line(entry.question)}\n"
    noted = {
        "id": entry.id,
        "version": _version(entry),
        "kind": "" if entry.kind is Kind.REPORTED else entry.kind,
        "people": ",".join(entry.attributed_to),
        "topics": ",".join(quote(titles[topic]) for topic in entry.topics[1:]),
        "source": source.replace(", ", ","),
    }
    yield f"<!-- casebot {' '.join(f'{key}={value}' for key, value in noted.items() if value)} -->\n"
    blocks = [
        Block(
            block.form,
            block.text if block.form is Form.CODE else _line(block.text),
            block.level,
            block.number,
            block.language,
        )
        for block in prose.from_cell(answer)
    ]
    yield f"{prose.written(blocks)}\n"
    if entry.phrasings:
        yield f"{ALSO}\n"
        yield "".join(f"- {_line(phrasing)}\n" for phrasing in entry.phrasings)


def _answer(entry: Entry, base: KnowledgeBase) -> tuple[str, str]:
    """Return an answer without marks and the passages it cites, if one mark stands in each of its statements.

    Else, return it with its marks, each with its source, and nothing.
    """
    default = next(iter(base.sources))
    cited = set(marks.refs_of(entry.answer, default, base.passages))
    if len(cited) == 1:
        (refs,) = cited
        mark = marks.mark(refs, default)
        plain = marks.bare(entry.answer, default, base.passages)
        again = prose.written(prose.from_cell(plain), lambda line: prose.cite(line, mark), mark)
        if prose.squeezed(again) == prose.squeezed(entry.answer):
            return plain, ", ".join(map(str, refs))
    return marks.qualified(entry.answer, default, base.passages), ""


def _version(entry: Entry) -> str:
    return version(ENTRIES.plain(entry.id, entry.model_dump()))


def _lines(texts: Sequence[str]) -> str:
    """Return texts as a cell, one a line; a line feed at the end keeps one that holds a separator whole."""
    joined = "\n".join(texts)
    return f"{joined}\n" if len(texts) == 1 and re.search(r"[|;,]", joined) else joined


def _line(text: str) -> str:
    """Return a line as Markdown that reads as this line: as it is, if it can be, else with backslashes."""
    if _PLAIN.fullmatch(text):
        return text
    escaped = _OFTEN_SPECIAL.sub(lambda found: f"\\{found[0]}", text)
    return next((each for each in (text, escaped) if markdown.line(each) == text), _SPECIAL.sub(r"\\\g<0>", text))
