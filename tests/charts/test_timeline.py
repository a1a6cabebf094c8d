import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.answering.answerer import Answerer
from bot.charts import timeline
from bot.charts.drawing import ALT_TEXT, png
from bot.charts.timeline import (
    MAX_CACHED,
    MAX_EVENTS,
    MAX_PICTURES,
    Charts,
    Moment,
    Picture,
    build_figure,
    describe,
    moments,
    pictures,
)
from bot.knowledge.load import load
from tests.charts.layout import check_layout, written
from tests.places import HARBOUR

TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" $\\^_{"), min_size=1, max_size=400)
MOMENTS = st.builds(
    Moment,
    year=st.integers(1, 9999),
    date=st.sampled_from(["2003", "18 January 2002", "28 September 1998"]),
    what=TEXTS,
    inferred=st.booleans(),
    claimed_by=st.just("") | TEXTS,
)


@given(st.lists(MOMENTS, min_size=1, max_size=MAX_EVENTS), st.integers(1, MAX_PICTURES))
@settings(max_examples=15)
def test_any_events_are_drawn_without_overlap(shown: list[Moment], count: int) -> None:
    picture = Picture(tuple(shown), count, count)
    figure = build_figure(picture)
    check_layout(figure)
    assert len(describe(picture)) <= ALT_TEXT


def test_the_shipped_and_another_base(answerer: Answerer) -> None:
    for base in (answerer.base, load(HARBOUR)):
        (picture,) = pictures(moments(base, base.events))
        figure = build_figure(picture)
        check_layout(figure)
        image = Image.open(io.BytesIO(png(figure)))
        image.load()
        assert image.size[0] == 1080
        assert "[" not in written(figure)
        assert "Timeline" not in written(figure), "the message says that"
        assert base.case.title not in written(figure)


def test_letters_are_large_enough_for_a_phone(answerer: Answerer) -> None:
    """A phone shows the 1080 pixels of a picture in some 265 points, as measured in the gallery."""
    (picture,) = pictures(moments(answerer.base, answerer.base.events))
    sizes = [float(label.get_fontsize()) * 100 / 72 * 265 / 1080 for label in build_figure(picture).axes[0].texts]
    assert min(sizes) >= 10


def test_the_key_does_not_say_who_gives_a_date(answerer: Answerer) -> None:
    (picture,) = pictures(moments(answerer.base, answerer.base.events))
    assert "Date as given" in written(build_figure(picture))
    assert "Reported by" not in written(build_figure(picture))


def test_what_is_inferred_or_claimed_says_so() -> None:
    shown = (
        Moment(1990, "1990", "One."),
        Moment(1991, "1991", "Two.", inferred=True),
        Moment(2000, "2000", "Three.", claimed_by="Ada"),
    )
    figure = build_figure(Picture(shown))
    text = written(figure)
    assert "Date inferred" in text
    assert "Claimed by Ada" in text
    assert "about 9 years later" in text
    shapes = {line.get_marker() for line in figure.axes[0].lines} - {"None"}
    assert shapes == {"o", "D", "s"}


@given(st.integers(1, 3 * MAX_PICTURES * MAX_EVENTS))
def test_a_long_timeline_goes_on_in_more_pictures(count: int) -> None:
    shown = [Moment(number, str(number), "It is so.") for number in range(count)]
    parts = pictures(shown)
    assert len(parts) <= MAX_PICTURES
    drawn = [moment for part in parts for moment in part.moments]
    assert drawn == shown[: MAX_PICTURES * MAX_EVENTS]
    sizes = [len(part.moments) for part in parts]
    assert min(sizes) >= 1
    assert max(sizes) <= MAX_EVENTS
    headings = [part.heading for part in parts]
    assert headings == (
        ["Timeline"] if len(parts) == 1 else [f"Timeline, part {n + 1} of {len(parts)}" for n in range(len(parts))]
    )


async def test_only_the_latest_pictures_are_kept(answerer: Answerer, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []

    def draw(picture: Picture) -> bytes:
        drawn.append(picture.moments[0].year)
        return b"PNG"

    monkeypatch.setattr(timeline, "build_figure", draw)
    monkeypatch.setattr(timeline, "png", bytes)
    asked = [Picture((Moment(year, str(year), "It is so."),)) for year in range(MAX_CACHED + 1)]
    charts = Charts()
    for picture in (*asked, asked[-1], asked[0]):
        assert await charts.draw(answerer.base, picture) == b"PNG"
    assert drawn == [*range(MAX_CACHED + 1), 0]
