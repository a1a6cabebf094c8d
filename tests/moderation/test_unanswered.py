"""Unanswered questions come to moderators as few groups, always the same ones."""

import datetime as dt
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rapidfuzz import process

from bot.answering.answerer import Answerer
from bot.moderation import unanswered
from bot.moderation.unanswered import Order, group_questions, sort_groups, with_nearest
from bot.store.types import Unanswered, Why

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


def asked(number: int, text: str, why: Why = Why.MISSED) -> Unanswered:
    return Unanswered(f"{number:012x}", text, why, None, 1, NOON + dt.timedelta(minutes=number))


LIST = [
    asked(1, "which college did corey miller go to"),
    asked(2, "what college did corey miller go to?"),
    asked(3, "wich college did corey miler go to", Why.NOT_HELPFUL),
    asked(4, "what is his favourite pizza topping"),
    asked(5, "which college  did corey miller go to"),
]


def test_wordings_of_one_question_become_one_group(answerer: Answerer) -> None:
    college, pizza = group_questions(LIST, answerer.matcher)
    assert college.text == "which college did corey miller go to", "the wording used most stands for all"
    assert college.count == 4
    assert len(college.wordings) == 3
    assert college.ids == tuple(f"{number:012x}" for number in (5, 3, 2, 1))
    assert college.last == NOON + dt.timedelta(minutes=5)
    assert college.whys == ((Why.MISSED, 3), (Why.NOT_HELPFUL, 1))
    assert pizza.wordings == ("what is his favourite pizza topping",)


def test_of_wordings_used_alike_the_one_most_like_the_others_stands_for_all(answerer: Answerer) -> None:
    texts = [
        "a wich colege did corey miller go to",
        "which college did corey miller go to",
        "what college did corey go to",
    ]
    (group,) = group_questions([asked(number, text) for number, text in enumerate(texts)], answerer.matcher)
    assert group.text == group.wordings[0] == texts[1]


def test_a_question_that_is_asked_at_length_and_often_takes_no_more_comparing(
    answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[int] = []

    def cdist(some: Sequence[str], others: Sequence[str], **options: Any) -> Any:  # noqa: ANN401 (rapidfuzz's own)
        compared.append(sum(map(len, some)) * sum(map(len, others)))
        return process.cdist(some, others, **options)

    monkeypatch.setattr(unanswered, "process", SimpleNamespace(cdist=cdist))
    said = "which college did corey miller go to, and who paid for it? " * 10
    for times in (150, 300):
        (group,) = group_questions([asked(number, f"{said}{number:03}") for number in range(times)], answerer.matcher)
        assert group.count == times
    assert len(set(compared)) == 1
    compared.clear()
    group_questions([asked(number, f"{said * 5}{number:03}") for number in range(150)], answerer.matcher)
    group_questions([asked(number, f"{said}{number:03}") for number in range(150)], answerer.matcher)
    assert len(set(compared)) == 1


def test_groups_by_the_latest(answerer: Answerer) -> None:
    groups = group_questions([asked(1, "who?"), asked(1, "who?"), asked(2, "pizza")], answerer.matcher)
    assert [group.text for group in groups] == ["who?", "pizza"]
    assert [group.text for group in sort_groups(groups, Order.RECENT)] == ["pizza", "who?"]


def test_a_group_names_the_entry_to_which_it_may_belong(answerer: Answerer) -> None:
    groups = group_questions([asked(1, "how old was the boy that got shot")], answerer.matcher)
    ((_, nearest),) = with_nearest(groups, answerer.matcher)
    assert nearest
    assert nearest.entry == "victim-age"
    assert 0 < nearest.score <= 1


def test_what_is_near_no_entry_is_a_group_all_the_same(answerer: Answerer) -> None:
    groups = group_questions([asked(1, "???"), asked(2, ""), asked(3, "pizza toppings")], answerer.matcher)
    assert [nearest for _, nearest in with_nearest(groups, answerer.matcher)] == [None, None, None]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(LIST))
def test_the_order_of_the_list_changes_nothing(answerer: Answerer, order: list[Unanswered]) -> None:
    assert group_questions(order, answerer.matcher) == group_questions(LIST, answerer.matcher)


def test_every_question_is_in_one_group(answerer: Answerer) -> None:
    texts = [text for entry in answerer.base.entries.values() for text in entry.phrasings[:2]]
    groups = group_questions([asked(number, text) for number, text in enumerate(texts)], answerer.matcher)
    assert sorted(id_ for group in groups for id_ in group.ids) == [f"{number:012x}" for number in range(len(texts))]
    assert [group.count for group in groups] == sorted((group.count for group in groups), reverse=True)
