"""A sheet of 500 rows with every kind of dirt: each problem is named by row and column, and nothing is lost."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from bot.importing import files, folder
from bot.importing.merge import Plan
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase

ROWS: Final = 500
HEAD: Final = ["ID", "Question", "Answer", "Other wordings", "Category", "Owner"]
TODAY: Final = dt.date(2026, 11, 29)
WHEN: Final = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Dirt:
    """A kind of dirt."""

    cells: Callable[[int], list[str]]
    """The cells of the row with a number."""

    becomes: str | None
    """The answer, without marks; None if the row cannot be an entry."""

    named: str = ""
    """What is said of it, with its column; empty for nothing."""


def row(n: int, question: str = "", answer: str = "", wordings: str = "", topic: str = "Rules") -> list[str]:
    return ["", question or f"What of rule {n}?", answer or f"Rule {n} holds.", wordings, topic, "Ann"]


EMOJI: Final = "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f"
ZEROS: Final = "ze\u200bro\ufeff wi\u202edth"
KINDS: Final[dict[str, Dirt]] = {
    "clean": Dirt(row, "Rule {n} holds."),
    "quotes": Dirt(lambda n: row(n, answer='He said ""no"", "yes".'), 'He said ""no"", "yes".'),
    "line feeds": Dirt(lambda n: row(n, answer="One.\nTwo.\r\n\r\n- three\n- four"), "One. Two. - three - four"),
    "line feed in the question": Dirt(lambda n: row(n, f"What of\nrule {n}?"), "Rule {n} holds."),
    "separators": Dirt(lambda n: row(n, answer="a; b, c\td | e"), "a; b, c d | e"),
    "blanks around": Dirt(lambda n: row(n, f"  What of rule {n}?\u00a0", "  So.  "), "So."),
    "emoji": Dirt(lambda n: row(n, answer=f"Yes {EMOJI}"), f"Yes {EMOJI}"),
    "HTML": Dirt(
        lambda n: row(n, answer="<p>So, <b>yes</b> &amp; no.</p><ul><li>a</li><li>b</li></ul><script>x()</script>"),
        "So, yes & no. - a - b",
        "column C (Answer): HTML tags were removed from the answer; its text, lists and links are kept",
    ),
    "invisible": Dirt(
        lambda n: row(n, answer=f"So {ZEROS}."),
        "So zero width.",
        'column C (Answer): in the answer of "What of rule {n}?", invisible characters',
    ),
    "marks": Dirt(lambda n: row(n, answer="See [p3] [sic]."), "See (p3) [sic].", "looks like a citation mark"),
    "wordings": Dirt(lambda n: row(n, wordings=f"rule {n} pls | {n}th rule"), "Rule {n} holds."),
    "formula's result": Dirt(lambda n: row(n, answer="'=SUM is a function"), "=SUM is a function"),
    "no question": Dirt(
        lambda n: ["", "", f"An answer to nothing {n}", "", "", ""],
        None,
        'column B (Question): there is no question: "An answer to nothing {n}"; write the question',
    ),
    "signs for a question": Dirt(
        lambda n: row(n, "???", f"x{n}"), None, 'column B (Question): "???" has no letters: "x{n}"'
    ),
    "no answer": Dirt(lambda n: row(n, answer=" \u00a0"), None, 'column C (Answer): "What of rule {n}?" has no answer'),
    "formula": Dirt(
        lambda n: row(n, answer=f"=VLOOKUP(A{n};B:C;2)"), None, "column C (Answer): this is a formula, not its result"
    ),
    "too long": Dirt(lambda n: row(n, answer=f"Words {n}. " * 300), None, "`answer` is longer than 2000 characters"),
    "too long a question": Dirt(
        lambda n: row(n, f"What of rule {n}" + " and" * 90), None, "`question` is longer than 300 characters"
    ),
    "the same again": Dirt(lambda _: row(1), None, '"What of rule 1?" repeats faq.csv: row 2, column B (Question)'),
    "the same, answered otherwise": Dirt(
        lambda n: row(1, answer=f"Other {n}."), None, '"What of rule 1?" has a different answer in faq.csv: row 2'
    ),
    "headings again": Dirt(lambda _: HEAD, None, "the headings are repeated here"),
    "too many cells": Dirt(lambda n: [*row(n), f"extra {n}"], None, "more cells than columns: extra {n}"),
    "too few cells": Dirt(lambda n: row(n)[:3], "Rule {n} holds."),
}  # fmt: skip


def sheet() -> tuple[list[list[str]], dict[int, tuple[int, Dirt]]]:
    """Return the cells of 500 rows, and the number and the kind of dirt of each row of the sheet."""
    names = list(KINDS)
    rows, kinds = [HEAD], {}
    for n in range(1, ROWS + 1):
        kind = KINDS[names[(n - 1) % len(names)]]
        rows.append(kind.cells(n))
        kinds[n + 1] = (n, kind)
    return rows, kinds


def written(rows: list[list[str]], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


FORMS: Final = {
    "commas, with a byte order mark": (",", "utf-8-sig"),
    "semicolons, UTF-16": (";", "utf-16"),
    "tabs": ("\t", "utf-8"),
}


@pytest.fixture(scope="module", params=FORMS)
def imported(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Plan, KnowledgeBase]:
    delimiter, encoding = FORMS[request.param]
    work = tmp_path_factory.mktemp("dirt")
    path = work / "faq.csv"
    path.write_bytes(written(sheet()[0], delimiter).encode(encoding))
    planned = folder.prepare([files.read(path)], work / "base", TODAY)
    folder.carry_out(planned, "Ann", WHEN)
    return planned.plan, load(work / "base")


def plain(answer: str) -> str:
    return re.sub(r"\s*\[p\d+\]", "", " ".join(answer.split()))


def test_every_row_becomes_an_entry_or_is_named_with_its_row_and_column(imported: tuple[Plan, KnowledgeBase]) -> None:
    plan, base = imported
    named: dict[int, list[str]] = {}
    for found in plan.findings:
        number = re.match(r"faq\.csv: row (\d+)", str(found))
        assert number, found
        named.setdefault(int(number[1]), []).append(str(found))
    entries = {entry.question: entry for entry in base.entries.values()}
    for at, (n, dirt) in sheet()[1].items():
        said = " ".join(named.pop(at, []))
        assert dirt.named.format(n=n) in said, (at, said)
        assert bool(dirt.named) == bool(said), said
        if dirt.becomes is not None:
            assert plain(entries[f"What of rule {n}?"].answer) == dirt.becomes.format(n=n)
    assert not named, "nothing is named without a reason"
    assert len(entries) == sum(dirt.becomes is not None for _, dirt in sheet()[1].values())


def test_wordings_and_topics_are_kept(imported: tuple[Plan, KnowledgeBase]) -> None:
    _, base = imported
    n = list(KINDS).index("wordings") + 1
    entry = next(entry for entry in base.entries.values() if entry.question == f"What of rule {n}?")
    assert entry.phrasings == (f"rule {n} pls", f"{n}th rule")
    assert [topic.title for topic in base.case.topics] == ["Rules", "Faq"], "of rows without one: the file's name"
