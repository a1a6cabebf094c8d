"""What is typed into a terminal: every command with its help, its results and its errors."""

import datetime as dt
import json
import re
import shutil
import socket
from pathlib import Path

import discord

from tests.places import HARBOUR
from tests.recordings.clock import NOON
from tests.recordings.fake import TOKEN, discord_says
from tests.recordings.scenario import typed
from tests.recordings.shell import Shell
from tests.recordings.world import remembered

STOLEN = "stolen painting"
RICE = "how do i cook rice"
WRONG: tuple[tuple[str, str], ...] = (
    ("CASEBOT_PREFIX", "toolong"),
    ("CASEBOT_MESSAGE_CONTENT", "perhaps"),
    ("CASEBOT_KNOWLEDGE_GIT", "https://user:secret@example.org/faq.git"),
    ("CASEBOT_KNOWLEDGE_GIT", "ftp://example.org/faq.git"),
    ("CASEBOT_KNOWLEDGE_GIT", "http://example.org/faq.git"),
    ("CASEBOT_KNOWLEDGE_GIT_MINUTES", "0"),
    ("CASEBOT_DESK_SERVERS", "my server"),
    ("CASEBOT_MATCHER", "magic"),
    ("CASEBOT_RETENTION_DAYS", "never"),
    ("CASEBOT_LOG_LEVEL", "loud"),
    ("CASEBOT_LOG_FORMAT", "xml"),
    ("CASEBOT_HTTP_PORT", "70000"),
)
"""Settings, each with a value that cannot be one."""


def small(shell: Shell) -> Path:
    """Give the shell the small case in a folder of its own."""
    folder = Path(shutil.copytree(HARBOUR, shell.folder / "knowledge"))
    shell.set(CASEBOT_KNOWLEDGE="knowledge")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Change a file as an editor does."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


@typed
def help_of_every_command(shell: Shell) -> None:
    shell.casebot("--help")
    for name in shell.commands():
        shell.casebot(name, "--help")
    shell.casebot("--version")
    shell.casebot()
    shell.casebot("dance")
    shell.casebot("ask", "--sing")


@typed
def ask(shell: Shell) -> None:
    small(shell)
    shell.casebot("ask", *STOLEN.split())
    shell.casebot("ask", "was there a witness")
    shell.casebot("ask", RICE)
    shell.casebot("ask", "what is the painting worth")
    shell.casebot("ask", "wer hat das bild aus dem museum gestohlen")
    shell.casebot("ask", "--explain", "stollen paintng")
    shell.casebot("ask", "--json", STOLEN)
    shell.casebot("ask", "--json", "--explain", "what is the painting worth")
    shell.casebot("ask", "--json", typed=f"{STOLEN}\n\n  ladder whereabouts \n{RICE}")
    shell.casebot("ask", typed=f"{STOLEN}\n{RICE}\n")
    shell.casebot("ask", typed="")
    shell.casebot("ask", terminal=True)
    shell.casebot("ask", "--json", "--batch", "-")
    shell.casebot("ask", "")
    shell.set(CASEBOT_MATCHER="lexical")
    shell.casebot("ask", "what was seen")
    shell.casebot("ask", "what is the painting worth")
    shell.casebot("ask", "--json", "what was seen")
    shell.casebot("ask", "a\x1b[31mred\x1b[0m [bold]question[/bold]")


@typed
def ask_in_batches(shell: Shell) -> None:
    small(shell)
    lines = [
        json.dumps({"id": "1", "text": STOLEN}),
        "not json",
        '{"id": "3"}',
        '{"text": "stolen painting"}',
        "[1, 2]",
        "",
        '{"id": 7, "text": "a"}',
        json.dumps({"id": "8", "text": RICE}),
    ]
    shell.casebot("ask", "--batch", "-", typed="\n".join(lines).encode() + b'\n{"id": "9", "text": "\xff"}\n')
    Path("questions.jsonl").write_text(f"{lines[0]}\n", "utf-8")
    shell.casebot("ask", "--batch", "questions.jsonl")
    shell.casebot("ask", "--batch", "none.jsonl")
    shell.casebot("ask", "--batch", "knowledge")
    shell.casebot("ask", "--batch", "-", typed="")


@typed
def chat(shell: Shell) -> None:
    small(shell)
    shell.set(CASEBOT_MATCHER="lexical")
    said = ["hi there", STOLEN, "", "what was seen", "2", "9", "what was seen", "1", RICE, "thanks"]
    shell.casebot("chat", typed="".join(f"{line}\n" for line in said), terminal=True)
    shell.casebot("chat", typed="")


