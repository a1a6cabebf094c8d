"""The public page of a running bot, built again whenever the answers change."""

import asyncio
from pathlib import Path
from typing import Final

from bot.answering.answerer import Answerer
from bot.answering.service import QuestionService
from bot.knowledge.reload import Live
from bot.site.build import build
from bot.site.output import replace_folder

BUILDING: Final = "The building of the public page"
"""The name of the background task; see :class:`~bot.supervision.Supervisor`."""

LOOK_EVERY: Final = 2.0
"""Seconds between looks at what is answered now: an edit, a pull, or a moderator's stop may have changed it."""


async def keep_built(out: Path, live: Live[Answerer], questions: QuestionService) -> None:
    """Build the page whenever it would be another, until cancelled. No edit waits for it.

    Args:
        out: the folder to build into; see :func:`~bot.site.output.replace_folder`.
        live: the knowledge in use.
        questions: tells what is answered everywhere, which is all but what moderators have stopped.

    Raises:
        CasebotError: the folder is somebody else's, or a template cannot be used.
        OSError: the folder cannot be written.
    """
    built = None
    while True:
        served = questions.answerer_for(None)
        if served is not built:
            paused = live.current.base.entries.keys() - served.base.entries.keys()
            files = await asyncio.to_thread(build, served.base, live.folder, sorted(paused))
            await asyncio.to_thread(replace_folder, out, files)
            built = served
        await asyncio.sleep(LOOK_EVERY)
