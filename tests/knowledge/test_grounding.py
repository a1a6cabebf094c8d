"""Every answer is held against the words of the article it cites."""

from pathlib import Path

import pytest

from bot.knowledge.grounding import article_passages, check_grounding
from bot.knowledge.load import read_files

ARTICLE = """On November 5, 1998 a painting worth 300 dollars was gone from the Harbour Museum. It was blue.

The guard Ada Voss (@adavoss) wrote in March 1999, "I saw a man with a ladder near the gate" #HarbourTheft."""


def problems_of(folder: Path, answer: str, *, inferred: str = "") -> list[str]:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8")
    old = "    answer: A painting [n1]. The director calls it priceless [letter:n1].\n"
    assert old in text
    path.write_text(text.replace(old, f"    answer: >-\n      {answer}\n{inferred}"), "utf-8")
    files = read_files(folder)
    assert not files.problems
    return [
        problem.what
        for problem in check_grounding(files, article_passages(ARTICLE, files))
        if problem.place.line in {9, 10}
    ]


@pytest.mark.parametrize(
    "answer",
    [
        "It was gone on 5 November 1998 [n1].",
        "It was gone in November 1998 and cost 300 dollars [n1].",
        'Ada Voss writes of a man "with a ladder" [n2].',
        "Ada (@adavoss) tags it #harbourtheft [n2].",
        "Priceless, 400 years old, says Zoe [letter:n1].",
    ],
)
def test_what_the_cited_passage_holds_passes(folder: Path, answer: str) -> None:
    assert problems_of(folder, answer) == []


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("It was gone on 6 November 1998 [n1].", "6 November 1998"),
        ("It was gone on 5 November 1998 [n2].", "5 November 1998"),
        ("It cost 400 dollars [n1].", "400"),
        ("There were three of them [n1].", "three"),
        ("It was Ada Voss who wrote it [n1].", "Ada Voss"),
        ("It went to Zurich by ship [n1].", "Zurich"),
        ('She writes of a man "with a rope" [n2].', "with a rope"),
        ("They use #FindIt [n2].", "#FindIt"),
        ("She is @ada [n2].", "@ada"),
    ],
)
def test_what_it_does_not_hold_is_reported(folder: Path, answer: str, missing: str) -> None:
    assert problems_of(folder, answer) == [f'"{missing}" is not in the cited passages']


def test_a_declared_inference_passes(folder: Path) -> None:
    inferred = "    inferred: {three: the plural of the article}\n"
    assert problems_of(folder, "There were three of them [n1].", inferred=inferred) == []


def test_the_articles_sentences_may_not_be_copied(folder: Path) -> None:
    assert problems_of(folder, "They say a painting worth 300 dollars was gone from the museum [n1].") == [
        '"a painting worth 300 dollars was gone from" stands word for word in the article'
    ]


def test_long_quotations_are_refused(folder: Path) -> None:
    answer = 'She writes "I saw a man with a ladder near the gate" [n2].'
    assert problems_of(folder, answer) == ['the quotation "I saw a man with a ladder near the gate" is too long']


def test_an_events_date_must_be_in_the_passages_it_cites(folder: Path) -> None:
    path = folder / "timeline.yaml"
    path.write_text(path.read_text("utf-8").replace("1998-11-05", "1998-11-06"), "utf-8")
    files = read_files(folder)
    (problem,) = check_grounding(files, article_passages(ARTICLE, files))
    assert str(problem).startswith("timeline.yaml:5:5: the date 6 November 1998 is not in the cited passages")


def test_an_article_with_other_paragraphs_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"3 paragraphs parted by blank lines, but source `report` lists 2"):
        article_passages(ARTICLE + "\n\nMore.", read_files(folder))
