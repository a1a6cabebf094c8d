"""Files beside the code: none of them may rot."""

import ast
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


def test_env_example_is_a_valid_env_file_that_names_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"CASEBOT_{name.upper()}", raising=False)
    text = (ROOT / ".env.example").read_text("utf-8")
    assert set(re.findall(r"^(\w+)=", text, re.MULTILINE)) == {
        f"CASEBOT_{name.upper()}" for name in Settings.model_fields
    }
    assert Settings(_env_file=ROOT / ".env.example") == Settings(_env_file=None)


def test_the_operators_table_lists_every_setting_with_its_description() -> None:
    guide = (ROOT / "docs" / "settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(CASEBOT_\w+)` \| .*? \| (.*?) \|$", guide, re.MULTILINE))
    assert rows == {f"CASEBOT_{name.upper()}": field.description for name, field in Settings.model_fields.items()}


def test_the_readme_asks_for_the_permissions_that_the_bot_needs() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    (asked,) = re.findall(r"the permissions (.+?) \(for the picture", readme)
    # The portal has some of the names in the plural.
    assert {name.replace("Channels", "Channel") for name in re.findall(r"\*(.+?)\*", asked)} == {
        each.name for each in NEEDED
    }


def test_ci_runs_the_readmes_test_command_to_the_letter() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    set_up, test = re.findall(r"```sh\n(python3 -m venv .*)\n```", readme)
    assert set_up.endswith('casebot ask "who was killed?"')
    assert test in (ROOT / ".ci" / "run").read_text("utf-8").splitlines()


def test_the_token_is_in_no_repr() -> None:
    token = SecretStr("very-secret")
    assert "very-secret" not in repr(Settings(token=token, _env_file=None))


def pins(path: Path) -> dict[str, list[Requirement]]:
    """Return the pinned packages of a list by name; one may be pinned differently for versions of Python."""
    found: dict[str, list[Requirement]] = {}
    text = re.sub(r" *\\\n *", " ", path.read_text("utf-8"))
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            requirement = Requirement(line.partition(" --hash")[0])
            found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_the_lock_file_pins_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
    pinned = pins(ROOT / "requirements.lock")
    for requirement in map(Requirement, asked):
        if requirement.name == project["name"]:  # one extra takes in another
            continue
        for pinned_as in pinned[canonicalize_name(requirement.name)]:
            (pin,) = pinned_as.specifier
            assert pin.operator == "=="
            assert pin.version in requirement.specifier, requirement.name


HASHED = sorted((ROOT / "deploy").glob("requirements*.txt"))


@pytest.mark.parametrize("path", HASHED, ids=lambda path: path.name)
def test_every_pin_for_operators_has_a_hash_and_is_that_of_the_lock_file(path: Path) -> None:
    lock = pins(ROOT / "requirements.lock")
    for name, requirements in pins(path).items():
        assert sorted(map(str, requirements)) == sorted(map(str, lock[name]))
    for line in re.sub(r" *\\\n *", " ", path.read_text("utf-8")).splitlines():
        pin, *hashes = line.split(" --hash=")
        (specifier,) = Requirement(pin).specifier
        assert specifier.operator == "=="
        assert hashes, pin
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), pin


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.txt", ["postgres", "sentry"]),
        ("requirements-charts.txt", ["charts", "postgres", "sentry"]),
        ("requirements-semantic.txt", ["charts", "postgres", "sentry", "semantic"]),
    ],
)
def test_the_lists_for_operators_hold_what_the_project_asks_for_and_what_builds_it(
    name: str, extras: list[str]
) -> None:
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = asked["project"]
    wanted = [*project["dependencies"], *asked["build-system"]["requires"]]
    wanted += [requirement for extra in extras for requirement in project["optional-dependencies"][extra]]
    pinned = pins(ROOT / "deploy" / name)
    for requirement in map(Requirement, wanted):
        for pin in pinned[canonicalize_name(requirement.name)]:
            (version,) = pin.specifier
            assert version.version in requirement.specifier, requirement.name
    assert not {"pytest", "mypy", "ruff", "simcord"} & pinned.keys()


def test_the_build_backend_is_pinned() -> None:
    (backend,) = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]["requires"]
    assert Requirement(backend) in pins(ROOT / "requirements.lock")[Requirement(backend).name]


def test_the_security_page_names_commands_and_lists_that_exist() -> None:
    page = (ROOT / "SECURITY.md").read_text("utf-8")
    named = set(re.findall(r"(?<![\w/])(?:deploy|scripts|tests|docs|bot)/[\w./-]*\w", page))
    assert {f"deploy/{path.name}" for path in HASHED} <= named
    assert not [name for name in named if not (ROOT / name).exists()]


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


def test_no_shared_value_is_read_before_a_wait_and_written_after_it() -> None:
    """What others have changed during the wait would be lost: `self.total += await count()`."""
    lost = [
        f"{file.relative_to(ROOT)}:{node.lineno}"
        for file in (ROOT / "bot").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.AugAssign)
        and not isinstance(node.target, ast.Name)
        and any(isinstance(part, ast.Await) for part in ast.walk(node.value))
    ]
    assert lost == []
