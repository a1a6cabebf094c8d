"""Writes into a wheel or an sdist which commit it was built from, for ``casebot --version``; Hatchling calls this."""

import os
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NAME = "bot/_commit.txt"


class CommitHook(BuildHookInterface):  # type: ignore[type-arg] # it has no parameter at run time
    """Adds the file, unless the commit is not known or an sdist already has it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the file to what is built."""
        if version == "editable" or Path(self.root, NAME).exists():
            return
        commit = os.environ.get("CASEBOT_COMMIT") or self._head()
        if commit:
            file = Path(self.directory, "commit.txt")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{commit}\n", "utf-8")
            build_data["force_include"][str(file)] = NAME

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002 (Hatchling's)
        """Remove the file from beside what was built."""
        Path(self.directory, "commit.txt").unlink(missing_ok=True)

    def _head(self) -> str:
        # Not that of a repository around this folder.
        if not Path(self.root, ".git").exists():
            return ""
        try:
            command = ["git", "-C", self.root, "rev-parse", "HEAD"]
            return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 (fixed words)
        except (OSError, subprocess.CalledProcessError):
            return ""
