"""Files that nobody means to write: each is imported or refused in a sentence, in time in proportion to its size."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from typing_extensions import override

from bot.importing import sheet
from bot.importing.faq import UnusableError
from bot.importing.files import read
from bot.importing.folder import prepare
from bot.importing.merge import Fate

TODAY = dt.date(2026, 11, 29)

PAGE = "<!doctype html><html lang='en'><body>"
UNFOLDS = f"{PAGE}<details><summary>Who is it?</summary>"
DEEP: Final = 5_000
JSON = '<script type="application/ld+json">%s</script>'

NESTED: Final = {
    "elements in elements.html": UNFOLDS + "<div>" * DEEP + "It is Ada.",
    "lists in lists.html": UNFOLDS + "<ul><li>" * DEEP + "It is Ada.",
    "links in links.html": UNFOLDS + "<a href='https://example.org'>" * DEEP + "It is Ada.",
    "details in details.html": f"{PAGE}{'<details>' * DEEP}<summary>Who is it?</summary>It is Ada.",
    "elements in Markdown.md": "# Who is it?\n\n" + "<div>\n" * DEEP + "It is Ada.\n",
    "elements in a cell.csv": f'question,answer\nWho is it?,"{"<div>" * DEEP}It is Ada."\n',
}

TAKEN: Final = {
    "quotations in quotations.md": f"# FAQ\n\n## Who is it?\n\n{'>' * DEEP} It is Ada.\n",
    "half a character.html": PAGE
    + JSON % '{"@type": "Question", "name": "Who \\ud800 is it?", "acceptedAnswer": {"text": "\\udfff Ada."}}',
    "an address that is none.csv": "question,answer,source\nWho is it?,Ada.,https://[\nWho else?,Bo.,http://a:b@c:99999\n",
    "code among other wordings.md": "# FAQ\n\n## Who is it?\n\nIt is Ada.\n\n"
    "Also asked as:\n\n- ```\n  who\n  ```\n- ---\n- who then\n",
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_too_deeply_is_refused(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(NESTED[name], "utf-8")
    with pytest.raises(UnusableError, match=r"is nested too deeply. Close the elements and lists that stay open in it"):
        read(file)


@pytest.mark.parametrize("name", TAKEN)
def test_what_else_nobody_means_to_write_is_imported(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    file.write_text(TAKEN[name], "utf-8")
    faq = read(file)
    plan = prepare([faq], tmp_path / "base", TODAY).plan
    assert plan.count(Fate.NEW) + len(plan.findings) == len(faq.rows) > 0
    "\n".join(plan.files.values()).encode()


def test_of_a_folder_only_the_file_is_left_out_that_is_nested_too_deeply(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(NESTED["elements in Markdown.md"], "utf-8")
    (tmp_path / "b.md").write_text("# Who else?\n\nBo.\n", "utf-8")
    faq = read(tmp_path)
    assert [row.question for row in faq.rows] == ["Who else?"]
    assert [str(found) for found in faq.findings] == [
        "a.md: is nested too deeply; close the elements and lists that stay open in it"
    ]


class Counted(list[str]):
    """Lines that count how often one of them is read."""

    reads = 0

    @override
    def __getitem__(self, at: Any) -> Any:
        self.reads += 1
        return super().__getitem__(at)

    @override
    def __iter__(self) -> Iterator[str]:
        for each in super().__iter__():
            self.reads += 1
            yield each


def test_a_row_of_a_sheet_does_not_read_those_above_it_again() -> None:
    lines = Counted(["question,answer"] + ["Who is it?,Ada."] * 1_000)
    assert len(list(sheet._parsed(lines, ","))) == 1_001  # noqa: SLF001 (the text is taken apart above it)
    assert len(lines) <= lines.reads <= 5 * len(lines)
