"""The English of code, docs and messages: turns of phrase and spellings that none of them may use."""

import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from bot.knowledge.load import load
from tests.places import ROOT

CALQUES: Final = {
    r"in vain": "unanswered; without success",
    r"for want of": "without; because there's no",
    r"who(ever)? runs (it|me|the bot)|whoever runs": "the bot's operator",
    r"(un)?mend(s|ed|ing)?": "fix",
    r"ha(s|ve|d) had (its|their) time|had (its|their) time": "expired; was deleted",
    r"meanwhile": "in the meantime; since then",
    r"g(ave|ive|ives|iven|iving) way": "was overridden",
    r"anew": "again; re-",
    r"as good as none": "ignored",
    r"least lately|read lately": "least recently; recently",
    r"awaits? you": "are waiting for you",
    r"none of (my|your) (business|answers)": "nothing to do with",
    r"nobody asked me": "You didn't ask me",
    r"h[eo]ld(s|ing)? (\w+ ){0,4}against": "check against; compare with",
    r"looks? whether": "check whether; see whether",
    r"reads? along": "are reading",
    r"(is|are|was|were|be) told of": "told about",
    r"tells of": "mentions; reports; shows",
    r"for ever": "forever",
    r"stands? already|stands? there already": "is already",
}
"""Word-for-word translations from another language, each with what to say instead."""

BRITISH: Final = {
    r"(un)?(colour|favour|behaviour|honour|neighbour)\w*": "-or",
    r"licences?": "license",
    r"(recogni|organi|summari|normali|synchroni|initiali|capitali|tokeni|speciali|generali|minimi|maximi)s(e|ed|es|ing"
    r"|ation|ations|er)": "-ize",
    r"analys(e|ed|es|ing)": "-yze",
    r"(mis)?spelt|whilst|artefacts?|judgement|programmes?": "spelled, while, artifact, judgment, program",
}
"""British spellings: what the project says itself is spelled as in the United States."""

DATA: Final = re.compile(
    r"docs/experiments\.md"  # notes on experiments, kept as they were written
    r"|docs/gallery/|tests/recordings/golden/"  # made from what is checked here
    r"|knowledge/(faq|schema)/.*|knowledge/(questions|synonyms)\.yaml"  # what members type, and quotations
    r"|tests/data/.*|bot/matching/data/.*|scripts/(decision|vectors)/.*\.txt"  # what people type
    r"|bot/i18n/catalogues/.*|tests/test_prose\.py"
)
"""Files that are not prose of the project."""

TYPED: Final = ("tests/", "bot/knowledge/quotations.py", "bot/matching/questions.py", "scripts/november_2026/")
"""Where words stand as people type them, in either spelling."""

KINDS: Final = frozenset({".py", ".md", ".html", ".js", ".sh", ".toml", ".yaml", ".yml"})


def _files() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout  # noqa: S607
    return [
        name
        for name in listed.splitlines()
        if Path(name).suffix in KINDS and not DATA.match(name) and (ROOT / name).exists()
    ]


def _prose(name: str) -> Iterator[tuple[int, str]]:
    """Yield what a file says in English, with the line where it begins: of Python, comments, texts and names."""
    text = (ROOT / name).read_text("utf-8")
    if not name.endswith(".py"):
        yield 1, text
        return
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.NAME and token.string.startswith("test_"):
            yield token.start[0], token.string.replace("_", " ")
        elif token.type not in {tokenize.NAME, tokenize.OP, tokenize.NUMBER}:
            yield token.start[0], token.string


def _patterns(unwanted: dict[str, str]) -> dict[re.Pattern[str], str]:
    # A phrase may go on in the next line of a comment or of a text.
    return {
        re.compile(rf"\b(?:{phrase})\b".replace(" ", r"[\s#/*\"]+"), re.IGNORECASE): better
        for phrase, better in unwanted.items()
    }


def _found(names: list[str], unwanted: dict[str, str]) -> list[str]:
    said = _patterns(unwanted)
    any_of = re.compile("|".join(each.pattern for each in said), re.IGNORECASE)
    return [
        f'{name}:{line + text.count(chr(10), 0, found.start())}: "{found[0]}": {better}'
        for name in names
        if any_of.search((ROOT / name).read_text("utf-8").replace("_", " "))
        for line, text in _prose(name)
        for phrase, better in said.items()
        for found in phrase.finditer(text)
    ]


def test_nothing_is_translated_word_for_word() -> None:
    found = _found(_files(), CALQUES)
    assert not found, "\n".join(found)


def test_everything_is_spelled_as_in_the_united_states() -> None:
    found = _found([name for name in _files() if not name.startswith(TYPED)], BRITISH)
    assert not found, "\n".join(found)


def test_what_members_read_in_the_shipped_faq_is_plain_english_too() -> None:
    base = load(ROOT / "knowledge")
    read = [
        *(text for entry in base.entries.values() for text in (entry.question, entry.answer)),
        *(part.gist for source in base.sources.values() for whole in source.passages for part in whole.voices),
        *(text for person in base.people.values() for text in (person.role, *person.notes)),
        *(event.what for event in base.events),
        *(topic.title for topic in base.case.topics),
        *(base.case.title, base.case.summary, base.case.disclaimer),
    ]
    said = _patterns(CALQUES | BRITISH)
    found = [f'"{text}": {better}' for text in read for phrase, better in said.items() if phrase.search(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "said",
    [
        "asked in vain",
        "for want\n    # of a key",
        "Whoever runs me",
        "it was mended",
        "held them all against the source",
        "are told of it",
    ],
)
def test_what_is_looked_for_is_found(said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.test_prose.ROOT", tmp_path)
    (tmp_path / "page.md").write_text(said, "utf-8")
    assert len(_found(["page.md"], CALQUES)) == 1
