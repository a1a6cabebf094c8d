"""The image, the Compose file and the unit, as far as they can be checked without running them."""

import configparser
import fnmatch
import json
import re
import shlex
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from bot.config import Settings
from tests.places import ROOT

DEPLOY: Final = ROOT / "deploy"
DOCKERFILE: Final = re.sub(r" *\\\n *", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
STAGES: Final = [stage.splitlines() for stage in re.split(r"^(?=FROM )", DOCKERFILE, flags=re.MULTILINE)]


def instructions(name: str, stage: int = -1) -> list[str]:
    """Return what follows an instruction wherever it stands in a stage; the last one is the image."""
    return [line.partition(" ")[2].strip() for line in STAGES[stage] if line.startswith(f"{name} ")]


def copied() -> list[str]:
    """Return what the image copies from the clone, as patterns."""
    words = [shlex.split(line) for stage in range(len(STAGES)) for line in instructions("COPY", stage)]
    return [source for line in words if not line[0].startswith("--from") for source in line[:-1]]


def test_all_that_the_image_copies_is_there_and_passes_the_ignore_file() -> None:
    patterns = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line[:1] == "!"]
    for source in copied():
        files = sorted(ROOT.glob(source))
        assert files, source
        for file in files:
            name = str(file.relative_to(ROOT))
            assert any(fnmatch.fnmatch(name, pattern[1:]) for pattern in patterns), name


def test_nothing_secret_gets_into_an_image() -> None:
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert next(line for line in lines if not line.startswith("#")) == "*", "all but what is named"
    allowed = [line[1:] for line in lines if line.startswith("!")]
    assert not [each for each in allowed if any(fnmatch.fnmatch(name, each) for name in (".env", ".git", "deploy"))]


def test_the_image_runs_as_nobody_under_an_init_and_tells_its_health() -> None:
    assert instructions("USER") == ["65532:65532"]
    (entry,) = map(json.loads, instructions("ENTRYPOINT"))
    assert entry[:2] == ["/tini", "--"]
    assert "/readyz" in DOCKERFILE.partition("HEALTHCHECK")[2].splitlines()[0]
    assert STAGES[-1][0] == "FROM ${BASE}"


def test_the_images_python_is_the_one_that_its_packages_are_for() -> None:
    # https://github.com/GoogleContainerTools/distroless: Debian 13 has Python 3.13
    (build, base) = re.findall(r"^ARG (?:BUILD|BASE)=(\S+)$", DOCKERFILE, re.MULTILINE)
    assert build == "python:3.13-slim-trixie"
    assert base == "gcr.io/distroless/python3-debian13:nonroot"


@pytest.mark.parametrize("service", ["bot", "migrate"])
def test_in_compose_the_bot_can_write_nothing_but_its_data(service: str) -> None:
    found = COMPOSE["services"][service]
    assert found["read_only"]
    assert found["cap_drop"] == ["ALL"]
    assert found["volumes"] == ["data:/data"]
    assert (DEPLOY / found["build"]["context"] / found["build"]["dockerfile"]).is_file()
    assert set(found["environment"]) <= {f"CASEBOT_{name.upper()}" for name in Settings.model_fields}


def test_in_compose_only_the_profile_brings_postgresql() -> None:
    always = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    assert always == {"bot"}
    assert not COMPOSE["services"]["bot"]["depends_on"]["migrate"]["required"]


def test_the_unit_lets_the_bot_write_only_its_own_folders() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # as the documentation has it
    unit.read(DEPLOY / "casebot.service", "utf-8")
    service = unit["Service"]
    assert service["ExecStart"].endswith("/casebot run")
    assert (service["DynamicUser"], service["ProtectSystem"]) == ("yes", "strict")
    assert service["StateDirectory"] == service["CacheDirectory"] == "casebot"
    assert service["RestartPreventExitStatus"] == "2"


WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("path", [*WORKFLOWS, DEPLOY / "pages.yml"], ids=lambda path: str(path.name))
def test_actions_are_pinned_by_commit_and_say_which_version_that_is(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert used
    assert not [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each)]


def test_the_example_of_a_page_installs_no_package_that_anybody_could_publish() -> None:
    text = (DEPLOY / "pages.yml").read_text("utf-8")
    assert re.findall(r"run: pip install (.*)", text) == [
        '"casebot @ git+https://ADDRESS-OF-THIS-REPOSITORY@TAG-OR-COMMIT"'
    ]
    pinned = {use for path in WORKFLOWS for use in re.findall(r"uses: (actions/.*)", path.read_text("utf-8"))}
    assert pinned <= set(re.findall(r"uses: (.*)", text)), "the same versions as in the workflows"


def test_the_guides_services_give_the_image_a_command_that_it_knows() -> None:
    guide = (ROOT / "docs" / "new-community.md").read_text("utf-8")
    (example,) = (text for text in re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL) if "image: casebot" in text)
    (entry,) = map(json.loads, instructions("ENTRYPOINT"))
    assert entry[-2:] == ["-m", "bot"]
    assert all(each["command"] == ["run"] for each in yaml.safe_load(example)["services"].values())


def test_workflows_may_only_read_unless_a_job_says_otherwise() -> None:
    for path in WORKFLOWS:
        assert yaml.safe_load(path.read_text("utf-8"))["permissions"] == {"contents": "read"}


def test_a_tag_releases_what_is_built_from_the_list_of_hashes() -> None:
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8"))["jobs"]
    built = next(step["with"] for step in jobs["image"]["steps"] if "build-push" in step.get("uses", ""))
    assert (built["file"], built["platforms"], built["sbom"]) == ("deploy/Dockerfile", "linux/amd64,linux/arm64", True)
    assert "--require-hashes" in str(jobs["wheel"]["steps"])


SYSTEMS: Final = {
    "bot/files.py": "locks, and fsync of a folder",
    "bot/own_files.py": "rights",
    "bot/ops/shutdown.py": "signals",
    "bot/cli/common.py": "quotation marks in a command to type",
}
"""The modules that know on which system they run, and what differs there."""


def test_what_differs_between_systems_stands_in_one_module_each() -> None:
    asks = re.compile(r"sys\.platform|os\.name\b|platform\.system|\b(?:msvcrt|fcntl|winreg)\b")
    asking = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "bot").rglob("*.py")
        if asks.search(path.read_text("utf-8"))
    }
    assert asking == SYSTEMS.keys()
