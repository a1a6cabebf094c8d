"""The image without a container: its files, its user, no home folder, and nothing that can be written but its data."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.places import ROOT

USER: Final = 12345
"""An id without a name, not that of the image: a platform may choose any."""

_SEAL: Final = """
root=$1; python=$2; shift 2
mount --bind "$python" "$root/python"
mount --bind "$root/kept" "$root/data"
mount -t tmpfs -o mode=1777 none /dev/shm
mount -o remount,bind,ro /
mount -o remount,bind,rw "$root/data"
cd "$root/data"
exec setpriv --reuid 12345 --regid 12345 --clear-groups --no-new-privs "$@"
"""


@dataclass(frozen=True)
class Image:
    """What the steps of the image have made."""

    root: Path

    @property
    def data(self) -> Path:
        """The folder that the image has as ``/data``."""
        return self.root / "kept"

    def environ(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the image's environment, and nothing of the tester's."""
        return {
            "LD_LIBRARY_PATH": f"{self.root}/python/lib",
            "PYTHONPATH": f"{self.root}/app",
            "PYTHONSAFEPATH": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "XDG_DATA_HOME": f"{self.root}/data",
            "XDG_CACHE_HOME": f"{self.root}/data/cache",
            **given,
        }

    def command(self, *words: str) -> list[str]:
        """Return the command that runs words after ``casebot`` as the image does: sealed, and under its init."""
        python = f"{self.root}/python/bin/python3"
        seal = [
            "unshare",
            "--mount",
            "--pid",
            "--net",
            "--fork",
            "--mount-proc",
            "--kill-child",
            "sh",
            "-ec",
            _SEAL,
            "sh",
        ]
        return [*seal, str(self.root), sys.base_prefix, "/usr/bin/tini-static", "--", python, "-m", "bot", *words]

    def run(self, *words: str, environ: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(  # noqa: S603 (our own)
            self.command(*words), env=self.environ(environ or {}), capture_output=True, text=True, check=False
        )


@contextlib.contextmanager
def image(requirements: str = "requirements.txt") -> Iterator[Image]:
    """Take the image's steps in a folder that any user can read."""
    root = Path(tempfile.mkdtemp(prefix="casebot-image-"))
    root.chmod(0o755)
    environ = {**os.environ, "PYTHON": sys.executable, "CASEBOT_COMMIT": "0" * 40}
    script = ["sh", str(ROOT / "deploy" / "build_image.sh")]
    try:
        for step in (
            ["packages", f"deploy/{requirements}", str(root / "build")],
            ["bot", str(root / "build"), str(root / "app")],
        ):
            subprocess.run([*script, *step], check=True, env=environ)  # noqa: S603 (our own)
        for name in ("python", "data", "kept"):
            (root / name).mkdir()
        os.chown(root / "kept", USER, USER)
        yield Image(root)
    finally:
        shutil.rmtree(root)
