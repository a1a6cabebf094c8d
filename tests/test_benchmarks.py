"""The benchmark runs; how fast is not asked here."""

import math
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.knowledge.load import load
from tests.benchmarks import scale, site
from tests.places import HARBOUR, ROOT


def test_the_benchmark_prints_its_tables() -> None:
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks",
        "--sizes",
        "100",
        "--questions",
        "8",
        "--knowledge",
        str(HARBOUR),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 (our own)
    ratios = re.findall(r"^\| (Matcher|rapidfuzz): .+? \| .+? ms \| .+? ms \| (.+?) \|", done.stdout, re.MULTILINE)
    assert [name for name, _ in ratios] == [*["Matcher", "rapidfuzz"] * 3, "rapidfuzz"]
    assert all(math.isfinite(float(ratio)) and float(ratio) > 0 for _, ratio in ratios)
    assert re.search(r"^\| Names: .+? \| .+? ms \| .+? ms \| \d+\.\d+ \|$", done.stdout, re.MULTILINE)
    assert re.search(r"^\| casebot ask --batch, 40 lines.*\| \d+ questions/s \|$", done.stdout, re.MULTILINE)


def test_the_figures_of_the_public_page_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    site.main(["20", "40"])
    rows = re.findall(
        r"^\| (\d+) \| (\d+) \| [\d.]+ s \| ([\d.]+) \| [\d.]+ kB \|$", capsys.readouterr().out, re.MULTILINE
    )
    assert [(int(entries), int(pages) > int(entries)) for entries, pages, _ in rows] == [(20, True), (40, True)]


async def test_the_figures_of_the_scale_are_printed(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path))
    bench = scale.Bench(folder, list(load(folder).entries.values()))
    assert await scale.memory(bench, guilds=1, shards=2) > 0
    await scale.database(bench, questions=2)
    figures = dict(re.findall(r"^\| (.+?) \| (.+?) \|$", capsys.readouterr().out, re.MULTILINE))
    assert figures.pop("connections of a process") in {"3", "4"}
    assert [re.sub(r"[\d.]+", "N", figure) for figure in figures.values()] == [
        "N a second",
        "N ms",
        "N rows, N transactions, N bytes of log",
        "N bytes, indexes included",
        "N s",
    ]


def test_a_start_says_what_it_needs() -> None:
    command = [sys.executable, "-m", "tests.benchmarks.start"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    assert done.stderr.startswith("usage: python -m tests.benchmarks.start [-h] KNOWLEDGE CACHE")
