"""The benchmark runs; how fast is not asked here."""

import math
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_the_benchmark_prints_its_tables() -> None:
    harbour = ROOT / "tests" / "data" / "harbour"
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--sizes",
        "100",
        "--questions",
        "8",
        "--knowledge",
        str(harbour),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 (our own)
    ratios = re.findall(r"^\| (Matcher|rapidfuzz): .+? \| .+? ms \| .+? ms \| (.+?) \|", done.stdout, re.MULTILINE)
    assert [name for name, _ in ratios] == [*["Matcher", "rapidfuzz"] * 3, "rapidfuzz"]
    assert all(math.isfinite(float(ratio)) and float(ratio) > 0 for _, ratio in ratios)
    assert re.search(r"^\| Names: .+? \| .+? ms \| .+? ms \| \d+\.\d+ \|$", done.stdout, re.MULTILINE)
    assert re.search(r"^\| casebot ask --batch, 40 lines.*\| \d+ questions/s \|$", done.stdout, re.MULTILINE)
