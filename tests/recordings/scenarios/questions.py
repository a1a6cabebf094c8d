"""What some 300 messages lead to: in the terminal, for a program, and at Discord."""

import json
from typing import Final

from tests.recordings.sample import FOLLOW_UPS, sample
from tests.recordings.scenario import SHIPPED, played, typed
from tests.recordings.shell import Shell
from tests.recordings.stage import Stage

EVERY: Final = 3
"""One message of so many is asked at Discord too: what an answer looks like hangs on its entry."""


@typed
def questions_explained(shell: Shell) -> None:
    lines = [" ".join(text.split()) for texts in sample().values() for text in texts]
    shell.casebot("ask", "--explain", typed="".join(f"{line}\n" for line in lines))


@typed
def questions_in_a_batch(shell: Shell) -> None:
    asked = [
        json.dumps({"id": f"{kind} {number}", "text": text}, ensure_ascii=False)
        for kind, texts in sample().items()
        for number, text in enumerate(texts, start=1)
    ]
    shell.casebot("ask", "--batch", "-", typed="".join(f"{line}\n" for line in asked))


@typed
def questions_after_others(shell: Shell) -> None:
    said = [text for pair in FOLLOW_UPS for text in pair]
    shell.casebot("chat", typed="".join(f"{text}\n" for text in said), terminal=True)


@played(SHIPPED)
async def questions_at_discord(stage: Stage) -> None:
    for kind, texts in sample().items():
        stage.note(f"{kind.capitalize()}:")
        for text in texts[::EVERY]:
            await stage.ana.says(f"{stage.me} {text}"[:2_000])
