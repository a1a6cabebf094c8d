"""The moderators' guide and the pre-commit hook say what is so."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from bot.cli import main
from bot.knowledge.blocks import Form
from bot.knowledge.load import load
from bot.knowledge.model import Entry, Kind
from tests.places import HARBOUR, LANTERN, ROOT

GUIDE = (ROOT / "knowledge" / "README.md").read_text("utf-8")


def test_the_guides_example_is_a_valid_entry() -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
    (data,) = yaml.safe_load(example)
    assert Entry.model_validate(data).id == "victim-age"


def test_the_guides_example_of_lists_and_code_may_stand_in_an_entry(tmp_path: Path) -> None:
    (example,) = re.findall(r"^````yaml\n(.*?)^````", GUIDE, re.DOTALL | re.MULTILINE)
    folder = Path(shutil.copytree(LANTERN, tmp_path / "lantern"))
    path = folder / "faq" / "lantern.yaml"
    text = path.read_text("utf-8").replace("    answer: The manual does not say.\n", example)
    path.write_text(text.replace("kind: not_covered", "kind: reported"), "utf-8")
    blocks = load(folder).blocks(load(folder).entries["phone"])
    assert [block.layout.form for block in blocks] == [Form.PARAGRAPH, Form.PARAGRAPH, Form.ITEM, Form.CODE, Form.ITEM]


def test_the_guide_explains_every_key_and_kind_of_an_entry() -> None:
    words = set(re.findall(r"[a-z_]+", GUIDE))
    assert not {*Entry.model_fields, *Kind} - words


def test_the_pre_commit_hook_of_the_docs_checks_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    page = (ROOT / "docs" / "git.md").read_text("utf-8")
    (shown,) = (yaml.safe_load(block) for block in re.findall(r"```yaml\n(repos:.*?)```", page, re.DOTALL))
    (used,) = shown["repos"][0]["hooks"]
    assert (used["id"], hook["entry"]) == ("casebot-check", "casebot")
    assert hook["id"] == used["id"]
    monkeypatch.chdir(tmp_path)
    shutil.copytree(HARBOUR, tmp_path / "knowledge")
    assert main(used["args"]) == 0
    (tmp_path / "knowledge" / "faq" / "theft.yaml").write_text("entries: []\n", "utf-8")
    assert main(used["args"]) == 1
    assert "questions.yaml" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "checked"),
    [("faq/theft.yaml", True), ("knowledge/case.yaml", True), ("README.md", False), ("schema/faq.json", False)],
)
def test_the_pre_commit_hook_runs_on_knowledge_files(path: str, *, checked: bool) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    assert bool(re.search(hook["files"], path)) is checked
