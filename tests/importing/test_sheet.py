"""FAQs as sheets: dialects, encodings and columns that nobody has named."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.importing import files, prose, sheet
from bot.importing.decoding import decoded
from bot.importing.faq import Faq, UnusableError
from bot.spreadsheet import defused, fused

ROWS = [
    ["Question", "Answer", "Category"],
    ["When?", 'At "six", or so', "Times, days"],
    ["Where?", "Here\nand there", ""],
]


def text_of(rows: list[list[str]], delimiter: str) -> str:
    lines = [delimiter.join('"{}"'.format(cell.replace('"', '""')) for cell in row) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def said(faq: Faq) -> list[tuple[str, str]]:
    return [(row.question, prose.written(row.answer)) for row in faq.rows]


ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without a byte order mark",
    "utf-16-be": "UTF-16 without a byte order mark",
    "utf-32": "UTF-32",
    "cp1252": "Windows-1252, as it is not UTF-8",
}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_dialect_and_encoding_is_read_and_shown(encoding: str, delimiter: str) -> None:
    rows = [*ROWS, ["Fee?", "£60 – or less", "Money"]]
    text, name = decoded(text_of(rows, delimiter).encode(encoding), "faq.csv")
    faq = sheet.read(text, "faq.csv", name)
    assert name == ENCODINGS[encoding]
    assert said(faq) == [("When?", 'At "six", or so'), ("Where?", "Here\n\nand there"), ("Fee?", "£60 – or less")]
    assert faq.guesses[0].startswith(f"{ENCODINGS[encoding]}, cells separated by ")
    assert faq.guesses[1] == 'columns: question = A "Question", answer = B "Answer", topic = C "Category"'


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_emoji_whose_half_ends_in_a_zero_byte_is_text(encoding: str) -> None:
    text = text_of([*ROWS, ["Tea?", "Yes \U0001f600", ""]], ",").replace("\r", "")
    assert decoded(text.encode(encoding), "faq.csv") == (text, "UTF-16 without a byte order mark")


def test_what_is_no_text_is_refused_by_name() -> None:
    for raw, what in ((b"\xff\xfe\x00\x00", "empty"), (b"PK\x03\x04\0\0\1\0\0", "not text"), (b" \n", "empty")):
        with pytest.raises(UnusableError, match=f"faq.csv is {what}"):
            decoded(raw, "faq.csv")


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["Pregunta", "Respuesta", "Tema"], "question = A"),
        (["Nr", "FAQ", "Response"], 'question = B "FAQ", answer = C "Response"'),
        (["Stichwort", "Frage", "Antwort"], 'question = B "Frage", answer = C "Antwort"'),
    ],
)
def test_columns_are_known_by_their_names(head: list[str], columns: str) -> None:
    faq = sheet.read(text_of([head, ["a?", "b?", "c"]], ","), "faq.csv")
    assert columns in faq.guesses[1]


def test_without_headings_the_cells_tell_the_columns() -> None:
    rows = [["1", "When do you meet?", "On Tuesdays at seven."], ["2", "Where?", "In the hall at the river."]]
    faq = sheet.read(text_of(rows, ";"), "faq.csv")
    assert [question for question, _ in said(faq)] == ["When do you meet?", "Where?"]
    assert faq.guesses[1] == "no headings; columns by what they hold: question = B, answer = C"


def test_a_title_may_stand_above_the_headings() -> None:
    faq = sheet.read("Stand: 2026;;\n;;\nFrage;Antwort;Thema\nWann?;Um sechs.;Zeiten\n", "faq.csv")
    assert said(faq) == [("Wann?", "Um sechs.")]
    assert faq.rows[0].where == "faq.csv: row 4, column A (Frage)"
    assert faq.guesses[2] == "not read, above the headings: Stand: 2026"


@pytest.mark.parametrize("title", ["Club FAQ\n", "Club FAQ\n\n", "Our club;2026\n"])
def test_a_title_above_columns_without_headings_is_no_fault(title: str) -> None:
    rows = "".join(f"Q{n}?;It is {n} of the answers.;Ann\n" for n in range(4))
    faq = sheet.read(title + rows, "faq.csv")
    assert said(faq) == [(f"Q{n}?", f"It is {n} of the answers.") for n in range(4)]


def test_a_formula_is_named_once() -> None:
    faq = sheet.read("question,answer,topic\nWhen?,=NOW(),\n=A1,So,\nWhy?,So,=B2\n", "faq.csv")
    assert [str(found) for found in faq.findings] == [
        f"faq.csv: row {row}: this is a formula, not its result: {cell}; "
        "export the sheet with values instead of formulas"
        for row, cell in (
            ("2, column B (answer)", "=NOW()"),
            ("3, column A (question)", "=A1"),
            ("4, column C (topic)", "=B2"),
        )
    ]
    assert said(faq) == [("Why?", "So")], "a row without question or answer is not reported again as such"


def test_what_no_column_is_for_is_named() -> None:
    faq = sheet.read('question,answer,owner\nWhy?,So,Ann\nHow?,"a",b,more\n', "faq.csv")
    assert faq.guesses[2] == 'columns not used: C "owner"'
    assert str(faq.findings[0]) == (
        "faq.csv: row 3: there are more cells than columns: more; put a text with separators in quotation marks"
    )
    assert said(faq) == [("Why?", "So")], "an answer that may be cut short is none"
    nothing = sheet.read("name,colour\nAnn,red\n", "faq.csv")
    assert 'name the columns in the first row: "question" and "answer"' in str(nothing.findings[0])


def test_a_quotation_mark_that_is_not_closed_swallows_no_row() -> None:
    faq = sheet.read('question,answer\nWhy?,"So\nHow?,Thus\nWho?,"They"\n', "faq.csv")
    assert said(faq) == [("Why?", "So"), ("How?", "Thus"), ("Who?", "They")]
    assert str(faq.findings[0]).startswith("faq.csv: row 2: the quotation marks don't match")


def test_cells_of_several_phrasings_are_parted() -> None:
    head = "question,answer,phrasings,tags\n"
    rows = ['Why?,So,"a one\nb, two","x, y"', 'How?,So,"a | b",z', 'Who?,So,"a; b",']
    faq = sheet.read(head + "\n".join(rows), "faq.csv")
    assert [row.phrasings for row in faq.rows] == [("a one", "b, two"), ("a", "b"), ("a", "b")]
    assert [row.topics for row in faq.rows] == [("x", "y"), ("z",), ()]


@given(st.text(st.characters(codec="utf-8"), max_size=30) | st.text("=+-@'; \n\tab\uff1d\u200b", max_size=12))
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    safe = defused(cell)
    assert fused(safe) == cell
    for part in safe.replace(";", "\n").replace("\t", "\n").split("\n"):
        assert not part.strip(" \u200b").startswith(("=", "+", "-", "@", "\uff1d"))


@given(st.lists(st.lists(st.text("ab,;|\t\"' \n?", max_size=6), min_size=2, max_size=3), min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_is_read_as_it_was(cells: list[list[str]]) -> None:
    rows = [["question", "answer", "notes"], *([f"{n}{row[0]}", row[1], "x"] for n, row in enumerate(cells, 1))]
    faq = sheet.read(text_of(rows, ","), "faq.csv")
    assert [row.question for row in faq.rows] == [" ".join(row[0].split()) for row in rows[1:]]
    assert csv.field_size_limit() >= 1_000_000


def test_what_a_formula_could_not_compute_is_no_answer() -> None:
    faq = sheet.read("Question,Answer\nWhen?,#REF!\n#N/A,Yes.\nWhere?,#1 Main Street\n", "faq.csv")
    assert said(faq) == [("Where?", "#1 Main Street")]
    assert [(found.where, found.what) for found in faq.findings] == [
        ("faq.csv: row 2, column B (Answer)", "the sheet could not compute this: #REF!"),
        ("faq.csv: row 3, column A (Question)", "the sheet could not compute this: #N/A"),
    ]
    assert all(found.left_out for found in faq.findings)


def test_a_long_formula_is_shown_as_cut_off() -> None:
    formula = '"=HYPERLINK(""https://example.org/a/long/address"",""Where?"")"'
    (found,) = sheet.read(f"Question,Answer\n{formula},Yes.\n", "faq.csv").findings
    assert found.what.endswith('its result: =HYPERLINK("https://example.org/a/long/…')


def test_what_excel_calls_unicode_text_is_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "faq.txt"
    path.write_bytes('Id\tQuestion\tAnswer\r\n1\tWhen?\t"Now,\nor later."\r\n'.encode("utf-16"))
    assert said(files.read(path)) == [("When?", "Now,\n\nor later.")]
    path.write_text("## When?\n\nQuestion\tor answer?\n", "utf-8")
    assert said(files.read(path)) == [("When?", "Question or answer?")]
