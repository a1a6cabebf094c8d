import gzip
import json
import re
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest

from bot.answering.answerer import calibration, lexicon, targets
from bot.knowledge.load import load
from bot.knowledge.model import KnowledgeBase
from bot.matching.everyday import with_everyday
from bot.matching.text import words
from bot.matching.types import Lexicon, Target
from bot.site.search import build_index, index_of
from tests.places import HARBOUR, KNOWLEDGE

LARGEST: Final = 300_000
"""Bytes of the shipped base's index as hosts send it."""
SCRIPT: Final = files("bot.site").joinpath("static/search.js").read_text("utf-8")


@pytest.fixture(scope="module")
def shipped() -> KnowledgeBase:
    return load(KNOWLEDGE)


@pytest.fixture(scope="module")
def index(shipped: KnowledgeBase) -> bytes:
    return build_index(shipped)


def of(*entries: Target, taught: Lexicon | None = None) -> dict[str, Any]:
    """Return the index of entries, decoded."""
    questions = {entry.id: f"{entry.id}?" for entry in entries}
    found: dict[str, Any] = json.loads(index_of(entries, taught or Lexicon(), questions, {}))
    return found


def test_the_shipped_index_is_small_enough_for_a_phone(index: bytes) -> None:
    assert len(gzip.compress(index)) < LARGEST


def test_the_same_base_gives_the_same_bytes(shipped: KnowledgeBase, index: bytes) -> None:
    assert build_index(shipped) == index


def test_all_entries_in_service_are_found_and_no_others(shipped: KnowledgeBase, index: bytes) -> None:
    found = {entry["id"]: entry["question"] for entry in json.loads(index)["entries"]}
    assert found == {entry.id: entry.question for entry in shipped.entries.values()}
    assert found.keys().isdisjoint(shipped.retired)


def test_answers_that_the_source_lacks_are_marked() -> None:
    found = json.loads(build_index(load(HARBOUR)))["entries"]
    assert [entry["id"] for entry in found if not entry["covered"]] == ["ladder"]


def test_the_wording_of_the_regression_set_is_not_published(shipped: KnowledgeBase, index: bytes) -> None:
    chat_speak = with_everyday(lexicon(shipped)).chat_speak
    asked = {" ".join(words(question, chat_speak)) for question, _ in calibration(shipped).questions}
    published = {text for entry in json.loads(index)["entries"] for text in entry["phrasings"]}
    written = {" ".join(words(text, chat_speak)) for entry in targets(shipped) for text in entry.phrasings}
    assert len(published & asked - written) < len(asked) / 100


def test_the_site_says_where_pages_are() -> None:
    found = json.loads(build_index(load(HARBOUR), "faq/{id}/", "people/{id}/"))
    assert (found["link"], found["personLink"]) == ("faq/{id}/", "people/{id}/")


def test_people_are_found_by_all_their_names() -> None:
    (person,) = json.loads(build_index(load(HARBOUR)))["people"]
    assert person == {"id": "ada-voss", "name": "Ada Voss", "called": ["ada voss", "ada", "adavoss"]}


def test_messages_are_in_the_language_of_the_base(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(HARBOUR, tmp_path / "knowledge"))
    case = folder / "case.yaml"
    case.write_text(f"language: es\n{case.read_text('utf-8')}", "utf-8")
    assert json.loads(build_index(load(folder)))["messages"]["results"] == "Resultados: {count}"


def test_contractions_and_short_forms_are_read_as_the_bot_reads_them() -> None:
    forms = of(Target("theft", ("who took it",)), taught=Lexicon(chat_speak={"whodunnit": "who did it"}))["forms"]
    read = {form: forms[form] for form in ("didn't", "whats", "he's", "can't", "u", "whodunnit")}
    assert read == {
        "didn't": "did not",
        "whats": "what is",
        "he's": "he is",
        "can't": "can not",
        "u": "you",
        "whodunnit": "who did it",
    }
    assert "its" not in forms
    assert "ada's" not in forms


def test_words_of_one_stem_belong_together() -> None:
    families = of(Target("verdict", ("when was he convicted",), answer="The thieves were convicted."))["families"]
    assert any({"convicted", "conviction", "convict"} <= set(family.split()) for family in families)
    assert all("thief" not in family.split() or "convicted" not in family.split() for family in families)
    assert not [family for family in families if "banana" in family.split()]


def test_synonyms_and_names_that_no_phrasing_uses_are_read_as_those_that_phrasings_use() -> None:
    taught = Lexicon(
        synonyms=(("painting", "canvas"), ("Ada Voss", "Ada", "the guard")),
        epithets=((("Ada Voss", "Ada"), ("the night watch",)),),
    )
    readings = of(Target("saw", ("did ada see the painting",)), taught=taught)["readings"]
    assert readings["canvas"] == "painting"
    assert readings["the night watch"] == "ada"
    assert "painting" not in readings


def test_names_of_strangers_are_known_words() -> None:
    found = of(Target("saw", ("did ada see it",)), taught=Lexicon(strangers=("Adah Vossler",)))
    assert {"adah", "vossler"} <= set(found["known"].split())


def test_an_entry_whose_phrasings_have_no_words_is_listed_all_the_same() -> None:
    (entry,) = of(Target("empty", ("???", "!")))["entries"]
    assert entry["phrasings"] == []


def test_a_base_without_entries_has_an_index() -> None:
    assert of()["entries"] == []


def test_the_index_has_all_that_the_script_takes_from_it(index: bytes) -> None:
    found = json.loads(index)
    constants = set(re.findall(r"\b[A-Z]{2,}(?:_[A-Z]+)*\b", re.sub(r"//.*|/\*.*?\*/", "", SCRIPT)))
    own = set(re.findall(r"const ([A-Z_]+) =", SCRIPT))
    assert constants - own - {"NFC", "NFD", "NFKC", "URL"} <= found.keys()
    assert set(re.findall(r"\bindex\.(\w+)", SCRIPT)) <= found.keys()
    assert set(re.findall(r"\bmessages\.(\w+)", SCRIPT)) == found["messages"].keys()


def test_the_script_weighs_all_figures_that_the_reranker_gives_weight(index: bytes) -> None:
    weighed = {name for name, weights in json.loads(index)["reranker"].items() if any(weights)}
    body = SCRIPT[SCRIPT.index("const figures = {") : SCRIPT.index("const young")]
    assert set(re.findall(r'^ {8}"?([a-z ]+)"?[:,]', body, re.MULTILINE)) == weighed


def test_the_script_runs_under_a_strict_policy_and_sets_no_markup() -> None:
    code = re.sub(r"//.*", "", SCRIPT)
    assert code.lstrip().startswith('"use strict";')
    assert not re.search(r"\b(?:eval|Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write|import)\b", code)
    assert not re.search(r"https?://[a-z]", code)
