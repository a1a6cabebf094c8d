"""What is recorded: who does what at Discord, and what is typed into a terminal."""

from tests.recordings.scenario import PLAYED, TYPED
from tests.recordings.scenarios import (
    abroad,
    asking,
    browsing,
    commands,
    editing,
    following,
    looking,
    privacy,
    questions,
    reporting,
    setting_up,
    spanish,
    stopping,
    terminal,
    trouble,
)

__all__ = [
    "PLAYED",
    "TYPED",
    "abroad",
    "asking",
    "browsing",
    "commands",
    "editing",
    "following",
    "looking",
    "privacy",
    "questions",
    "reporting",
    "setting_up",
    "spanish",
    "stopping",
    "terminal",
    "trouble",
]
