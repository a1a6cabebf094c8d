"""Which shards a process runs."""

import re

import pytest
import yaml

from bot.cluster.shards import Shards, parse_shards
from tests.places import ROOT

SCALE = (ROOT / "docs" / "scale.md").read_text("utf-8")
COMMAND = re.compile(r"\brun --shard-count (\d+) --shard-ids (\S+)")


@pytest.mark.parametrize(
    ("count", "ids", "shards"),
    [
        (None, None, None),
        (1, None, Shards(1, range(1))),
        (4, None, Shards(4, range(4))),
        (4, "0-3", Shards(4, range(4))),
        (4, "2-3", Shards(4, range(2, 4))),
        (4, "2", Shards(4, range(2, 3))),
    ],
)
def test_shards_are_what_was_chosen(count: int | None, ids: str | None, shards: Shards | None) -> None:
    assert parse_shards(count, ids) == shards


def test_part_of_the_shards_is_not_everything() -> None:
    assert Shards(4, range(4)).everything
    assert not Shards(4, range(2)).everything


def example(word: str) -> str:
    """Find the code block of the operators' guide that holds a word."""
    blocks: list[str] = re.findall(r"^```\w*\n(.*?)^```", SCALE, re.MULTILINE | re.DOTALL)
    (found,) = (block for block in blocks if word in block)
    return found


def check_every_shard_runs_once(text: str) -> None:
    processes = [parse_shards(int(count), ids) for count, ids in COMMAND.findall(text)]
    assert len(processes) > 1
    run = [(each.count, number) for each in processes if each for number in each.ids]
    assert sorted(run) == [(run[0][0], number) for number in range(run[0][0])]


@pytest.mark.parametrize("word", ["release: casebot", "services:"])
def test_the_processes_of_an_example_run_every_shard_once(word: str) -> None:
    check_every_shard_runs_once(example(word))


def test_the_instances_of_the_unit_run_every_shard_once() -> None:
    unit = example("ExecStart=")
    check_every_shard_runs_once("\n".join(unit.replace("%i", each) for each in re.findall(r"casebot@([\d-]+)", SCALE)))


def test_the_compose_file_is_one() -> None:
    services: dict[str, dict[str, str]] = yaml.safe_load(example("services:"))["services"]
    assert [each["command"].split()[0] for each in services.values() if "command" in each] == ["migrate", "run", "run"]
