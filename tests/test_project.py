"""Files beside the code: none of them may rot."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from pydantic import SecretStr

from bot.chat.permissions import NEEDED
from bot.config import Settings
from tests.places import ROOT

PAGES = (ROOT / "README.md", ROOT / "knowledge" / "README.md", *sorted((ROOT / "docs").glob("*.md")))


def test_env_example_is_a_valid_env_file_that_names_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CASEBOT_{name.upper()}", raising=False)
    text = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^(\w+)=", text, re.MULTILINE)) == {
        f"CASEBOT_{name.upper()}" for name in Settings.model_fields
    }
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_the_operators_table_lists_every_setting_with_its_description() -> None:
    guide = (ROOT / "docs" / "operations.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(CASEBOT_\w+)` \| .*? \| (.*?) \|$", guide, re.MULTILINE))
    assert rows == {f"CASEBOT_{name.upper()}": field.description for name, field in Settings.model_fields.items()}


def test_the_readme_asks_for_the_permissions_that_the_bot_needs() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    (asked,) = re.findall(r"the permissions (.+?) \(for the picture", readme)
    # The portal has some of the names in the plural.
    assert {name.replace("Channels", "Channel") for name in re.findall(r"\*(.+?)\*", asked)} == {
        each.name for each in NEEDED
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_the_pages_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [*re.findall(r"\]\(([^)\s]+)\)", text), *re.findall(r'\bsrc="([^"]+)"', text)]
    nowhere = []
    for link in links:
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if "://" not in link and not (target.exists() and (not anchor or anchor in _anchors(target))):
            nowhere.append(link)
    assert not nowhere


def _anchors(page: Path) -> set[str]:
    """Return what GitHub lets a link lead to: each heading in lower case, no punctuation, hyphens for blanks."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_ci_runs_the_readmes_test_command_to_the_letter() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    set_up, test = re.findall(r"```sh\n(python3 -m venv .*)\n```", readme)
    assert set_up.endswith('casebot ask "who was killed?"')
    assert test in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_token_is_in_no_repr() -> None:
    token = SecretStr("very-secret")
    assert "very-secret" not in repr(Settings(token=token, _env_file=None))


def test_the_lock_file_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    pinned = {
        canonicalize_name(requirement.name): requirement
        for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines()
        if line and not line.lstrip().startswith("#")
        for requirement in [Requirement(line)]
    }
    for requirement in map(Requirement, asked):
        if requirement.name == project["name"]:  # one extra takes in another
            continue
        (pin,) = pinned[canonicalize_name(requirement.name)].specifier
        assert pin.operator == "=="
        assert pin.version in requirement.specifier, requirement.name


def test_nothing_in_the_code_names_this_case() -> None:
    names = re.compile(r"corey|miller|kardashian|monica|steven thomas|louisiana|c-murder", re.IGNORECASE)
    named = [str(path) for path in sorted((ROOT / "bot").rglob("*.py")) if names.search(path.read_text("utf-8"))]
    assert not named


def test_commands_and_screens_ask_questions_through_the_service() -> None:
    asks = re.compile(r"(?:\banswerer|\bcurrent|\banswerer_for\([^()]*(?:\([^()]*\))?\))\.(?:answer|complete)\(")
    asking = [
        str(path) for path in sorted((ROOT / "bot" / "chat").rglob("*.py")) if asks.search(path.read_text("utf-8"))
    ]
    assert not asking
