"""The figures as a picture: whatever was asked, it can be read, and nothing hangs on colour."""

import datetime as dt
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.patches import Rectangle
from PIL import Image

from bot.charts.drawing import ALT_TEXT, WIDTH, png
from bot.charts.stats import bars, build_figure, describe
from bot.i18n.catalogue import LANGUAGES, speaking
from bot.matching.types import Outcome
from bot.moderation.stats import Summary, ending, summary
from bot.store.types import Stats
from tests.charts.layout import check_layout, written

TODAY = dt.date(2026, 11, 24)


def figures(days: int, counts: dict[int, dict[Outcome, int]], votes: int = 0) -> Summary:
    by_day = {TODAY - dt.timedelta(days=ago): of_day for ago, of_day in counts.items()}
    return summary(Stats(by_day, {}, votes, 0), Stats({}, {}, 0, 0), ending(TODAY, days))


COUNTS = st.dictionaries(st.sampled_from(Outcome), st.integers(1, 100_000), min_size=1)
SUMMARIES = st.sampled_from([7, 30, 90]).flatmap(
    lambda days: st.builds(
        figures,
        st.just(days),
        st.dictionaries(st.integers(0, days - 1), COUNTS, min_size=1),
        st.integers(0, 10_000),
    )
)


@settings(max_examples=15)
@given(SUMMARIES, st.sampled_from(LANGUAGES))
@example(figures(30, {ago: {Outcome.ANSWER: 100_000} for ago in range(30)}, votes=10_000), "en")
def test_any_figures_are_drawn_without_overlap(shown: Summary, language: str) -> None:
    with speaking(language):
        figure = build_figure(shown)
        assert len(describe(shown)) <= ALT_TEXT
    check_layout(figure)
    for patch in figure.axes[0].patches:
        box = patch.get_window_extent()
        assert box.y0 >= 0
        assert box.y1 <= figure.bbox.y1
    _, drawn = bars(shown)
    assert len(drawn) <= 30
    assert sum(each.asked for each in drawn) == shown.now.asked


def test_the_kinds_differ_in_pattern_and_are_named() -> None:
    shown = figures(7, {0: {Outcome.ANSWER: 3, Outcome.SUGGEST: 2, Outcome.NONE: 1}})
    figure = build_figure(shown)
    looks = {
        (patch.get_facecolor(), patch.get_hatch()) for patch in figure.axes[0].patches if isinstance(patch, Rectangle)
    }
    assert len(looks) == 3
    assert len({hatch for face, hatch in looks if face != (0, 0, 0, 1)}) >= 2
    for words in ("Answered: 3 (50%)", "Only suggested: 2 (33%)", "Unanswered: 1 (17%)", "Per day"):
        assert words in written(figure)
    assert Image.open(io.BytesIO(png(figure))).size[0] == WIDTH


def test_the_picture_is_in_the_language_that_is_spoken() -> None:
    shown = figures(7, {0: {Outcome.ANSWER: 3, Outcome.NONE: 1}})
    with speaking("es"):
        figure = build_figure(shown)
    for words in ("Respondidas: 3 (75%)", "Por día", "24 nov"):
        assert words in written(figure)
    assert "Per day" in written(build_figure(shown))


def test_the_description_says_what_the_bars_show() -> None:
    counts = {0: {Outcome.ANSWER: 3}, 1: {Outcome.NONE: 1}, 5: {Outcome.SUGGEST: 1}}
    assert describe(figures(7, counts)) == (
        "Bars of the questions asked, 18 to 24 November 2026: 5, of which 3 answered, 1 only suggested, 1 unanswered. "
        "Per day: 19 November: 1, 23 November: 1, 24 November: 3."
    )
    assert "By 3 days: 21 November: 1, 24 November" not in describe(figures(90, counts))
    assert "Per 3 days: 19 November: 1, 22 November: 4." in describe(figures(90, counts))
