"""A text as a source: what it was, and what has become of it since."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.citations import Ref
from bot.knowledge.model import Passage, Source
from bot.knowledge.source_text import DraftSource, compare, draft_source, likeliest, passage_texts
from bot.knowledge.splitting import SplitBy
from tests.places import TEXTS

DAY = dt.date(2025, 11, 12)
ARTICLE = (TEXTS / "footbridge.txt").read_text("utf-8")


def source(draft: DraftSource, name: str = "article") -> Source:
    passages = tuple(Passage(id=each.id, gist="?", digest=each.digest) for each in draft.passages)
    return Source(id=name, title="T", date=DAY, kind="article", language="en", passages=passages)


def made(text: str, by: SplitBy = SplitBy.PARAGRAPH) -> Source:
    return source(draft_source(text, DAY, "en", by=by))


def test_speakers_of_an_article_are_people_and_organisations_by_their_names() -> None:
    draft = draft_source(ARTICLE, DAY, "en")
    assert {each.name: each.passages for each in draft.speakers} == {
        "Helen Prowse": ("p3b", "p8b", "p18b"),
        "Owen Tarrant": ("p5b", "p15b"),
        "Priya Nand": ("p10b",),
        "Aldermere Traders' Association": ("p11b",),
        "Tom Abara": ("p14",),
        "Ines Bellweather": ("p19b",),
    }


def test_a_surname_that_the_text_has_alone_is_an_alias_unless_two_share_it() -> None:
    draft = draft_source(ARTICLE, DAY, "en")
    assert {each.name: each.alias for each in draft.speakers} == {
        "Helen Prowse": "Prowse",
        "Owen Tarrant": "Tarrant",
        "Priya Nand": "Nand",
        "Aldermere Traders' Association": None,
        "Tom Abara": "Abara",
        "Ines Bellweather": None,
    }
    two = "“No,” said Ana Ruiz.\n\n“Yes,” said Luis Ruiz. Ruiz left."
    assert [each.alias for each in draft_source(two, DAY, "en").speakers] == [None, None]


@pytest.mark.parametrize("passage", ["[^2]: Ask a month before you build.", "- Ask a month before you build."])
def test_a_gist_begins_after_the_label_of_a_footnote_and_the_mark_of_an_item(passage: str) -> None:
    (draft,) = draft_source(passage, DAY, "en").passages
    assert [voice.gist for voice in draft.voices] == ["Ask a month before you build. …"]


def test_a_gist_begins_with_a_few_words_and_never_holds_a_sentence_of_the_text() -> None:
    for passage in draft_source(ARTICLE, DAY, "en").passages:
        for voice in passage.voices:
            assert voice.gist.endswith("…")
            assert len(voice.gist.split()) <= 10


SENTENCES = st.sampled_from([f"Sentence number {n} says something of its own." for n in range(30)])
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=8, unique=True)


@given(PARAGRAPHS, st.sampled_from(["\n\n", "\n\n\n", "\n \n"]), st.sampled_from(SplitBy))
def test_a_text_that_only_its_layout_changes_is_the_same(paragraphs: list[str], between: str, by: SplitBy) -> None:
    wrapped = between.join(each.replace(" ", "\n", 1) for each in paragraphs)
    assert not compare(made("\n\n".join(paragraphs), by), wrapped).any


@given(PARAGRAPHS, PARAGRAPHS)
def test_what_is_new_and_gone_adds_up(before: list[str], after: list[str]) -> None:
    was = made("\n\n".join(before))
    changes = compare(was, "\n\n".join(after))
    assert len(changes.changed) + len(changes.gone) == len({*before} - {*after})
    assert len(changes.changed) + len(changes.new) == len({*after} - {*before})
    assert {block.text for _, block in (*changes.changed, *changes.new)} == {*after} - {*before}


def test_a_passage_that_moved_has_not_changed() -> None:
    one, two, three = (f"Paragraph {n} is here." for n in ("one", "two", "three"))
    assert not compare(made(f"{one}\n\n{two}\n\n{three}"), f"{three}\n\n{one}\n\n{two}").any


def test_a_text_belongs_to_the_source_that_it_shares_the_most_with() -> None:
    other = source(draft_source("Something else altogether.", DAY, "en"), "other")
    assert likeliest([other, made(ARTICLE)], ARTICLE.replace("nobody was hurt", "two were hurt")) == made(ARTICLE)
    assert likeliest([other], ARTICLE) is None


def test_the_texts_of_passages_are_found_by_their_digests_whatever_stands_between() -> None:
    was = made("It was shut.\n\nIt is open.")
    assert passage_texts(was, "A headline\n\nBy Ann Lee\n\nIt is open.\n\nIt was shut.") == {
        Ref("article", "p1"): "It was shut.",
        Ref("article", "p2"): "It is open.",
    }
    with pytest.raises(ValueError, match="in p2"):
        passage_texts(was, "It was shut.\n\nIt is open again.")
