"""What the bot can say, out of its catalogue, compared with what the recordings show."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from babel.messages.pofile import read_po

from tests.recordings.world import CATALOGUE

ELSEWHERE: Final[Mapping[str, str]] = {
    "Answers based on this passage": "the public page: tests/site",
    "Ask in your own words": "the public page: tests/site",
    "Did you mean:": "the public page: tests/site",
    "Moderators keep these": "the public page: tests/site",
    "Feed of changes": "the public page: tests/site",
    "New answers and changed ones": "the public page: tests/site",
    "Nothing found. ": "the public page: tests/site",
    "Read as: ": "the public page: tests/site",
    "Results: ": "the public page: tests/site",
    "Search the questions": "the public page: tests/site",
    "Skip to the content": "the public page: tests/site",
    "The same events as a picture": "the public page: tests/site",
    "The search couldn't": "the public page: tests/site",
    "This answer is no longer": "the public page: tests/site",
    "What happened when, oldest": "the public page: tests/site",
    "What it says, in our": "the public page: tests/site",
    "What people ask and": "the public page: tests/site",
    "What the answers are based": "the public page: tests/site",
    "Who's who.": "the public page: tests/site",
    "read on ": "the public page: tests/site",
    "superseded by “": "the public page: tests/site",
    "Moderators retired it": "the public page: tests/site",
    "Moderators have paused it": "the public page: tests/site",
    "More pages": "the public page: tests/site",
    "Clarified:": "the public page: tests/site",
    "Clarified on ": "thirty days of corrections: tests/answering/test_corrections.py",
    "Who writes these answers?": "written into the files of a new base: tests/cli",
    "The moderators write them.": "written into the files of a new base: tests/cli",
    "What if my question isn't here?": "written into the files of a new base: tests/cli",
    "Ask the moderators.": "written into the files of a new base: tests/cli",
    "General": "written into the files of a new base: tests/importing",
    "The answers here are based": "written into the files of a new base: tests/importing",
    "Import {files}: ": "in the history after an import: tests/chat/desk/test_faq_inspect.py",
    "Revision {number} changed no entries": "an import that began the folder: tests/chat/desk/test_faq_inspect.py",
    "Corrected on ": "thirty days of corrections: tests/answering/test_corrections.py",
    "This answer has been corrected since": "a correction of the day: tests/chat/desk/test_corrected_replies.py",
    "Please enter a page number.": "pages that take seconds: tests/chat/desk/test_faq_inspect.py",
    "- Worse: ": "many regression questions: tests/chat/desk/test_edit_confirm.py",
    "**The answer given:** ": "a pick below an answer in doubt: tests/chat/desk/test_unanswered.py",
    "**Picked below it:** ": "a pick below an answer in doubt: tests/chat/desk/test_unanswered.py",
    "Add to the one picked": "a pick below an answer in doubt: tests/chat/desk/test_unanswered.py",
    "an answer, but another question": "a pick below an answer in doubt: tests/chat/desk/test_unanswered.py",
    "{asked}; maybe not meant: ": "a pick below an answer in doubt: tests/chat/test_reports.py",
    "{asked}; answered by now: ": "an edit after the question: tests/chat/test_reports.py",
    "It begins: ": "a gist that is not written yet: tests/chat/test_feedback.py",
    "Date as given": "drawn into a picture",
    "First page": "buttons of older messages",
    "Last page": "the same",
    "I only know the answers in this FAQ": "an imported FAQ: tests/importing",
    "Imported; not reviewed": "the same",
    "No date was found in it; ": "the same",
    "Questions about {title}": "the same",
    "Not reviewed by a moderator": "the same",
    "No moderator has reviewed an answer": "the same",
    "{count} question with an answer": "a FAQ with one entry: tests/chat/test_reply.py",
    "Is something here about you": "a FAQ with a contact: tests/site/test_withdrawal.py",
    "Not saved. A prefix": "tests/chat/test_setup.py",
    "Read it with all its sources": "a FAQ with a page: tests/chat/test_public_page.py",
    "This answer isn't in my FAQ": "tests/chat/desk/test_stop.py",
    "You've already confirmed this edit": "failures of Discord: tests/chat/desk/test_lost_responses.py",
    "that makes everyone in this server": "tests/chat/test_setup.py",
    "the latest of these": "two sources: tests/chat/test_reply.py",
    "wrongly gets the answer of ": "tests/chat/desk/test_edit_confirm.py",
    "stays unanswered": "tests/chat/desk/test_edit_confirm.py",
    "{outcome}; expected ": "tests/chat/test_check.py",
    "hi, hello, hey, ": "what members say, and not the bot",
    "thanks, thank you, ": "what members say, and not the bot",
    "ok, okay, k, ": "what members say, and not the bot",
    "bye, bye bye, ": "what members say, and not the bot",
    "shut up, ": "what members say, and not the bot",
    "who are you, ": "what members say, and not the bot",
    "for the help, ": "what members say, and not the bot",
    "yes, yes please, ": "what members say, and not the bot",
    "this, that, this one, ": "what members say, and not the bot",
    "can you, could you, ": "what members say, and not the bot",
    "in, on, of, the, ": "what members say, and not the bot",
    "to, and, until, ": "what members say, and not the bot",
    "number, no, option, ": "what members say, and not the bot",
    "first, first one, ": "what members say, and not the bot",
    "second, second one, ": "what members say, and not the bot",
    "third, third one, ": "what members say, and not the bot",
    "I've joined ": "the stage has been set up already: tests/chat/test_welcome.py",
    "I have all the permissions": "the same",
    "I don't have ": "the same",
    "The message content intent is off, so ": "the same",
    "Try this in a channel": "the same",
    "`{help}` shows members": "the same",
    "My FAQ has no ": "a FAQ of another kind: tests/chat/test_browse.py",
    "I didn't understand which date you mean": "the same: tests/chat/test_other_kinds.py",
    "Short statements, each followed by its passage: ": "the same: tests/chat/desk/test_other_kinds.py",
    "There are no questions I can answer yet": "a FAQ whose only answers are stopped",
    "In the {days} days before: ": "drawn into a picture",
    "of {count} vote": "drawn into a picture",
    "about {count} years later": "drawn into a picture",
    "Known only from what someone says": "drawn into a picture",
    "Reported by a source, with its date": "drawn into a picture",
    "relies on the previous answer": "a follow-up, which no screen explains",
    "I only look at the latest {count} questions.": "takes thousands of questions",
    "Another change": "an edit was overridden by a change that left no trace",
    "Kept ": "what `/privacy show` says where a database keeps it; the recorded bots have none",
    "**Recorded, but not live yet.**": "a disk that fills up amid an edit: tests/chat/desk/test_full_disk.py",
    "It isn't committed to git yet": "a repository that can't be written: tests/chat/desk/test_git.py",
    "another program is at work": "the same",
    "someone else has committed": "the same",
    "the bot's own copy": "the same",
    "the repository": "the same",
    "{name} is a link": "the same",
    "The source {titles} goes too": "an import that is taken back: tests/chat/desk/test_imports.py",
    "The sources {titles} go too": "the same",
    "Discord didn't accept my answer": "a dead connection: tests/chat/test_dead_connection.py",
    "I don't know that choice": "a forged choice, which simcord refuses to send: tests/wire/test_bot.py",
    "**Regression questions:** none yet": "a base without any: tests/chat/test_check.py",
    "I'm set up without pictures": "an extra that the tests have: tests/chat/test_timeline.py",
    "unknown reason": "the system has a word for every error that is met",
}
"""Beginnings of sentences that no recording shows, each with the reason."""


def unseen(recorded: str) -> list[str]:
    """List the sentences of the catalogue that no recording shows.

    Args:
        recorded: all recordings.
    """
    shown = "\n".join(re.sub(r"^[ |<!]*", "", line).removesuffix("\\") for line in recorded.lower().splitlines())
    return [sentence for sentence in _sentences() if not _holds(shown, sentence.lower())]


def _sentences() -> Iterator[str]:
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            yield from filter(None, message.id if isinstance(message.id, tuple) else (message.id,))


def _holds(shown: str, sentence: str) -> bool:
    parts = [part.strip(" ") for part in re.split(r"{\w+}", sentence)]
    if not all(part in shown for part in parts):
        return False
    return len(parts) == 1 or re.search(r"[^\n]*".join(map(re.escape, parts)), shown) is not None
