"""The moderators' list: grouped once for a state of things, kept apart by server, bounded."""

import datetime as dt
import gc
import weakref
from collections.abc import Iterable

import pytest

from bot.matching.matcher import Matcher
from bot.matching.types import Outcome
from bot.moderation import backlog
from bot.moderation.backlog import Backlog
from bot.moderation.unanswered import Group, Order, group_questions
from bot.store.memory import MemoryStore
from bot.store.types import Asked, Resolution, Surface, Unanswered
from tests.chat.conftest import FakeLive
from tests.chat.worlds import entry, world

HERE, THERE = 1, 2
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def live() -> FakeLive:
    return FakeLive(world([entry(1), entry(2)]))


@pytest.fixture
def list_(live: FakeLive, store: MemoryStore) -> Backlog:
    return Backlog(live, store)


def ask(store: MemoryStore, text: str, guild: int = HERE) -> str:
    store.record(asked := Asked(text, Outcome.NONE, None, 0.1, Surface.SLASH, guild, NOON), 7)
    return asked.id


async def test_questions_are_grouped_again_only_when_they_or_the_knowledge_have_changed(
    list_: Backlog, store: MemoryStore, live: FakeLive, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[int] = []

    def counted(questions: Iterable[Unanswered], matcher: Matcher) -> list[Group]:
        done.append(1)
        return group_questions(questions, matcher)

    monkeypatch.setattr(backlog, "group_questions", counted)
    ask(store, "gadget")
    for order in (Order.COUNT, Order.RECENT, Order.COUNT):
        await list_.groups(HERE, order)
    assert len(done) == 1
    ask(store, "gizmo")
    await list_.groups(HERE, Order.COUNT)
    assert len(done) == 2
    live.current = world([entry(3)])
    await list_.groups(HERE, Order.COUNT)
    assert len(done) == 3


async def test_one_server_sees_and_changes_nothing_of_another(list_: Backlog, store: MemoryStore) -> None:
    theirs = ask(store, "gadget", THERE)
    assert await list_.find(HERE, theirs) is None
    assert await list_.wordings(HERE, theirs) == ()
    assert await list_.dismiss(HERE, theirs) is None
    assert (await list_.settle(HERE, theirs, None, Resolution.NOT_COVERED)).done == 0
    assert await list_.dismiss(THERE, theirs)
    assert not await list_.put_back(HERE, theirs)
    assert await list_.put_back(THERE, theirs)
    assert [each.id for each in await store.unanswered(THERE)] == [theirs]


async def test_few_servers_are_kept_at_hand_and_the_others_are_right_too(
    live: FakeLive, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "MAX_SERVERS", 1)
    list_ = Backlog(live, store)
    here, there = ask(store, "gadget"), ask(store, "gizmo", THERE)
    for _ in range(2):
        assert [group.ids for group in await list_.groups(HERE, Order.COUNT)] == [(here,)]
        assert [group.ids for group in await list_.groups(THERE, Order.COUNT)] == [(there,)]


async def test_only_wordings_that_reach_the_entry_are_settled(
    list_: Backlog, store: MemoryStore, live: FakeLive
) -> None:
    home, stray = ask(store, "what is the gadget 1"), ask(store, "is the gadget 1 a what")
    live.current = world([entry(1, phrasings=("what is the gadget 1",), unless=("is the gadget 1 a",)), entry(2)])
    (group,) = await list_.groups(HERE, Order.COUNT)
    assert set(group.ids) == {home, stray}
    settled = await list_.settle(HERE, home, "entry-1", Resolution.PHRASING)
    assert (settled.done, settled.left) == (1, ("is the gadget 1 a what",))
    assert [each.id for each in await store.unanswered(HERE)] == [stray]


async def test_what_a_reload_replaces_is_not_kept_for_a_server_whose_list_was_opened_before(
    list_: Backlog, store: MemoryStore, live: FakeLive
) -> None:
    ask(store, "gadget")
    await list_.groups(HERE, Order.COUNT)
    old = weakref.ref(live.current.matcher)
    live.current = world([entry(3)])
    await list_.groups(THERE, Order.COUNT)
    gc.collect()
    assert old() is None
    (group,) = await list_.groups(HERE, Order.COUNT)
    assert group.text == "gadget"
