"""A bot without the extra that draws pictures starts, and says everything as text."""

import subprocess
import sys

from tests.places import ROOT


def test_a_start_needs_no_library_that_draws() -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from importlib import import_module\n"
        "from bot.chat.client import EXTENSIONS\n"
        "for name in EXTENSIONS: import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    assert (done.returncode, done.stderr) == (0, "")
