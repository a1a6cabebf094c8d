"""FAQs in Markdown: headings, bold lines, lists or `<details>` as questions; front matter; topics by headings."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import unquote

from bs4 import BeautifulSoup
from bs4.element import Tag
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from bot.importing import footnotes, prose
from bot.importing.faq import ASKS, FOOTNOTE, LINK, PICTURE, TABLE, Block, Faq, Finding, Form, Row
from bot.importing.footnotes import Footnote
from bot.knowledge.load import same
from bot.knowledge.written_dates import written_dates
from bot.knowledge.yaml_file import Document, parse

_FRONT: Final = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*\n", re.DOTALL | re.MULTILINE)
_NUMBERED: Final = re.compile(
    r"^(?:(?:[QFPD]\s?\d{0,3}|\d{1,3}(?:\.\d{1,3})*)\s*[:.)]\s+|Question\s?\d*\s*[:.]\s+)(?=\S)"
)
_ANSWERED: Final = re.compile(r"^(?:[AR]\s?\d{0,3}|Answer|Antwort|Respuesta|Réponse)\s*[:.]\s+(?=\S)")
_ALSO: Final = re.compile(
    r"^(?:also asked(?: as)?|other (?:phrasings|wordings)|phrasings|auch gefragt|también se pregunta)\s*:?$",
    re.IGNORECASE,
)
"""The line that leads in a list of phrasings."""

_NOTE: Final = re.compile(r"<!--\s{0,9}casebot\s(?P<fields>[^>]{0,2000})-->")
"""What an export says of an entry, unseen where the page is read."""

_FIELD: Final = re.compile(r"(?P<key>[a-z]{1,20})=(?P<value>\S{1,1000})")
_HEADING_ATTRIBUTE: Final = re.compile(r"\{#(?P<id>[\w-]{1,60})[^{}]{0,200}\}$")
_TITLE_LEVEL: Final = 1
_UPDATED: Final = re.compile(
    r"\b(?:last|zuletzt|última)\s(?:updated?|changed?|modified|reviewed|edited|aktualisiert|geändert|actualización)\b",
    re.IGNORECASE,
)
_LONGEST_DATE: Final = 40
"""Characters after that within which the date stands."""

_LONGEST_LINK: Final = len(": on the ")
"""Characters within which it begins."""


_UNFOLDS: Final = re.compile(
    r"(?:click|tap)\b[^?]{0,40}$|(?:(?:show|see|view|open|expand|reveal|read)\b\s?)?(?:(?:the|full)\s){0,2}"
    r"(?:answer|details|more|spoiler|solution)?\W{0,3}$|(?:antwort|mehr|respuesta|ver más)\W{0,3}$",
    re.IGNORECASE,
)
"""Matches what stands on a fold instead of a question: "Click to see"."""


@dataclass(frozen=True, slots=True)
class _Note:
    """Something that is taken in another form."""

    line: int
    kind: tuple[str, str]
    target: str = ""


@dataclass(slots=True)
class _Section:
    """A heading, or a bold line, with what follows it up to the next one."""

    title: str
    line: int
    level: int
    bold: bool = False
    nodes: list[SyntaxTreeNode | Block] = field(default_factory=list)
    topics: tuple[str, ...] = ()
    id: str = ""


def read(text: str, file: str) -> Faq:
    """Read a FAQ in Markdown.

    Args:
        text: the content of the file.
        file: its name.

    Returns:
        What it says. Questions are the headings that have no headings below them, lines in bold, items that begin with
        a question, and ``<summary>``; the headings above them are the topics.
    """
    front, body, skipped = _split(text, file)
    body, notes = footnotes.taken_out(body)
    reader = _Reader(file, skipped, notes)
    sections = list(reader.sections(_parsed(body)))
    title = _first(front.data, "title", "name")
    heads = [each for each in sections if each.level == _TITLE_LEVEL and not each.bold]
    if len(heads) == 1 and next(each for each in sections if each.title) is heads[0]:
        (head,) = heads
        title = title or head.title
        sections = [replace(each, level=0) if each is head else each for each in sections]
    rows, intro = reader.rows(sections)
    topic = _first(front.data, "topic", "category", "section")
    return Faq(
        file=file,
        title=title,
        rows=tuple(replace(row, topics=(topic,)) if topic and not row.topics else row for row in rows),
        findings=(*_front_findings(front), *reader.findings),
        guesses=(f"Markdown; questions are {reader.described}",),
        intro=_first(front.data, "description", "summary") or intro,
        language=_first(front.data, "language", "lang"),
        date=_day(front.data, "updated", "date") or _said_day(intro),
        url=_first(front.data, "url", "permalink", "canonical"),
        publisher=_first(front.data, "publisher", "author"),
    )


def tag(text: str, file: str) -> tuple[Row, tuple[Finding, ...]]:
    """Read a file that holds one answer, and return it with what is left out.

    Args:
        text: the content of the file. Its front matter may hold title (or question), aliases, topic and source.
        file: its name, from which the question is made if nothing else gives it.
    """
    front, body, skipped = _split(text, file)
    body, notes = footnotes.taken_out(body)
    reader = _Reader(file, skipped, notes)
    nodes = list(_parsed(body))
    question = _first(front.data, "question", "title", "name")
    if nodes and nodes[0].type in {"heading", "paragraph"}:
        first = prose.squeezed(reader.inline(nodes[0].children[0]))
        named = same(first) == same(question or prose.titled(PurePosixPath(file).stem))
        if (named and len(nodes) > 1) or (not question and nodes[0].type == "heading"):
            nodes.pop(0)  # it would say the question again
            question = question or first
    row = reader.row(_Section(question or prose.titled(PurePosixPath(file).stem), 1, 1, nodes=[*nodes]), ())
    row = reader.with_footnotes(row, 0, None)
    phrasings = _texts(front.data, "phrasings", "aliases", "alias", "keywords", "questions")
    return replace(
        row,
        phrasings=(*row.phrasings, *phrasings),
        topics=_texts(front.data, "topics", "topic", "category", "tags"),
        source=_first(front.data, "source", "url"),
        id=row.id or _first(front.data, "id"),
    ), (*_front_findings(front), *reader.findings, *reader.notes())


def _texts(data: dict[str, Any], *keys: str) -> tuple[str, ...]:
    """Return the texts under the first of some keys that is there: those of a list, or one."""
    found = next((data[key] for key in keys if data.get(key)), ())
    texts = found if isinstance(found, list) else str(found).split(",") if isinstance(found, str) else ()
    return tuple(prose.squeezed(each) for each in texts if isinstance(each, str) and each.strip())


def line(text: str) -> str | None:
    """Return how a line of Markdown reads in a heading, an item and a paragraph alike; None if that differs."""
    reader = _Reader("", 0)
    found = set()
    for before, kind in (("# ", "heading"), ("", "paragraph"), ("- ", "bullet_list")):
        nodes = _parsed(before + text)
        if [node.type for node in nodes] != [kind]:
            return None
        node = nodes[0].children[0] if kind != "bullet_list" else nodes[0].children[0].children[0].children[0]
        if node.type != "inline":
            return None
        found.add(reader.inline(node, "\n"))
    return found.pop() if len(found) == 1 else None


def _parsed(text: str) -> Sequence[SyntaxTreeNode]:
    return SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(text)).children


def _split(text: str, file: str) -> tuple[Document, str, int]:
    found = _FRONT.match(text)
    if not found:
        return Document(file, data={}), text, 0
    front = parse(found["yaml"].encode("utf-8", "replace"), file)
    if not isinstance(front.data, dict):
        front.data = {}
    return front, text[found.end() :], text[: found.end()].count("\n")


def _front_findings(front: Document) -> Iterator[Finding]:
    for problem in front.problems:
        where = f"{front.name}:{problem.place.line + 1}:{problem.place.column}"
        yield Finding(where, f"the front matter is ignored: {problem.what}", problem.fix)


def _first(data: dict[str, Any], *keys: str) -> str:
    """Return the first text under one of some keys; empty if there is none."""
    return next((prose.squeezed(data[key]) for key in keys if isinstance(data.get(key), str)), "")


def _day(data: dict[str, Any], *keys: str) -> dt.date | None:
    return next((data[key] for key in keys if isinstance(data.get(key), dt.date)), None)


def _said_day(intro: str) -> dt.date | None:
    """Return the day of which a file says that it was last changed: ``Last updated: 3 October 2026``."""
    found = _UPDATED.search(intro)
    after = prose.squeezed(intro[found.end() :][:_LONGEST_DATE]) if found else ""
    date = next(written_dates(after, dt.date.min), None)
    if not date or not date.date or not date.date.day or date.inferred or after.find(date.text) > _LONGEST_LINK:
        return None
    return dt.date.fromisoformat(date.date.iso)


class _Reader:
    """Reads the blocks of one file."""

    def __init__(self, file: str, skipped: int, notes: Mapping[str, Footnote] = MappingProxyType({})) -> None:
        """Begin.

        Args:
            file: its name.
            skipped: how many lines of it stand before the text that is read.
            notes: its footnotes.
        """
        self.file = file
        self.skipped = skipped
        self._footnotes = notes
        self._referred: dict[tuple[int, str], None] = {}
        """Where a line refers to which footnote."""
        self._used = set[str]()

        self.findings: list[Finding] = []
        self._ways: dict[str, None] = {}
        self._notes: dict[_Note, None] = {}
        self._at = 1

    @property
    def described(self) -> str:
        """How questions stand in the file."""
        return ", ".join(self._ways) or "not found"

    def where(self, node: SyntaxTreeNode) -> str:
        return f"{self.file}:{self._line(node)}:1"

    def _line(self, node: SyntaxTreeNode) -> int:
        return (node.map[0] if node.map else 0) + 1 + self.skipped

    def sections(self, nodes: Sequence[SyntaxTreeNode]) -> Iterator[_Section]:
        """Yield the sections in order; what stands before the first heading has level 0 and no title."""
        section = _Section("", 1, 0)
        heading = 0
        for node in nodes:
            found = list(self._beginning(node, section, heading))
            if not found and not self._is_contents(node):
                section.nodes.append(node)
            for next_section in found:
                if section.title or section.nodes:
                    yield section
                section = next_section
                heading = section.level if not section.bold else heading
        if section.title or section.nodes:
            yield section

    def _beginning(self, node: SyntaxTreeNode, now: _Section, heading: int) -> Iterator[_Section]:
        """Yield the sections that a block begins; none if it belongs to the one before."""
        line = self._line(node)
        below = heading + 1
        match node.type:
            case "heading":
                title, id_ = _without_attribute(self.inline(node.children[0]))
                yield _Section(title, line, int(node.tag[1]), id=id_)
            case "paragraph":
                bold, rest = self._bold_start(node.children[0])
                if bold and (ASKS.search(bold) or _NUMBERED.match(bold)):
                    yield _Section(bold, line, below, bold=True, nodes=[Block(Form.PARAGRAPH, rest)])
                elif question := _asked(self.inline(node.children[0], "\n")):
                    yield _Section(question[0], line, below, bold=True, nodes=[Block(Form.PARAGRAPH, question[1])])
            case "bullet_list" | "ordered_list" if not now.bold and not (now.title and ASKS.search(now.title)):
                sections = [self._item(item, below) for item in node.children]
                found = [section for section in sections if section]
                if len(found) == len(sections):
                    yield from found
            case "html_block" if "<summary" in node.content:
                soup = BeautifulSoup(node.content, "html.parser")
                summary = soup.summary
                if summary is not None:
                    title = prose.squeezed(summary.extract().get_text())
                    asks = ASKS.search(title) or not (ASKS.search(now.title) or _UNFOLDS.match(title))
                    if asks:
                        yield _Section(title, line, below, bold=True, nodes=[*prose.from_html(soup)])
            case _:
                return

    def _is_contents(self, node: SyntaxTreeNode) -> bool:
        """Return whether a list only leads to headings of the page itself."""
        links = [each for each in node.walk() if each.type == "link"] if node.type.endswith("_list") else []
        inside = [link for link in links if str(link.attrs.get("href", "")).startswith("#")]
        lines = [each for each in node.walk() if each.type == "paragraph"] if inside else []
        return bool(inside) and len(inside) == len(links) and len(lines) <= len(links)

    def _item(self, item: SyntaxTreeNode, level: int) -> _Section | None:
        """Return the section that an item of a list is, if it begins with a question and goes on."""
        if not item.children or item.children[0].type != "paragraph":
            return None
        first, *others = item.children
        bold, rest = self._bold_start(first.children[0])
        if not bold:
            bold, _, rest = prose.unchecked(self.inline(first.children[0], "\n", "\n")).partition("\n")
        if not ASKS.search(bold) or not (rest or others):
            return None
        return _Section(bold, self._line(item), level, bold=True, nodes=[Block(Form.PARAGRAPH, rest), *others])

    def rows(self, sections: Sequence[_Section]) -> tuple[list[Row], str]:
        """Return the questions, and what stands before the first of them."""
        levels = {
            section.level
            for section, after in zip(sections, [*sections[1:], None], strict=True)
            if not section.bold and (after is None or after.level <= section.level)
        }
        above: dict[int, str] = {}
        rows: list[Row] = []
        intro = ""
        for number, section in enumerate(sections):
            after = sections[number + 1] if number + 1 < len(sections) else None
            above = {level: title for level, title in above.items() if level < section.level}
            leads = after is not None and after.level > section.level
            row = self.row(section, tuple(above.values())[-1:])
            # Where other headings of its level are questions, one with an answer is, whatever unfolds below it.
            answered = row.answer and after is not None and after.bold and section.level in levels
            # A heading that asks, but has nothing except other headings below it, is a topic.
            asks = ASKS.search(section.title) and (row.answer or after is None or after.bold)
            is_question = section.title and section.level and (not leads or asks or answered)
            if is_question:
                row = self.with_footnotes(row, section.line, after.line if after else None)
                self.findings += self._notes_between(section.line, after.line if after else None)
            if not is_question:
                text = prose.squeezed(" ".join(block.text for block in row.answer if block.form is Form.PARAGRAPH))
                if section.title and section.level:
                    above[section.level] = prose.squeezed(section.title)
                if text and not rows and not above:
                    intro = intro or self._intro(section)
                elif text:
                    what = f'text below the heading "{section.title}" belongs to no question'
                    self._leave_out(section.line, what, "give it a heading of its own, as a question")
                continue
            if leads and not answered:
                above[section.level] = row.question
            rows.append(row)
            self._ways["bold lines, items or summaries" if section.bold else f"headings of level {section.level}"] = (
                None
            )
        for label, footnote in self._footnotes.items():
            if label not in self._used:
                line = footnote.line + 1 + self.skipped
                self._leave_out(line, f"no answer refers to the footnote [^{label}]", "refer to it, or delete it")
        return rows, intro

    def _is_picture(self, node: SyntaxTreeNode) -> bool:
        """Return whether a line holds pictures only; its pictures are noted."""
        found = any(each.type == "image" for each in node.walk()) and all(map(_shows_nothing_else, node.children))
        if found:
            self.inline(node)
        return found

    def with_footnotes(self, row: Row, start: int, end: int | None) -> Row:
        """Return a row with the footnotes to which some lines refer at the end of its answer."""
        labels = [label for line, label in self._referred if start <= line and (end is None or line < end)]
        if labels:
            self._notes[_Note(start, FOOTNOTE)] = None
            self._used |= {*labels}
        blocks = [block for label in dict.fromkeys(labels) for block in self._of_footnote(label, start)]
        return replace(row, answer=(*row.answer, *blocks))

    def _of_footnote(self, label: str, line: int) -> Iterator[Block]:
        """Yield the blocks of a footnote; what is noted of it is noted at the line of its question."""
        reader = _Reader(self.file, self.skipped, self._footnotes)
        yield from (
            block
            for node in _parsed(self._footnotes[label].text)
            for block in reader.blocks(node)
            if block.text.strip()
        )
        self._notes |= {replace(note, line=line): None for note in reader._notes}

    def notes(self) -> Iterator[Finding]:
        """Yield what was taken in another form, wherever it stands."""
        return self._notes_between(0, None)

    def _notes_between(self, start: int, end: int | None) -> Iterator[Finding]:
        """Yield what was taken in another form in some lines: one finding for each kind."""
        kinds: dict[tuple[str, str], list[_Note]] = {}
        for note in self._notes:
            if start <= note.line and (end is None or note.line < end):
                kinds.setdefault(note.kind, []).append(note)
        for (what, fix), notes in kinds.items():
            named = ", ".join(dict.fromkeys(note.target for note in notes if note.target))
            yield Finding(f"{self.file}:{notes[0].line}:1", f"{what}: {named}" if named else what, fix)

    def _intro(self, section: _Section) -> str:
        """Return the paragraphs of a section, without those in bold, which are headings or warnings."""
        lines = [
            self.inline(node.children[0])
            for node in section.nodes
            if isinstance(node, SyntaxTreeNode)
            and node.type == "paragraph"
            and not self._is_picture(node.children[0])
            and any(child.type != "strong" for child in node.children[0].children)
        ]
        return prose.squeezed(" ".join(lines))

    def _leave_out(self, line: int, what: str, fix: str) -> None:
        self.findings.append(Finding(f"{self.file}:{line}:1", what, fix, left_out=True))

    def row(self, section: _Section, topics: tuple[str, ...]) -> Row:
        """Return a section as a question with its answer."""
        note: dict[str, str] = {}
        phrasings: list[str] = []
        blocks: list[Block] = []
        first_line = section.line
        for node in section.nodes:
            if isinstance(node, Block):
                lines = node.text.split("\n") if node.form is Form.PARAGRAPH else [node.text]
                blocks += [replace(node, text=line.strip()) for line in lines if line.strip()]
                continue
            if node.type == "html_block" and (found := _NOTE.search(node.content)):
                note = {each["key"]: each["value"] for each in _FIELD.finditer(found["fields"])}
                continue
            if node.type.endswith("_list") and blocks and _ALSO.match(blocks[-1].text):
                blocks.pop()
                firsts = [item.children[0] for item in node.children if item.children]
                # Code, for instance, has no children.
                lines = [self.inline(each.children[0]) if each.children else each.content for each in firsts]
                phrasings += map(prose.unchecked, lines)
                continue
            first_line = first_line if blocks else self._line(node)
            blocks += self.blocks(node)
        question = section.title if note else _NUMBERED.sub("", section.title)
        if blocks and blocks[0].form is Form.PARAGRAPH and not note:
            blocks[0] = replace(blocks[0], text=_ANSWERED.sub("", blocks[0].text))
        return Row(
            where=f"{self.file}:{section.line}:1",
            answer_where=f"{self.file}:{first_line}:1",
            question=prose.squeezed(question),
            answer=tuple(block for block in blocks if block.text.strip()),
            phrasings=tuple(phrasings),
            topics=(*topics, *(unquote(topic) for topic in note.get("topics", "").split(",") if topic)),
            id=note.get("id", "") or section.id,
            kind=note.get("kind", ""),
            people=tuple(filter(None, note.get("people", "").split(","))),
            version=note.get("version", ""),
            source=note.get("source", "").replace(",", ", "),
        )

    def blocks(self, node: SyntaxTreeNode, level: int = 0) -> Iterator[Block]:
        """Yield the blocks of an answer."""
        match node.type:
            case "paragraph" if self._is_picture(node.children[0]):
                return
            case "paragraph" | "heading":
                lines = self.inline(node.children[0], "\n").split("\n")
                # A line break in the source is a blank; one that is marked as such parts lines.
                yield from (Block(Form.PARAGRAPH, prose.squeezed(line)) for line in lines)
            case "bullet_list" | "ordered_list":
                start = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
                for number, item in enumerate(node.children):
                    yield from self._item_blocks(item, level, None if start is None else start + number)
            case "fence" | "code_block":
                yield Block(Form.CODE, node.content.rstrip("\n"), language=(node.info or "").split(" ")[0])
            case "blockquote":
                for child in node.children:
                    yield from self.blocks(child, level)
            case "html_block":
                yield from prose.from_html(_without_fold(_NOTE.sub("", node.content)))
            case "table":
                yield from self._table_blocks(node)
            case _:
                return

    def _table_blocks(self, node: SyntaxTreeNode) -> Iterator[Block]:
        self._notes[_Note(self._line(node), TABLE)] = None
        for row in (row for part in node.children for row in part.children):
            cells = (self.inline(cell.children[0]) for cell in row.children if cell.children)
            yield Block(Form.PARAGRAPH, " | ".join(filter(None, cells)))

    def _item_blocks(self, item: SyntaxTreeNode, level: int, number: int | None) -> Iterator[Block]:
        if number is not None and not item.children:  # a number alone, such as "60.", is an answer
            yield Block(Form.PARAGRAPH, f"{number}{item.markup}")
        blocks = [block for child in item.children for block in self.blocks(child, level + 1)]
        if blocks and blocks[0].form is Form.PARAGRAPH:
            text = prose.unchecked(blocks[0].text)
            blocks[0] = replace(blocks[0], form=Form.ITEM, text=text, level=level, number=number)
        yield from blocks

    def inline(self, node: SyntaxTreeNode, hard_break: str = " ", soft_break: str = " ") -> str:
        """Return the words of a line: code and links in Markdown, other marks of Markdown gone."""
        inside = partial(self.inline, hard_break=hard_break, soft_break=soft_break)
        if node.type == "inline":
            self._at = self._line(node)
        breaks = {"softbreak": soft_break, "hardbreak": hard_break}
        match node.type:
            case "text":
                said, labels = footnotes.without_marks(node.content, self._footnotes)
                self._referred |= {(self._at, label): None for label in labels}
            case "code_inline":
                said = prose.code(node.content)
            case "softbreak" | "hardbreak":
                said = breaks[node.type]
            case "html_inline":
                said = hard_break if re.match(r"<br\b", node.content, re.IGNORECASE) else ""
            case "link":
                address = str(node.attrs.get("href", ""))
                said = prose.link("".join(map(self.inline, node.children)), address)
                if not re.match(r"https?://|mailto:|#|$", address):
                    self._notes[_Note(self._at, LINK, unquote(address))] = None
            case "image":
                said = "".join(map(inside, node.children))
                self._notes[_Note(self._at, PICTURE, unquote(str(node.attrs.get("src", ""))))] = None
            case _:
                said = "".join(map(inside, node.children))
        return said

    def _bold_start(self, node: SyntaxTreeNode) -> tuple[str, str]:
        """Return the bold words at the beginning of a line, and the rest of it; empty if it does not begin so."""
        children = [child for child in node.children if child.type != "text" or child.content.strip()]
        if not children or children[0].type != "strong":
            return "", ""
        first, *others = node.children[node.children.index(children[0]) :]
        bold = prose.squeezed(self.inline(first))
        rest = "".join(self.inline(child, "\n") for child in others)
        if rest[:1] in {"?", "\uff1f"}:  # **Where**?
            bold, rest = bold + rest[0], rest[1:]
        return bold, rest.strip(" \n:-\u2013\u2014") if ASKS.search(bold) else rest.strip()


def _without_fold(html: str) -> Tag:
    """Return a piece of HTML without what stands on a fold instead of a question."""
    soup = BeautifulSoup(html, "html.parser")
    if soup.summary and _UNFOLDS.match(soup.summary.get_text().strip()):
        soup.summary.decompose()
    return soup


def _shows_nothing_else(node: SyntaxTreeNode) -> bool:
    """Return whether a part of a line is a picture, such as one that leads somewhere, or a blank beside one."""
    match node.type:
        case "image" | "softbreak" | "hardbreak":
            return True
        case "text":
            return not node.content.strip()
        case "link":
            return bool(node.children) and all(map(_shows_nothing_else, node.children))
        case _:
            return False


def _without_attribute(title: str) -> tuple[str, str]:
    """Return a heading without an id in braces, and the id: ``Why? {#why}``."""
    found = _HEADING_ATTRIBUTE.search(title)
    return (title[: found.start()], found["id"]) if found else (title, "")


_QUESTION_AND_ANSWER: Final = re.compile(
    r"^(?:Q|F|P|Question)\s?\d{0,3}\s?[:.]\s(?P<question>[^\n]+?)\s"
    r"(?:A|R|Answer)\s?\d{0,3}\s?[:.]\s(?P<answer>.+)$",
    re.DOTALL,
)
_QUESTION_ALONE: Final = re.compile(r"^(?:Q|Question)\s?\d{0,3}\s*[:.]\s+(?P<question>\S[^\n]*)$")


def _asked(text: str) -> tuple[str, str] | None:
    """Return the question and the answer of a paragraph such as ``Q: ... A: ...``; None if it is none."""
    text = "\n".join(map(prose.squeezed, text.split("\n")))
    if found := _QUESTION_AND_ANSWER.match(text):
        return found["question"], found["answer"]
    if found := _QUESTION_ALONE.match(text):
        return found["question"], ""
    return None