@typed
def check(shell: Shell) -> None:
    folder = small(shell)
    shell.casebot("check")
    shell.casebot("check", "--hints", "--list")
    article = Path("article.txt")
    article.write_text("A painting vanished on 1998-11-05 from the Harbour Museum.\n\nAda Voss wrote in March 1999.")
    shell.casebot("check", "--article", "article.txt")
    article.write_text("A painting vanished from the Harbour Museum.\n\nAda wrote in March 1999.")
    shell.casebot("check", "--article", "article.txt")
    shell.casebot("check", "--article", "none.txt")
    edit(folder / "questions.yaml", "right: 50", "right: 100")
    edit(folder / "questions.yaml", "which canvas did the thieves grab", "zebra crossing regulations")
    shell.casebot("check", "--list")
    (folder / "people.yaml").write_text("people: 3\n", "utf-8")
    edit(folder / "faq/theft.yaml", "kind: claim", "kind: rumour")
    edit(folder / "faq/theft.yaml", "[n1]. The director", ". The director")
    shell.casebot("check")
    shell.casebot("ask", STOLEN)
    (folder / "faq/theft.yaml").write_text("entries: [\n", "utf-8")
    shell.casebot("check")
    (folder / "case.yaml").unlink()
    shell.casebot("check")
    shell.casebot("--knowledge", "nowhere", "check")


@typed
def new(shell: Shell) -> None:
    small(shell)
    shell.casebot("new", "Who owns the museum?", "--phrasing", "museum owner", "--topic", "theft")
    shell.casebot("new", typed="Who owns the museum?\nmuseum owner\n\n\ntheft\n", terminal=True)
    shell.casebot("new", typed="\nWho built it?\nbuilder\nwho made it\n\ntheft\n", terminal=True)
    shell.casebot("new")
    shell.casebot("new", "Who owns it?")
    shell.casebot("new", "Who owns it?", "--phrasing", "owner", "--topic", "moon")
    shell.casebot("new", "Who owns it?", "--phrasing", "owner", "--topic", "theft", "--id", "ladder")
    shell.casebot("new", "Who owns it?", "--phrasing", "owner", "--topic", "theft", "--id", "No Id")
    shell.casebot("new", "Who owns it?", "--phrasing", STOLEN, "--topic", "theft")
    shell.casebot("new", "Who owns it?", "--phrasing", "owner", "--topic", "theft", "--file", "theft.yaml")
    shell.casebot("new", "Who?", "--phrasing", "who now", "--topic", "theft", "--file", "none/theft.yaml")
    shell.casebot("new", "Who built it?", "--phrasing", "builder", "--topic", "theft", "--file", "builders")
    shell.casebot(
        "new", "Who paid?", "--answer", "The report does not say [n1].", "--kind", "not_covered", "--topic", "theft"
    )
    shell.shows("knowledge/faq")
    shell.shows("knowledge/faq/theft.yaml")


@typed
def import_and_export(shell: Shell) -> None:
    small(shell)
    (shell.folder / "faq.md").write_text("# Club\n\n## When do you meet?\n\nEvery Tuesday.\n\n## Where?\n", "utf-8")
    shell.casebot("import", "faq.md", "--to", "club")
    shell.casebot("import", "faq.md", "--to", "club", "--yes")
    shell.casebot("import", "faq.md", "--to", "club", "--yes")
    shell.casebot("import", "none.md", "--to", "club")
    shell.casebot("import", "faq.md")
    shell.shows("club/faq")
    shell.casebot("export", "--format", "csv")
    shell.casebot("export", "--format", "markdown", "--to", "out.md")
    shell.shows("out.md")


@typed
def sources(shell: Shell) -> None:
    small(shell)
    text = shell.folder / "letter.txt"
    text.write_text('The museum opened on 3 May 1998.\n\n"It is a fine house," Ada Voss said.\n', "utf-8")
    facts = ("--title", "A letter", "--date", "1999-05-03")
    shell.casebot("source", "add", "letter.txt", *facts)
    shell.casebot("source", "add", "letter.txt", *facts, "--to", "knowledge")
    shell.casebot("source", "check", "letter.txt")
    edit(text, "3 May", "4 May")
    shell.casebot("source", "check", "letter.txt")
    shell.casebot("source", "add", "none.txt", *facts)
    shell.casebot("check", "--source-text", "moon=letter.txt")
    shell.casebot("check", "--source-text", "letter.txt")


