"""What a check shows: computed once for a state of the FAQ and a day."""

import datetime as dt

import pytest

from bot.answering.answerer import Answerer
from bot.knowledge.hints import Hint, HintKind
from bot.knowledge.load import Files, load
from bot.matching.matcher import Matcher
from bot.moderation import check_cache
from bot.moderation.check_cache import CheckCache
from bot.moderation.hints import all_hints
from tests.places import HARBOUR

REVIEWED = dt.date(2026, 11, 23)


def test_a_review_gets_too_old_while_the_bot_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, answerer = CheckCache(), Answerer(load(HARBOUR), lexical_only=True)
    done: list[dt.date] = []

    def counted(files: Files, matcher: Matcher, today: dt.date) -> list[Hint]:
        done.append(today)
        return all_hints(files, matcher, today)

    monkeypatch.setattr(check_cache, "all_hints", counted)

    def old(today: dt.date) -> bool:
        return HintKind.STALE in {hint.kind for hint in cache.hints(answerer, HARBOUR, today)}

    then = REVIEWED + dt.timedelta(days=366)
    assert [old(REVIEWED), old(REVIEWED), old(then), old(then)] == [False, False, True, True]
    assert done == [REVIEWED, then]
