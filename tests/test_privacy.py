"""The table of personal data, checked against the database's tables, the code's memory, and the page about it."""

import datetime as dt
import importlib
import inspect
import re
import string

import pytest

from bot.i18n.dates import format_duration
from bot.privacy import HARMLESS, TABLE, Kept, terms
from bot.store.tables import METADATA
from scripts.privacy import PAGE, limit, table

NAMES = [kept.what for kept in TABLE]


def texts(kept: Kept) -> tuple[str, ...]:
    return (kept.what, kept.why, kept.time, kept.end, kept.seen)


def test_every_column_of_the_database_is_in_the_table_or_known_to_be_harmless() -> None:
    there = [f"{table.name}.{column.name}" for table in METADATA.tables.values() for column in table.columns]
    named = [*(column for kept in TABLE for column in kept.columns), *HARMLESS]
    assert sorted(named) == sorted(there)


@pytest.mark.parametrize("kept", TABLE, ids=NAMES)
def test_what_holds_it_in_memory_is_there_and_has_a_limit_if_it_names_one(kept: Kept) -> None:
    for owner, most in kept.memory.items():
        path, _, name = owner.rpartition(".")
        try:
            assert hasattr(importlib.import_module(path), name), owner
        except ModuleNotFoundError:
            module, _, cls = path.rpartition(".")
            source = inspect.getsource(getattr(importlib.import_module(module), cls))
            assert re.search(rf"\bself\.{name}\b", source), owner
        assert (most is None) or (limit(owner, most) or 0) > 0


@pytest.mark.parametrize("kept", TABLE, ids=NAMES)
def test_no_text_has_a_number_of_its_own(kept: Kept) -> None:
    for text in texts(kept):
        assert text
        assert not re.search(r"\d", text), text
        open_ = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        assert open_ <= terms(None).keys(), text


def test_the_page_has_the_table() -> None:
    assert table() in PAGE.read_text("utf-8"), "run scripts/privacy.py"


def test_figures_are_kept_as_long_as_the_words_if_that_is_longer() -> None:
    assert terms(dt.timedelta(days=90))["figures"] == "182 days"
    assert terms(dt.timedelta(days=400))["figures"] == "400 days"


@pytest.mark.parametrize(
    ("length", "said"),
    [({"days": 1}, "1 day"), ({"days": 90}, "90 days"), ({"minutes": 1}, "1 minute"), ({"seconds": 300}, "5 minutes")],
)
def test_lengths_are_said_in_days_or_minutes(length: dict[str, int], said: str) -> None:
    assert format_duration(dt.timedelta(**length)) == said
