"""`casebot --version`: what a report of a fault has to name."""

import argparse
import subprocess
from collections.abc import Sequence
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from typing import Final

from typing_extensions import override

import bot
from bot.cli.common import print_plain
from bot.config import read_settings
from bot.errors import CasebotError
from bot.knowledge.folder import folder_digest

_DIGITS: Final = 8
"""Hexadecimal digits of a hash that are shown."""


class ShowVersion(argparse.Action):
    """Prints the version and ends the process, as argparse's own action does."""

    def __init__(self, option_strings: Sequence[str], dest: str) -> None:
        super().__init__(
            option_strings, dest, nargs=0, default=argparse.SUPPRESS, help="show the version and what it runs with"
        )

    @override
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print_plain("\n".join((_version(), *_running_with())))
        parser.exit()


def _version() -> str:
    commit = _commit()
    return f"casebot {metadata.version('casebot')}" + (f" (commit {commit[:_DIGITS]})" if commit else "")


def _commit() -> str:
    """Return the commit that this was built from or, in a clone, the one that is checked out; empty if unknown."""
    built = files(bot) / "_commit.txt"
    if built.is_file():
        return built.read_text("utf-8").strip()
    clone = Path(bot.__file__).parent.parent
    if not (clone / ".git").exists():
        return ""
    try:
        command = ["git", "-C", str(clone), "rev-parse", "HEAD"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 (fixed words)
    except (OSError, subprocess.CalledProcessError):
        return ""


def _running_with() -> tuple[str, ...]:
    """Return the matcher's tier and the knowledge that the settings choose; a setting that is wrong is said."""
    try:
        settings = read_settings()
    except CasebotError as error:
        return (str(error),)
    folder = settings.knowledge
    base = f"{folder}, digest {folder_digest(folder)[:_DIGITS]}" if folder.is_dir() else f"there's no folder {folder}"
    return f"matcher: {settings.matcher}", f"knowledge: {base}"
