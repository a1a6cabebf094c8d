"""What is learned depends on the FAQ alone, not on the order in which Python happens to go through sets of words."""

import os
import subprocess
import sys

import pytest

from tests.places import HARBOUR, ROOT

LEARN = """
import hashlib, sys
from pathlib import Path
from bot.answering.answerer import Answerer
from bot.knowledge.load import load
learnt = Answerer(load(Path(sys.argv[1]))).matcher.learnt
for numbers in (learnt.classifier, learnt.scope.direction, learnt.outside, learnt.decision.answer):
    print(hashlib.sha256(numbers.tobytes()).hexdigest())
"""


@pytest.fixture(scope="module")
def learned() -> list[str]:
    return [
        subprocess.run(  # noqa: S603 (the tests' own Python)
            [sys.executable, "-c", LEARN, str(HARBOUR)],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]


def test_two_processes_learn_the_same(learned: list[str]) -> None:
    first, second = learned
    assert first.count("\n") == 4
    assert first == second