@typed
def the_public_page(shell: Shell) -> None:
    small(shell)
    shell.casebot("site", "page", "--address", "https://example.org/faq/")
    shell.casebot("site", "knowledge")
    shell.casebot("site", "page", "--address", "example")
    shell.casebot("serve", "--host", "localhost", "--port", "nine")


@typed
def init(shell: Shell) -> None:
    shell.casebot("init", "mine")
    shell.casebot("init", "mine")
    shell.shows("mine")
    for name in sorted(path.as_posix() for path in Path("mine").rglob("*.yaml")):
        shell.shows(name)
    shell.casebot("--knowledge", "mine", "check")
    Path("file").touch()
    shell.casebot("init", "file")
    shell.casebot("init", "file/below")
    shell.casebot("init")


@typed
def export_and_schema(shell: Shell) -> None:
    small(shell)
    shell.casebot("export")
    shell.casebot("export", "--format", "xml")
    shell.casebot("schema", "people")
    shell.casebot("schema")
    shell.casebot("schema", "moon")
    shell.casebot("schema", "--write", "schema")
    shell.shows("schema")


@typed
def unanswered(shell: Shell) -> None:
    small(shell)
    shell.casebot("unanswered")
    url = f"sqlite:///{shell.folder}/casebot.db"
    asked = [
        ("what is the painting worth", "none", 0),
        ("what is the paintin worth?", "suggest", 1),
        ("=HYPERLINK(1) in the \x1b[31mharbour", "none", 9),
        (STOLEN, "answer", 0),
    ]
    remembered(url, [(text, outcome, NOON - dt.timedelta(days=ago)) for text, outcome, ago in asked])
    shell.set(CASEBOT_DATABASE_URL=url)
    shell.casebot("unanswered")
    for form in ("json", "csv"):
        shell.casebot("unanswered", "--format", form, "--order", "recent")
    shell.casebot("unanswered", "--since", "2026-11-30")
    shell.casebot("unanswered", "--since", "2026-12-24")
    shell.casebot("unanswered", "--since", "yesterday")
    shell.set(CASEBOT_DATABASE_URL="carrier-pigeon://loft")
    shell.casebot("unanswered")


@typed
def migrate(shell: Shell) -> None:
    small(shell)
    shell.casebot("migrate")
    Path("file").touch()
    for url in ("sqlite:///casebot.db", "sqlite:///file/casebot.db", "carrier-pigeon://loft"):
        shell.set(CASEBOT_DATABASE_URL=url)
        shell.casebot("migrate")
    shell.casebot("migrate", "--now")


@typed
def backup_and_restore(shell: Shell) -> None:
    folder = small(shell)
    shell.set(CASEBOT_DATABASE_URL="sqlite:///casebot.db")
    shell.casebot("migrate")
    shell.casebot("backup", "made.tar.gz")
    shell.casebot("backup", "made.tar.gz")
    shell.casebot("backup", "--replace", "made.tar.gz")
    shell.casebot("restore", "--check", "made.tar.gz")
    shell.casebot("restore", "made.tar.gz")
    edit(folder / "people.yaml", "Ada", "Eda")
    shell.casebot("restore", "--replace", "made.tar.gz")
    shell.casebot("restore", "casebot.db")
    shell.set(CASEBOT_KNOWLEDGE="there", CASEBOT_DATABASE_URL="sqlite:///there.db")
    shell.casebot("restore", "made.tar.gz")


@typed
def wrong_settings(shell: Shell) -> None:
    small(shell)
    for name, value in WRONG:
        shell.set(**{name: value})
        shell.casebot("check")
        shell.set(**{name: None})
    shell.note("A wrong setting in .env:")
    Path(".env").write_text("CASEBOT_LOG_LEVEL=loud\n", "utf-8")
    shell.casebot("run")
    Path(".env").write_text("CASEBOT_KNOWLEDGE=elsewhere\n", "utf-8")
    shell.set(CASEBOT_KNOWLEDGE=None)
    shell.casebot("ask", STOLEN)


@typed
def matchers(shell: Shell) -> None:
    small(shell)
    for matcher in ("lexical", "static", "semantic"):
        shell.set(CASEBOT_MATCHER=matcher, CASEBOT_SEMANTIC_MODEL="nowhere")
        shell.casebot("ask", "--explain", "which painting was stolen there")


