"""Changes the code in one place after another and lists what no test notices: `python scripts/mutation.py rights`.

It needs mutmut (`pip install mutmut==3.8.1`), which works on a copy in a folder of its own and not on Windows. What is
left over is compared with `docs/mutation.md`, which says of each change that no test notices why nobody would notice
it; the exit status is 1 if one is not explained there.

mutmut changes the bodies of functions and methods. It leaves out what stands outside of functions and what is
decorated, so decorators without which the code does the same are taken off in the copy.
"""

import argparse
import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "mutation.md"


class Scope(NamedTuple):
    """Code, and the tests that concern it."""

    code: Sequence[str]
    tests: Sequence[str]


SCOPES = {
    "rights": Scope(
        ["bot/chat/rights.py", "bot/chat/permissions.py"],
        [
            *("tests/chat/desk/test_rights.py", "tests/chat/desk/test_edit_confirm.py", "tests/chat/test_setup.py"),
            *("tests/chat/test_feedback.py", "tests/chat/test_errors.py", "tests/chat/test_pause.py"),
            *("tests/chat/test_brought_along.py", "tests/test_project.py"),
        ],
    ),
    "escaping": Scope(
        ["bot/escaping.py", "bot/chat/message/markdown.py"],
        [
            *("tests/test_escaping.py", "tests/test_hostile.py", "tests/chat/test_limits.py"),
            *("tests/chat/test_pings.py", "tests/chat/test_markdown.py"),
        ],
    ),
    "privacy": Scope(
        ["bot/privacy.py", "bot/store/member_hash.py", "bot/store/scrubber.py"],
        [
            *("tests/test_privacy.py", "tests/chat/test_privacy.py", "tests/store/test_scrubber.py"),
            *("tests/store/test_faults.py", "tests/store/test_contract.py"),
        ],
    ),
    "store": Scope(
        [f"bot/store/{name}.py" for name in ("database", "memory", "operations", "reads")],
        [f"tests/store/test_{name}.py" for name in ("contract", "scrubber", "faults")],
    ),
    "editing": Scope(
        [f"bot/editing/{name}.py" for name in ("journal", "apply", "merge", "threeway", "revision", "desk")],
        [
            *(f"tests/editing/test_{name}.py" for name in ("desk", "edit", "damage", "threeway", "git", "remote")),
            *(f"tests/chat/desk/test_{name}.py" for name in ("edit_confirm", "forms", "withdrawal")),
            "tests/importing/test_merge.py",
        ],
    ),
    "git": Scope(["bot/editing/git/*.py"], ["tests/editing/test_git.py", "tests/editing/test_remote.py"]),
}

CONFIG = """
[tool.mutmut]
source_paths = ["bot"]
only_mutate = {code}
also_copy = {rest}
do_not_mutate_patterns = ["^ *assert ", "^ *_log[.]"]
pytest_add_cli_args = ["-n", "0", "-p", "no:cacheprovider", "-k", "not postgresql"]
pytest_add_cli_args_test_selection = {tests}
"""
"""Assertions in the code are for the type checker. Of a line that logs, mutmut could only change the words. Each change
would start a PostgreSQL of its own, for seconds, so tests that run on either database use SQLite."""

NOTICED = {"killed", "timeout", "caught by type check", "not checked"}


PLAIN = re.compile(r"^ *@(override|cache|lru_cache(\(.*?\))?)( *#.*)?\n", re.MULTILINE)
"""Decorators that change nothing but how fast it is, and what a type checker says."""

LATER = {"_shielded", "contextmanager", "contextlib.contextmanager", "contextlib.asynccontextmanager"}
"""Decorators that can as well be applied at the end of the file, to what mutmut has made of the function."""

LIMIT = re.compile(r"^(LIMIT: Final = )[0-9.]+", re.MULTILINE)
"""How long tests wait for what a changed program may never do."""


