"""Measures what each dependency costs: `python scripts/costs.py`, in the environment to measure.

For every direct dependency of the project: the MB of its files as installed; the MB that go if it goes, with what
only it needs; and the seconds and MB of memory that importing it takes, above a bare
interpreter. Prints a table in Markdown, the largest first. Needs Linux, for the memory.
"""

import re
import resource
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text("utf-8"))["project"]
IMPORTED = {
    "discord-py": "discord",
    "pystemmer": "Stemmer",
    "python-dateutil": "dateutil.parser",
    "python-json-logger": "pythonjsonlogger.json",
    "pyyaml": "yaml",
    "prometheus-client": "prometheus_client",
    "pydantic-settings": "pydantic_settings",
    "typing-extensions": "typing_extensions",
    "sqlalchemy": "sqlalchemy.ext.asyncio",
    "alembic": "alembic.command",
    "babel": "babel.dates",
    "dulwich": "dulwich.repo",
    "matplotlib": "matplotlib.figure",
    "py3langid": "py3langid.langid",
    "sentry-sdk": "sentry_sdk",
}
"""What is imported of a package, where that is not named like it."""

MEASURED = """
import time
from pathlib import Path
pages = lambda: int(Path("/proc/self/statm").read_text().split()[1])
before, began = pages(), time.process_time()
import {module}
print(time.process_time() - began, pages() - before)
"""
TRIES = 3


def needs(names: set[str]) -> set[str]:
    """Return packages and all that they need, as far as it is installed."""
    found: set[str] = set()
    left = set(names)
    while left:
        name = left.pop()
        try:
            requirements = metadata.requires(name) or []
        except metadata.PackageNotFoundError:
            continue
        found.add(name)
        for requirement in map(Requirement, requirements):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                left |= {canonicalize_name(requirement.name)} - found
    return found


def size(name: str) -> int:
    """Return the bytes of a package's files."""
    files = metadata.files(name) or []
    return sum(path.stat().st_size for file in files if (path := Path(str(file.locate()))).is_file())


def imported(module: str) -> tuple[float, float]:
    """Return the CPU seconds and the MB of memory that an import takes: the least of some tries."""
    tries = []
    for _ in range(TRIES):
        command = [sys.executable, "-c", MEASURED.format(module=module)]
        seconds, memory = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()  # noqa: S603 (our own)
        tries.append((float(seconds), int(memory) * resource.getpagesize() / 1e6))
    return min(seconds for seconds, _ in tries), min(memory for _, memory in tries)


def main() -> None:
    """Print the table."""
    extras = PROJECT["optional-dependencies"]
    optional = [each for name in ("charts", "postgres", "sentry", "semantic") for each in extras[name]]
    asked = [Requirement(each).name for each in [*PROJECT["dependencies"], *optional]]
    names = [name for name in map(canonicalize_name, asked) if name in needs({name})]
    always = {canonicalize_name(Requirement(each).name) for each in PROJECT["dependencies"]}
    rows = []
    for name in names:
        # Beside what the bot needs anyway.
        others = (always | {name}) - {name}
        alone = needs({name}) - needs(others)
        seconds, memory = imported(IMPORTED.get(name, re.sub(r"\W", "_", name)))
        rows.append((sum(map(size, alone)) / 1e6, size(name) / 1e6, name, sorted(alone - {name}), seconds, memory))
    print("| Package | MB | MB that go with it | Import, CPU s | Import, MB of memory |")
    print("| --- | --- | --- | --- | --- |")
    for megabytes, itself, name, more, seconds, memory in sorted(rows, reverse=True):
        brought = f" (with {', '.join(more)})" if more else ""
        print(f"| {name}{brought} | {itself:.1f} | {megabytes:.1f} | {seconds:.2f} | {memory:.0f} |")
    total = sum(map(size, needs(always))) / 1e6
    print(f"| **all that is always installed** | | {total:.0f} | | |")


if __name__ == "__main__":
    main()
