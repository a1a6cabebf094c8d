"""What every store does, whether nothing is saved, or SQLite or PostgreSQL saves it."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.matching.types import Outcome
from bot.store import memory
from bot.store.memory import MemoryStore
from bot.store.store import Store
from bot.store.types import GuildSettings, ReplyLink, Resolution, Why
from tests.settings import save_settings
from tests.store.samples import ANA, BEN, GUILD, NOON, OTHER, asked, ended, stopped


async def test_settings_hold_once_saved(store: Store) -> None:
    assert store.settings(GUILD) == store.settings(None) == GuildSettings()
    chosen = GuildSettings(prefix="?", channels=frozenset({1, BEN}), moderator_channel=3, language="es", digest=True)
    await save_settings(store, GUILD, GuildSettings(prefix="."))
    await save_settings(store, GUILD, chosen)
    assert store.settings(GUILD) == chosen
    assert store.all_settings() == {GUILD: chosen}


async def test_settings_that_are_changed_at_once_are_all_kept(store: Store) -> None:
    edits: list[Callable[[GuildSettings], GuildSettings]] = [
        lambda now: replace(now, paused=True),
        lambda now: replace(now, prefix="?"),
        lambda now: replace(now, digest=True),
    ]
    for there in (GuildSettings(), GuildSettings(log_questions=False)):
        await save_settings(store, GUILD, there)
        await asyncio.gather(*(store.change_settings(GUILD, edit) for edit in edits))
        assert store.settings(GUILD) == replace(there, paused=True, prefix="?", digest=True)
    await asyncio.gather(*(store.change_settings(OTHER, edit) for edit in edits))
    assert store.settings(OTHER) == GuildSettings(paused=True, prefix="?", digest=True)


async def test_settings_may_change_while_somebody_goes_through_them(store: Store) -> None:
    await save_settings(store, GUILD, GuildSettings(prefix="."))
    for _ in store.all_settings():
        await save_settings(store, OTHER, GuildSettings(prefix="?"))
    assert set(store.all_settings()) == {GUILD, OTHER}


async def test_moderators_see_what_missed_what_nobody_took_and_what_did_not_help_latest_first(store: Store) -> None:
    missed = asked("who is\0 that \ud800 man")
    suggested = asked("when", Outcome.SUGGEST, entry="date", day=1)
    taken = asked("where", Outcome.SUGGEST, entry="place", day=2)
    answered = asked("why", Outcome.ANSWER, entry="motive", day=3)
    bad = asked("how", Outcome.ANSWER, entry="weapon", day=4)
    for each in (missed, suggested, taken, answered, bad):
        store.record(each, ANA)
    store.picked(taken.id, "place")
    store.picked("no such id", "place")
    store.vote(answered.id, "motive", ANA, helpful=True)
    store.vote(bad.id, "weapon", ANA, helpful=False)
    found = await store.unanswered()
    assert [(each.id, each.why, each.entry) for each in found] == [
        (bad.id, Why.NOT_HELPFUL, "weapon"),
        (suggested.id, Why.NOT_TAKEN, "date"),
        (missed.id, Why.MISSED, None),
    ]
    assert (found[1].text, found[1].guild, found[1].at) == (suggested.text, suggested.guild, suggested.at)


async def test_a_pick_below_an_answer_is_a_sign_that_it_was_wrong(store: Store) -> None:
    doubted = asked("why", Outcome.ANSWER, entry="motive", day=1)
    taken = asked("where", Outcome.SUGGEST, entry="place", day=2)
    both = asked("how", Outcome.NOT_COVERED, entry="weapon", day=3)
    for each in (doubted, taken, both):
        store.record(each, ANA)
        store.picked(each.id, "date")
    store.picked(doubted.id, "place")
    store.vote(both.id, "weapon", BEN, helpful=False)
    assert [(each.id, each.why, each.entry, each.picked) for each in await store.unanswered()] == [
        (both.id, Why.NOT_HELPFUL, "weapon", "date"),
        (doubted.id, Why.OTHER_PICKED, "motive", "place"),
    ]
    await store.resolve([both.id, doubted.id], Resolution.DISMISSED)
    assert not await store.unanswered()


async def test_the_answer_that_did_not_help_is_the_one_that_was_voted_on(store: Store) -> None:
    suggested = asked("where", Outcome.SUGGEST, entry="first")
    store.record(suggested, ANA)
    store.picked(suggested.id, "second")
    store.vote(suggested.id, "second", None, helpful=False)
    (found,) = await store.unanswered()
    assert (found.why, found.entry, found.picked) == (Why.NOT_HELPFUL, "second", None)


@pytest.mark.parametrize(("picked", "named"), [("b", "b"), ("c", "c"), (None, "c"), ("d", "c")])
async def test_of_several_answers_that_did_not_help_every_store_names_the_same(
    store: Store, picked: str | None, named: str
) -> None:
    suggested = asked("where", Outcome.SUGGEST, entry="a")
    store.record(suggested, ANA)
    if picked:
        store.picked(suggested.id, picked)
    for member, entry in enumerate("cab"):
        store.vote(suggested.id, entry, member, helpful=False)
    store.vote(suggested.id, "d", ANA, helpful=True)
    (found,) = await store.unanswered()
    assert (found.why, found.entry) == (Why.NOT_HELPFUL, named)


async def test_the_last_moment_of_a_day_counts_for_that_day(store: Store) -> None:
    for at in (NOON.replace(hour=0), NOON.replace(hour=23, minute=59, second=59, microsecond=999_999)):
        store.record(dataclasses.replace(asked(), at=at), ANA)
    midnight = NOON.replace(hour=0)
    tomorrow = midnight + dt.timedelta(days=1)
    assert (await store.stats(midnight, until=tomorrow)).by_day == {NOON.date(): {Outcome.NONE: 2}}
    assert not (await store.stats(tomorrow)).by_day
    assert not (await store.stats(midnight - dt.timedelta(days=1), until=midnight)).by_day


async def test_a_server_sees_only_its_own_questions(store: Store) -> None:
    here, there, direct = asked(), asked(guild=OTHER, day=1), asked(guild=None, day=2)
    for each in (here, there, direct):
        store.record(each, ANA)
    assert [each.id for each in await store.unanswered(GUILD)] == [here.id]
    assert [each.id for each in await store.unanswered()] == [direct.id, there.id, here.id]


async def test_what_is_resolved_leaves_the_list(store: Store) -> None:
    first, second = asked(), asked(day=1)
    store.record(first, ANA)
    store.record(second, ANA)
    await store.resolve([first.id, "unknown"], Resolution.DISMISSED)
    assert [each.id for each in await store.unanswered()] == [second.id]
    assert await store.unanswered(GUILD, 0) == []


async def test_what_was_dismissed_together_comes_back_together(store: Store) -> None:
    first, second, alone, edited, elsewhere = (asked(day=day, guild=OTHER if day == 4 else GUILD) for day in range(5))
    for each in (first, second, alone, edited, elsewhere):
        store.record(each, ANA)
    for dismissed in ([second.id, "unknown", first.id], [alone.id], [elsewhere.id]):
        await store.resolve(dismissed, Resolution.DISMISSED)
    await store.resolve([edited.id], Resolution.PHRASING)
    for nothing in (elsewhere.id, edited.id, "unknown"):
        assert await store.reopen(GUILD, nothing) == 0
    assert await store.unanswered() == []
    assert await store.reopen(GUILD, first.id) == 2
    assert [each.id for each in await store.unanswered()] == [second.id, first.id]
    assert await store.reopen(GUILD, first.id) == 0, "they are on the list already"
    assert await store.reopen(GUILD, edited.id, edited=True) == 1
    assert edited.id in {each.id for each in await store.unanswered()}
    assert await store.reopen(GUILD, alone.id, edited=True) == 1


async def test_figures_of_a_span_end_before_its_end(store: Store) -> None:
    for day in (0, 1, 2):
        store.record(question := asked(day=day, outcome=Outcome.ANSWER, entry="motive"), ANA)
        store.vote(question.id, "motive", ANA, helpful=True)
    stats = await store.stats(NOON, until=NOON + dt.timedelta(days=2))
    assert (len(stats.by_day), stats.entries, stats.helpful) == (2, {"motive": 2}, 2)


async def test_each_member_has_one_vote_on_an_answer_and_may_change_it(store: Store) -> None:
    question = asked(outcome=Outcome.ANSWER, entry="motive")
    store.record(question, ANA)
    for member, helpful in ((ANA, False), (BEN, True), (ANA, True), (BEN, True)):
        store.vote(question.id, "motive", member, helpful=helpful)
    stats = await store.stats(NOON)
    assert (stats.helpful, stats.not_helpful) == (2, 0)
    assert await store.unanswered() == []


async def test_the_vote_of_whoever_asked_counts_once_may_change_and_is_nobodys(store: Store) -> None:
    question = asked(outcome=Outcome.ANSWER, entry="motive")
    store.record(question, ANA)
    for helpful in (True, False):
        store.vote(question.id, "motive", None, helpful=helpful)
    store.vote(question.id, "motive", BEN, helpful=True)
    stats = await store.stats(NOON)
    assert (stats.helpful, stats.not_helpful) == (1, 1)
    assert await store.forget(ANA) == 0


async def test_a_vote_on_a_question_that_is_not_kept_is_not_kept_either(store: Store) -> None:
    await store.set_keeps_questions_of(ANA, keep=False)
    question, kept = asked(outcome=Outcome.ANSWER, entry="motive"), asked(outcome=Outcome.ANSWER, entry="motive")
    store.record(question, ANA)
    store.record(kept, BEN)
    store.vote(question.id, "motive", ANA, helpful=False)
    assert await store.forget(ANA) == 0
    stats = await store.stats(NOON)
    assert (stats.helpful, stats.not_helpful) == (0, 0)


async def test_a_member_is_forgotten_and_nobody_else(store: Store) -> None:
    question = asked(outcome=Outcome.ANSWER, entry="motive")
    store.record(question, ANA)
    store.vote(question.id, "motive", ANA, helpful=False)
    store.vote(question.id, "other", ANA, helpful=False)
    store.vote(question.id, "motive", BEN, helpful=True)
    assert await store.forget(ANA) == 2
    assert await store.forget(ANA) == 0
    stats = await store.stats(NOON)
    assert (stats.helpful, stats.not_helpful) == (1, 0)


async def test_what_was_asked_in_a_server_that_was_left_goes_with_its_votes(store: Store) -> None:
    here, there = asked(), asked(guild=OTHER, outcome=Outcome.ANSWER, entry="motive")
    await save_settings(store, OTHER, GuildSettings(prefix="?"))
    for question in (here, there):
        store.record(question, ANA)
        store.vote(question.id, "motive", BEN, helpful=False)
    await store.resolve([there.id], Resolution.DISMISSED)
    await store.forget_server(OTHER)
    assert [each.id for each in await store.unanswered()] == [here.id]
    assert (await store.stats(NOON)).not_helpful == 1
    assert not (await store.stats(NOON, OTHER)).by_day
    assert await store.forget(BEN) == 1
    assert store.settings(OTHER).prefix == "?"


async def test_figures_by_day_outcome_and_entry(store: Store) -> None:
    for each in (
        asked(outcome=Outcome.ANSWER, entry="before", day=-1),
        asked(outcome=Outcome.ANSWER, entry="motive"),
        asked(outcome=Outcome.ANSWER, entry="weapon"),
        asked(outcome=Outcome.ANSWER, entry="weapon", guild=OTHER),
        asked(outcome=Outcome.SUGGEST, entry="date", day=1),
        asked(outcome=Outcome.NONE, day=1),
    ):
        store.record(each, ANA)
    stats = await store.stats(NOON)
    assert stats.by_day == {
        NOON.date(): {Outcome.ANSWER: 3},
        NOON.date() + dt.timedelta(days=1): {Outcome.SUGGEST: 1, Outcome.NONE: 1},
    }
    assert list(stats.entries.items()) == [("weapon", 2), ("motive", 1)]
    assert (await store.stats(NOON, OTHER)).entries == {"weapon": 1}


async def test_a_digest_is_begun_once(store: Store) -> None:
    week = NOON.date()
    assert await store.begin_digest(GUILD, week)
    assert not await store.begin_digest(GUILD, week)
    assert await store.begin_digest(OTHER, week)
    assert await store.begin_digest(GUILD, week + dt.timedelta(days=7))
    assert not await store.begin_digest(GUILD, week)


async def test_questions_of_whoever_opts_out_are_not_kept(store: Store) -> None:
    assert store.keeps_questions_of(ANA)
    await store.set_keeps_questions_of(ANA, keep=False)
    await store.set_keeps_questions_of(ANA, keep=False)
    assert not store.keeps_questions_of(ANA)
    assert store.keeps_questions_of(BEN)
    hers, his, later = asked(), asked(day=1), asked(day=2)
    store.record(hers, ANA)
    store.record(his, BEN)
    await store.set_keeps_questions_of(ANA, keep=True)
    store.record(later, ANA)
    assert [each.id for each in await store.unanswered()] == [later.id, his.id]


async def test_of_somebody_elses_message_only_what_both_allow_is_kept(store: Store) -> None:
    await store.set_keeps_questions_of(ANA, keep=False)
    store.record(asked(), BEN, ANA)
    store.record(asked(day=1), ANA, BEN)
    store.record(other := asked(day=2), BEN, BEN)
    assert [each.id for each in await store.unanswered()] == [other.id]


async def test_questions_in_a_server_that_opts_out_are_not_kept(store: Store) -> None:
    await save_settings(store, GUILD, GuildSettings(log_questions=False))
    store.record(asked(), ANA)
    store.record(other := asked(guild=OTHER), ANA)
    assert [each.id for each in await store.unanswered()] == [other.id]


@pytest.mark.parametrize("hours", [0, 23])
async def test_a_link_is_found_at_once_replaced_and_forgotten(store: Store, hours: int) -> None:
    at = dt.datetime.now(dt.UTC) - dt.timedelta(hours=hours)
    store.link(ReplyLink(1, 2, (3,), at))
    store.link(newer := ReplyLink(1, 2, (3, BEN), at))
    assert await store.find_link(1) == newer
    assert await store.find_link(2) is None
    store.unlink(1)
    assert await store.find_link(1) is None


async def test_links_and_questions_between_each_other_keep_their_order(store: Store) -> None:
    now = dt.datetime.now(dt.UTC)
    for number in range(5):
        store.link(ReplyLink(1, 2, (number,), now))
        store.record(asked(f"question {number}", day=number), ANA)
        store.unlink(1)
        store.link(ReplyLink(3, 4, (number,), now))
    assert await store.find_link(1) is None
    assert await store.find_link(3) == ReplyLink(3, 4, (4,), now)
    assert [each.text for each in await store.unanswered()] == [f"question {number}" for number in (4, 3, 2, 1, 0)]


async def test_the_replies_that_changed_last_are_known_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 2)
    store, now = MemoryStore(), dt.datetime.now(dt.UTC)
    for question in (1, 2, 1, 3):
        store.link(ReplyLink(question, 5, (6,), now))
    assert [bool(await store.find_link(question)) for question in (1, 2, 3)] == [True, False, True]


async def test_what_is_known_of_a_question_goes_with_it_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MAX_REMEMBERED", 2)
    store = MemoryStore()
    for number in range(5):
        question = asked(f"who {number}?", Outcome.SUGGEST)
        store.record(question, 7)
        store.picked(question.id, "a")
        store.vote(question.id, "a", 8, helpful=True)
        await store.resolve([question.id], Resolution.DISMISSED)
    assert {len(each) for each in (store._asked, store._picked, store._votes, store._resolved)} == {2}  # noqa: SLF001


async def test_a_link_is_not_found_after_a_day(store: Store) -> None:
    store.link(ReplyLink(1, 2, (3,), dt.datetime.now(dt.UTC) - dt.timedelta(hours=25)))
    assert await store.find_link(1) is None


async def test_links_are_found_by_what_their_replies_show(store: Store) -> None:
    now = dt.datetime.now(dt.UTC)
    for number, shown in enumerate([("motive",), ("weapon", "motive"), (), ("motive-two",), ("motive",)]):
        store.link(ReplyLink(number, 2, (3,), now, shown))
    store.link(ReplyLink(9, 2, (3,), now - dt.timedelta(hours=25), ("motive",)))
    store.link(ReplyLink(4, 2, (3,), now, ("weapon",)))
    store.unlink(0)
    (found,) = await store.links_showing("motive")
    assert (found.question, found.entries) == (1, ("weapon", "motive"))
    assert {each.question for each in await store.links_showing("weapon")} == {1, 4}
    assert not await store.links_showing("mot")


async def test_all_is_well(store: Store) -> None:
    store.record(asked(), ANA)
    await store.unanswered()
    health = store.health()
    assert (health.problem, health.waiting, health.lost) == (None, 0, 0)


async def test_what_is_stopped_is_so_at_once_in_its_server_or_everywhere(store: Store) -> None:
    everywhere, here, there = stopped(), stopped(GUILD, "weapon"), stopped(OTHER, "date")
    for each in (everywhere, here, there):
        store.hold(each)
    held = [store.stops(GUILD), store.stops(OTHER), store.stops(None)]
    await store.save_stops()
    assert held == [store.stops(GUILD), store.stops(OTHER), store.stops(None)]
    assert held == [
        {"motive": everywhere, "weapon": here},
        {"motive": everywhere, "date": there},
        {"motive": everywhere},
    ]


async def test_a_stop_for_everywhere_goes_before_the_servers_own(store: Store) -> None:
    own, everywhere = stopped(GUILD), stopped()
    for each in (own, everywhere):
        store.hold(each)
    assert store.stops(GUILD) == {"motive": everywhere}
    store.hold(ended(everywhere))
    assert store.stops(GUILD) == {"motive": own}
    assert store.stops(OTHER) == {}


async def test_of_several_stops_of_an_entry_the_latest_counts_and_all_end_together(store: Store) -> None:
    first, latest = stopped(), stopped(minutes=5)
    for each in (latest, first):
        store.hold(each)
    assert store.stops(GUILD) == {"motive": latest}
    await store.save_stops()
    assert store.stops(GUILD) == {"motive": latest}
    store.hold(ended(latest))
    await store.save_stops()
    assert store.stops(GUILD) == {}
    assert [each.ended for each in await store.stop_history(GUILD)] == [latest.since + dt.timedelta(hours=1)] * 2


async def test_a_stop_ends_and_stays_in_the_history(store: Store) -> None:
    first, second, elsewhere = stopped(GUILD), stopped(GUILD, minutes=90), stopped(OTHER, minutes=5)
    other = stopped(entry="weapon", minutes=7)
    for each in (first, ended(first), second, elsewhere, other):
        store.hold(each)
    await store.save_stops()
    assert store.stops(GUILD) == {"motive": second, "weapon": other}
    assert [each.id for each in await store.stop_history(GUILD)] == [second.id, other.id, first.id]
    latest, earlier = await store.stop_history(GUILD, "motive")
    assert (latest.ended, earlier.ended, earlier.ended_by) == (None, NOON + dt.timedelta(hours=1), "another")
