"""Lists, code and links in the answers of a folder: what is checked, and what the matcher and the hints read."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.answering.answerer import targets
from bot.knowledge.citations import Ref
from bot.knowledge.grounding import check_grounding
from bot.knowledge.hints import HintKind, file_hints
from bot.knowledge.load import KnowledgeError, load, read_files
from tests.places import LANTERN

FAQ = "faq/lantern.yaml"


@pytest.fixture
def lantern(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LANTERN, tmp_path / "lantern"))


def refused(folder: Path, old: str, new: str, name: str = FAQ) -> list[str]:
    path = folder / name
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(folder)
    return [str(problem) for problem in caught.value.problems]


def uncited(line: int, *statements: str) -> list[str]:
    fix = "add the passage it's based on, such as [p2]"
    return [f'{FAQ}:{line}:5: the statement "{said}" has no citation mark; {fix}' for said in statements]


UNLISTED = (
    f"{FAQ}:8:5: the answer links to packages.example.com, which is not the host of a source; "
    "delete the link, or add packages.example.com to `link_hosts:` in case.yaml"
)
NO_ADDRESS = (
    f"{FAQ}:8:5: the link to `javascript:alert` isn't a complete https address; "
    "write it as [words](https://...), or delete it"
)

LACKING = {
    "code without a mark": (
        "         [install]\n",
        "\n",
        uncited(8, "Then:", "Get it:", "`pip install lantern-backup`"),
    ),
    "a list without a mark": (
        "out [limits]:",
        "out:",
        uncited(
            49,
            "Lantern leaves out:",
            "files above 4 GB",
            "what `.lanternignore` lists, such as",
            "caches",
            "sockets",
        ),
    ),
    "a mark that names nothing after code": (
        "         ```\n         [install]",
        "         ```\n         [instal]",
        [f"{FAQ}:8:5: the passage `instal` does not exist; use one of first-run, install, limits"],
    ),
    "code without an end": (
        "         ```\n         [install]",
        "         [install]",
        [f"{FAQ}:8:5: a code block begins with ``` and has no end; write ``` on a line of its own after the code"],
    ),
    "a host that is not listed": (
        "https://packages.example.net/lantern",
        "https://packages.example.com/lantern",
        [UNLISTED],
    ),
    "a script in place of an address": (
        "(https://lantern.example.org/manual#init)",
        "(javascript:alert)",
        [NO_ADDRESS],
    ),
}


@pytest.mark.parametrize("lack", LACKING)
def test_what_an_answer_lacks_is_said_with_its_place_and_the_fix(lantern: Path, lack: str) -> None:
    old, new, said = LACKING[lack]
    assert sorted(refused(lantern, old, new)) == sorted(said)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("|\n      -\n      -", "`answer` is empty"),
        (
            "|\n      Run [install]:\n      ```\n      " + "x\n      \n      " * 900 + "```",
            "`answer` is longer than 2000",
        ),
    ],
)
def test_an_answer_is_measured_as_it_is_shown(lantern: Path, answer: str, said: str) -> None:
    (problem,) = refused(lantern, "The manual does not say.", answer)
    assert problem.startswith(f"{FAQ}:64:5: {said}")


def test_a_list_that_yaml_has_folded_is_hinted_at(lantern: Path) -> None:
    path = lantern / FAQ
    folded = ">-\n      It leaves out [limits]:\n      - large files [limits]\n      - sockets [limits]"
    path.write_text(path.read_text("utf-8").replace("The manual does not say.", folded), "utf-8")
    found = file_hints(read_files(lantern), dt.date(2026, 11, 24))
    (hint,) = [str(each) for each in found if each.kind is HintKind.ONE_LINE]
    assert hint.endswith(
        "`phone` holds a list on one line; begin it with `answer: |`, so that each item keeps its line"
    )


def test_a_host_is_listed_without_its_address(lantern: Path) -> None:
    (said,) = refused(lantern, "[packages.example.net]", "[https://packages.example.net/]", "case.yaml")
    assert said.endswith(
        "`link_hosts` has the wrong form; write only the host, in lower case, such as docs.example.org"
    )


def test_a_kind_of_base_is_one_of_a_few(lantern: Path) -> None:
    (said,) = refused(lantern, "kind: project", "kind: projekt", "case.yaml")
    assert said == "case.yaml:2:1: `kind` is unknown; choose 'case', 'project', 'club', 'rules' or 'event'"


def test_the_matcher_learns_neither_code_nor_addresses() -> None:
    answers = {target.id: target.answer for target in targets(load(LANTERN))}
    assert answers["config-file"] == "The first run writes lantern.toml"
    assert "pip" not in answers["install"]
    assert "https" not in answers["install"]
    assert "the manual" in answers["install"]


def test_code_must_stand_in_the_passage_that_it_cites() -> None:
    manual = {
        Ref("manual", "install"): "Lantern, packages: you need Python 3.11. pip  install lantern-backup",
        Ref("manual", "first-run"): (
            'Lantern, run: lantern init, lantern.toml: target = "/media/backup" folders = ["~/photos", "~/letters"]'
        ),
        Ref("manual", "limits"): "Lantern leaves out files above 4 GB, .lanternignore, caches, sockets.",
    }
    found = [problem.what for problem in check_grounding(read_files(LANTERN), manual)]
    assert found == ["the code `lantern --version` is not in the cited passages"]