@typed
def run(shell: Shell) -> None:
    folder = small(shell)
    shell.casebot("run")
    shell.set(CASEBOT_TOKEN=TOKEN)
    for words in (
        "--sync --shard-ids 0-1",
        "--shard-count 0",
        "--shard-count many",
        "--shard-count 4 --shard-ids two",
        "--shard-count 4 --shard-ids 3-1",
        "--shard-count 4 --shard-ids 2-4",
        "--shard-count 4 --shard-ids 0-1",
    ):
        shell.casebot("run", *words.split())
    Path("file").touch()
    for url in ("carrier-pigeon://loft", "sqlite:///file/casebot.db"):
        shell.set(CASEBOT_DATABASE_URL=url)
        shell.casebot("run")
    shell.set(CASEBOT_DATABASE_URL="memory")
    shell.set(CASEBOT_SENTRY_DSN="nonsense")
    shell.casebot("run")
    shell.set(CASEBOT_SENTRY_DSN=None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        shell.names.place(port, "{port}")
        shell.set(CASEBOT_HTTP_PORT=port)
        shell.casebot("run")
    shell.set(CASEBOT_HTTP_PORT=None)
    for address in ("http://127.0.0.1:9/faq.git", "nowhere.git"):
        shell.set(CASEBOT_KNOWLEDGE_GIT=address, CASEBOT_KNOWLEDGE_GIT_TOKEN="s3cret")  # noqa: S106 - opens nothing
        shell.casebot("run")
    shell.set(CASEBOT_KNOWLEDGE_GIT=None, CASEBOT_KNOWLEDGE_GIT_TOKEN=None)
    edit(folder / "faq/theft.yaml", "kind: claim", "kind: rumour")
    shell.casebot("run")


@typed
def run_where_discord_does_not_let_it_in(shell: Shell) -> None:
    small(shell)
    shell.set(CASEBOT_TOKEN=TOKEN)
    shell.note("The folder cannot be written, the host forgets its files, and there is no network.")
    in_the_way = Path("knowledge/.desk")
    in_the_way.write_text("in the way", "utf-8")
    shell.set(DYNO="worker.1", CASEBOT_DESK_SERVERS="12, 34,")
    shell.casebot("run")
    in_the_way.unlink()
    with discord_says(shell.clock) as fake:
        shell.note("There is a network.")
        fake.starts_left = 0
        shell.casebot("run")
        fake.status = 503
        shell.casebot("run")
        shell.set(CASEBOT_TOKEN="bad")  # noqa: S106 - opens nothing
        shell.casebot("run")


@typed
def doctor(shell: Shell) -> None:
    folder = small(shell)
    shell.casebot("doctor")
    shell.set(CASEBOT_TOKEN=TOKEN, CASEBOT_DATABASE_URL="sqlite:///casebot.db", CASEBOT_MESSAGE_CONTENT="true")
    with discord_says(shell.clock) as fake:
        shell.casebot("doctor")
        (differ,) = re.findall(r"version's \(([^)]*)\)", " ".join(line.strip("| ") for line in shell.lines))
        shell.note("All is well.")
        fake.commands = tuple(differ.split(", "))
        fake.flags = discord.ApplicationFlags(gateway_message_content_limited=True)
        shell.casebot("doctor")
        shell.note("Nothing is well.")
        mute = discord.Permissions(view_channel=True, read_message_history=True)
        fake.guilds |= {f"Mute {number}": mute for number in range(7)} | {"Owned": discord.Permissions.all()}
        fake.starts_left, fake.seconds_behind = 3, 90
        Path("casebot.db").write_bytes(b"no database at all" * 100)
        (folder / "people.yaml").write_text("people: 3\n", "utf-8")
        shell.set(CASEBOT_MESSAGE_CONTENT="false", CASEBOT_KNOWLEDGE_GIT="nowhere.git")
        shell.casebot("doctor")
        fake.guilds = {}
        shell.casebot("doctor")
        fake.status = 503
        shell.casebot("doctor")
        shell.set(CASEBOT_TOKEN="bad")  # noqa: S106 - opens nothing
        shell.casebot("doctor")


@typed
def as_a_process(shell: Shell) -> None:
    small(shell)
    shell.python("-m", "bot", "--version")
    shell.python("-m", "bot", "ask", "--batch", "-", typed='{"id": "1", "text": "stolen painting"}\n')
    shell.python("-m", "bot", "--knowledge", "nowhere", "ask", "hello")
