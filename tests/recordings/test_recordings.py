"""What casebot says and does is what was recorded of it."""

from pathlib import Path

import pytest

from tests.recordings.clock import Clock
from tests.recordings.conftest import Keep
from tests.recordings.scenarios import PLAYED, TYPED
from tests.recordings.shell import Shell
from tests.recordings.stage import opened
from tests.recordings.world import Answerer


@pytest.mark.parametrize("name", sorted(PLAYED))
async def test_at_discord(name: str, answerer: Answerer, tmp_path: Path, clock: Clock, keep: Keep) -> None:
    scenario = PLAYED[name]
    async with opened(scenario.plan, answerer, tmp_path, clock) as stage:
        await scenario.script(stage)
    keep(name, stage.lines)


@pytest.mark.parametrize("name", sorted(TYPED))
def test_in_the_terminal(name: str, shell: Shell, keep: Keep) -> None:
    TYPED[name](shell)
    keep(name, shell.lines)