class Mutant(NamedTuple):
    """A change that no test notices."""

    where: str
    """The function, as ``bot.escaping.visible``."""

    line: str
    """What the changed line became."""

    was: str

    @property
    def explained(self) -> bool:
        """Whether the page names it in one row."""
        rows = PAGE.read_text("utf-8").splitlines()
        return any(f"`{self.where}`" in row and f"`{self.line}`".replace("|", r"\|") in row for row in rows)


def prepare(scope: Scope, folder: Path) -> None:
    """Copy the project, with what is not committed yet, and tell mutmut what to do there."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()  # noqa: S603 (our own; the user's git)
    for name in filter(lambda name: (ROOT / name).is_file(), names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, folder / name)
    for path in (path for pattern in scope.code for path in folder.glob(pattern)):
        path.write_text(undecorated(path.read_text("utf-8")), "utf-8")
    waiting = folder / "tests" / "waiting.py"
    waiting.write_text(LIMIT.sub(r"\g<1>8.0", waiting.read_text("utf-8")), "utf-8")
    rest = sorted({name.split("/")[0] for name in names} - {"bot"})
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write(CONFIG.format(code=list(scope.code), tests=list(scope.tests), rest=rest))


def undecorated(text: str) -> str:
    """Return Python with decorators taken off that keep mutmut from a function; those that matter come at the end."""
    text = PLAIN.sub("", text)
    tree, lines = ast.parse(text), text.splitlines()
    for owner in (tree, *(each for each in tree.body if isinstance(each, ast.ClassDef))):
        for function in owner.body:
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and len(function.decorator_list) == 1:
                (decorator,) = function.decorator_list
                name = function.name if owner is tree else f"{owner.name}.{function.name}"
                if ast.unparse(decorator) in LATER:
                    lines[decorator.lineno - 1] = ""
                    lines.append(f"{name} = {ast.unparse(decorator)}({name})")
    return "\n".join(lines) + "\n"


def mutmut(folder: Path, *words: str) -> str:
    """Run a command of mutmut and return what it prints; if it fails, show that and end."""
    command = [sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)  # noqa: S603 (our own)
    if done.returncode:
        sys.exit(
            f"mutmut {words[0]} ended with status {done.returncode}:\n{done.stdout[-4_000:]}{done.stderr[-4_000:]}"
        )
    return done.stdout


def unnoticed(folder: Path) -> Iterator[Mutant]:
    """Yield the changes that no test has noticed."""
    for name, status in re.findall(r"^\s*(\S+): (.+)$", mutmut(folder, "results"), re.MULTILINE):
        if status not in NOTICED:
            changed = mutmut(folder, "show", name).splitlines()
            was, line = (
                " ".join(
                    each[1:].strip() for each in changed if each.startswith(sign) and not each.startswith(sign * 3)
                )
                for sign in "-+"
            )
            where = re.sub(r"\.x_|\.xǁ", ".", name).replace("ǁ", ".")
            yield Mutant(re.sub(r"__mutmut_\d+$", "", where), line, was)


def main() -> int:
    """Run the scope that is asked for and print what is left over."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scope", choices=SCOPES)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument(
        "--ending",
        default="",
        metavar="DIGITS",
        help="only changes whose number in their function ends so: 16 for a fifth",
    )
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="casebot-mutation-"))
    prepare(SCOPES[options.scope], folder)
    sample = [f"*__mutmut_*[{options.ending}]"] if options.ending else []
    mutmut(folder, "run", "--max-children", str(options.processes), *sample)
    every = Counter(re.findall(r": (.+)$", mutmut(folder, "results", "--all", "true"), re.MULTILINE))
    print(", ".join(f"{status}: {count}" for status, count in every.most_common()), "in", folder)
    left = [mutant for mutant in unnoticed(folder) if not mutant.explained]
    for mutant in left:
        print(f"{mutant.where}\n  - {mutant.was}\n  + {mutant.line}")
    print(f"{len(left)} changes that no test notices and {PAGE.name} does not explain")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
