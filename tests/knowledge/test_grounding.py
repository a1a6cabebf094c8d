"""Every answer is checked against the words of the article it cites."""

from pathlib import Path

import pytest

from bot.knowledge.grounding import article_passages, check_grounding
from bot.knowledge.load import read_files

ARTICLE = """On November 5, 1998 a painting worth 300 dollars was gone from the Harbour Museum. It was blue,
of the Museums.

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


def problems_of_changed(folder: Path, before: str, after: str) -> list[str]:
    path = folder / "faq" / "theft.yaml"
    path.write_text(path.read_text("utf-8").replace(before, after), "utf-8")
    files = read_files(folder)
    return [problem.what for problem in check_grounding(files, article_passages(ARTICLE, files))]


@pytest.mark.parametrize(
    "answer",
    [
        "It was gone on 5 November 1998 [n1].",
        "It was gone in November 1998 and cost 300 dollars [n1].",
        'Ada Voss writes of a man "with a ladder" [n2].',
        "A painting of the Museums' was gone [n1].",
        "Ada (@adavoss) tags it #harbourtheft [n2].",
        "Priceless, 400 years old, says Zoe [letter:n1].",
        'Ada Voss writes "[she] saw ... the gate" [n2].',
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
        ("It went to the Northern Rescue Society [n1].", "Northern Rescue Society"),
        ("It went to the Harbour Rescue Society's ship [n1].", "Harbour Rescue Society"),
        ("Northern Rescue Society took it [n1].", "Northern Rescue Society"),
        ("The Northern Rescue Society took it, and Northern Rescue Society sold it [n1].", "Northern Rescue Society"),
        ("It went to the Ministry of the Interior [n1].", "Ministry of the Interior"),
        ("It went to the U.S. by ship [n1].", "U.S"),
        ("It was gone on 5 and 6 November 1998 [n1].", "5 and 6 November 1998"),
        ('She writes of a man "with a rope" [n2].', "with a rope"),
        ('She writes "[she] saw ... a rope" [n2].', "[she] saw ... a rope"),
        ("They use #FindIt [n2].", "#FindIt"),
        ("She is @ada [n2].", "@ada"),
    ],
)
def test_what_it_does_not_hold_is_reported(folder: Path, answer: str, missing: str) -> None:
    assert problems_of(folder, answer) == [f'"{missing}" is not in the cited passages']


def test_two_names_are_two_problems(folder: Path) -> None:
    answer = "It went from Zurich Station, which Ada Voss knows, to Geneva Harbour and Basel [n2]."
    assert problems_of(folder, answer) == [
        f'"{name}" is not in the cited passages' for name in ("Zurich Station", "Geneva Harbour", "Basel")
    ]


@pytest.mark.parametrize(
    "written",
    [
        "5 and 6 November 1998",
        "5-6 November 1998",
        "November 5 and 6, 1998",
        "November 5–6, 1998",
        "4, 5 and 6 November 1998",
        "November 5, 6 and 7, 1998",
    ],
)
def test_each_day_of_several_is_in_the_passage(folder: Path, written: str) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8")
    assert "A painting [n1]." in text
    for days in ("5 November 1998", "6 November 1998", "5 and 6 November 1998"):
        path.write_text(text.replace("A painting [n1].", f"It was gone on {days} [n1]."), "utf-8")
        files = read_files(folder)
        passages = article_passages(ARTICLE.replace("November 5, 1998", written), files)
        assert not [each.what for each in check_grounding(files, passages) if "1998" in each.what]


def test_a_figure_of_the_later_source_is_not_in_the_earlier_one(folder: Path) -> None:
    path = folder / "faq" / "theft.yaml"
    text = path.read_text("utf-8")
    old = "    answer: A painting [n1]. The director calls it priceless [letter:n1].\n"
    new = "    answer: It was worth 300 dollars [n1]. The director says 500 [letter:n1].\n"
    path.write_text(text.replace(old, new), "utf-8")
    files = read_files(folder)
    passages = article_passages(ARTICLE, files) | article_passages("It was worth 500 dollars.\n", files, "letter")
    assert not [each for each in check_grounding(files, passages) if each.place.line in {9, 10}]
    passages |= article_passages("It was worth 400 dollars.\n", files, "letter")
    (problem,) = (each for each in check_grounding(files, passages) if each.place.line in {9, 10})
    assert problem.what == '"500" is not in the cited passages'


def test_a_declared_inference_passes(folder: Path) -> None:
    inferred = "    inferred: {three: the plural of the article}\n"
    assert problems_of(folder, "There were three of them [n1].", inferred=inferred) == []


def test_the_articles_sentences_may_not_be_copied(folder: Path) -> None:
    assert problems_of(folder, "They say a painting worth 300 dollars was gone from the museum [n1].") == [
        '"a painting worth 300 dollars was gone from" is copied word for word from the source'
    ]


def test_long_quotations_are_refused(folder: Path) -> None:
    answer = 'She writes "I saw a man with a ladder near the gate" [n2].'
    assert problems_of(folder, answer) == ['the quotation "I saw a man with a ladder near the gate" is too long']


def test_a_gist_may_not_say_more_than_its_passage(folder: Path) -> None:
    path = folder / "sources.yaml"
    text = path.read_text("utf-8").replace("A painting disappears from the museum.", "A painting goes to Zurich.")
    path.write_text(
        text.replace("What the guard says.", "A painting worth 300 dollars was gone from her sight."), "utf-8"
    )
    files = read_files(folder)
    assert [str(problem).partition(";")[0] for problem in check_grounding(files, article_passages(ARTICLE, files))] == [
        'sources.yaml:8:9: "Zurich" is not in the cited passages',
        'sources.yaml:10:9: "300" is not in the cited passages',
        'sources.yaml:10:9: "a painting worth 300 dollars was gone from" is copied word for word from the source',
    ]


def with_parts(folder: Path) -> None:
    path = folder / "sources.yaml"
    whole = "        gist: What the guard says.\n        speaker: ada-voss\n        where: a letter\n"
    assert whole in path.read_text("utf-8")
    parts = (
        "        parts:\n          - {id: n2a, gist: The guard writes.}\n"
        "          - {id: n2b, gist: What Ada Voss writes., speaker: ada-voss}\n"
    )
    path.write_text(path.read_text("utf-8").replace(whole, parts), "utf-8")


def test_a_part_with_a_speaker_is_what_the_passage_quotes_and_the_other_the_rest(folder: Path) -> None:
    with_parts(folder)
    files = read_files(folder)
    found = article_passages(ARTICLE, files)
    assert {ref.passage: text.strip() for ref, text in found.items() if ref.passage.startswith("n2")} == {
        "n2": ARTICLE.split("\n\n")[1],
        "n2a": "The guard Ada Voss (@adavoss) wrote in March 1999,   #HarbourTheft.",
        "n2b": 'Ada Voss: "I saw a man with a ladder near the gate"',
    }


def test_the_last_quotation_of_an_article_may_never_be_closed(folder: Path) -> None:
    with_parts(folder)
    files = read_files(folder)
    found = article_passages(ARTICLE.replace('gate" #HarbourTheft.', "gate"), files)
    (quoted,) = (text for ref, text in found.items() if ref.passage == "n2b")
    assert quoted.endswith("near the gate")


@pytest.mark.parametrize(
    ("answer", "missing"),
    [
        ("The guard wrote it in March 1999 [n2b].", "March 1999"),
        ('The guard saw a man "with a ladder" [n2a].', "with a ladder"),
        ("It was tagged #HarbourTheft [n2b].", "#HarbourTheft"),
    ],
)
def test_narration_is_not_in_the_words_of_the_person_quoted_nor_the_reverse(
    folder: Path, answer: str, missing: str
) -> None:
    with_parts(folder)
    assert problems_of(folder, answer) == [f'"{missing}" is not in the cited passages']
    assert problems_of_changed(folder, answer, answer.replace("n2b", "n2").replace("n2a", "n2")) == []


def test_the_speaker_of_a_part_may_be_named(folder: Path) -> None:
    with_parts(folder)
    assert problems_of(folder, 'Ada Voss writes of a man "with a ladder" [n2b].') == []


def test_an_events_date_must_be_in_the_passages_it_cites(folder: Path) -> None:
    path = folder / "timeline.yaml"
    path.write_text(path.read_text("utf-8").replace("1998-11-05", "1998-11-06"), "utf-8")
    files = read_files(folder)
    (problem,) = check_grounding(files, article_passages(ARTICLE, files))
    assert str(problem).startswith("timeline.yaml:5:5: the date 6 November 1998 is not in the cited passages")


def test_an_article_with_other_paragraphs_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match=r"3 paragraphs separated by blank lines, but source `report` lists 2"):
        article_passages(ARTICLE + "\n\nMore.", read_files(folder))
