"""`casebot doctor`, against a local server that says of a bot what Discord would."""

import datetime as dt
import email.utils
import json
import os
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import discord
import pytest
import watchfiles
import yarl
from aiohttp import web
from pydantic import SecretStr

from bot import charts
from bot.answering.answerer import Answerer
from bot.config import Settings
from bot.matching.types import Tier
from bot.metrics import Metrics
from bot.ops.doctor.checks import run_checks
from bot.ops.doctor.finding import Finding, Severity
from bot.ops.doctor.machine import memory_left
from bot.ops.doctor.tiers import check_tier
from bot.ops.http import serving
from bot.status import Shard, Status
from bot.store.types import Health
from tests.databases import Server
from tests.editing.elsewhere import INNER, elsewhere, git
from tests.places import HARBOUR

ALL = discord.Permissions(
    view_channel=True,
    connect=True,
    send_messages=True,
    send_messages_in_threads=True,
    read_message_history=True,
    attach_files=True,
)


@dataclass
class FakeDiscord:
    """What Discord says."""

    status: int = 200
    flags: discord.ApplicationFlags = field(default_factory=discord.ApplicationFlags)
    guilds: list[tuple[str, discord.Permissions]] = field(default_factory=lambda: [("Harbour", ALL)])
    commands: set[str] | None = None
    starts_left: int = 900
    ahead: dt.timedelta = dt.timedelta()
    """How far the machine's clock is ahead."""

    spoil: Callable[[dict[str, Any]], object] = len
    """Changes what it says, by path; `len` changes nothing."""

    async def answer(self, request: web.Request) -> web.Response:
        values: dict[str, Any] = {
            "/applications/@me": {"id": "2", "flags": self.flags.value},
            "/users/@me": {"username": "casebot"},
            "/users/@me/guilds": [{"name": name, "permissions": str(has.value)} for name, has in self.guilds],
            "/applications/2/commands": [{"name": name} for name in self.commands or ()],
            "/gateway/bot": {"shards": 1, "session_start_limit": {"remaining": self.starts_left}},
        }
        sent = dt.datetime.now(dt.UTC) - self.ahead
        status = self.status if request.headers["Authorization"] == "Bot good" else 401
        headers = {"Date": email.utils.format_datetime(sent, usegmt=True)}
        self.spoil(values)
        value = values[request.path]
        if isinstance(value, web.Response):
            return value
        return web.Response(body=json.dumps(value), status=status, headers=headers)


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    fake = FakeDiscord()
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(discord.http.Route, "BASE", "http://{}:{}".format(*runner.addresses[0]))
    yield fake
    await runner.cleanup()


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    def make(**changed: object) -> Settings:
        given: dict[str, Any] = {
            "token": SecretStr("good"),
            "knowledge": HARBOUR,
            "database_url": SecretStr(f"sqlite:///{tmp_path / 'casebot.db'}"),
        }
        return Settings(_env_file=None).model_copy(update=given | changed)

    return make


async def examine(settings: Settings) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in await run_checks(settings, Answerer):
        found.setdefault(finding.about, []).append(finding)
    return found


async def test_all_is_well(
    fake: FakeDiscord, settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    differs = (await examine(settings()))["slash commands"][0]
    assert differs.verdict is Severity.WARNING
    assert differs.fix == "run `casebot run --sync` once"
    fake.commands = set(differs.what.split("(")[1].rstrip(")").split(", "))
    assert {"ask", "who", "Find an answer"} <= fake.commands
    found = await examine(settings())
    assert {finding.verdict for findings in found.values() for finding in findings} == {Severity.OK}
    assert not caplog.messages, "discord.py has nothing to add"
    assert set(found) == {
        "knowledge", "matcher", "database", "token", "intents", "slash commands", "servers", "starts", "clock",
    }  # fmt: skip


async def test_a_bot_without_pictures(settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda _name: None)
    (finding,) = (await examine(settings(token=None)))["pictures"]
    assert (finding.verdict, finding.fix) == (Severity.WARNING, "pip install 'casebot[charts]'")


async def test_no_token(settings: Callable[..., Settings]) -> None:
    (finding,) = (await examine(settings(token=None)))["token"]
    assert finding.verdict is Severity.FAULT
    assert "CASEBOT_TOKEN" in finding.fix


@pytest.mark.usefixtures("fake")
async def test_a_token_that_discord_does_not_accept(settings: Callable[..., Settings]) -> None:
    (finding,) = (await examine(settings(token=SecretStr("bad"))))["token"]
    assert (finding.verdict, finding.what) == (Severity.FAULT, "Discord doesn't accept it")
    assert "bad" not in str(finding)


async def test_discord_in_trouble(fake: FakeDiscord, settings: Callable[..., Settings]) -> None:
    fake.status = 503
    (finding,) = (await examine(settings()))["Discord"]
    assert finding.verdict is Severity.FAULT
    assert "status 503" in finding.what


async def test_no_network(monkeypatch: pytest.MonkeyPatch, settings: Callable[..., Settings]) -> None:
    monkeypatch.setattr(discord.http.Route, "BASE", "http://127.0.0.1:1")
    (finding,) = (await examine(settings()))["Discord"]
    assert finding.verdict is Severity.FAULT
    assert finding.fix == "check the network, and https://discordstatus.com"


GRANTED = discord.ApplicationFlags(gateway_message_content_limited=True)


@pytest.mark.parametrize(
    ("wanted", "flags", "verdict"),
    [
        (True, discord.ApplicationFlags(), Severity.FAULT),
        (True, GRANTED, Severity.OK),
        (False, GRANTED, Severity.WARNING),
        (False, discord.ApplicationFlags(), Severity.OK),
    ],
)
async def test_the_message_content_intent(
    fake: FakeDiscord,
    settings: Callable[..., Settings],
    *,
    wanted: bool,
    flags: discord.ApplicationFlags,
    verdict: Severity,
) -> None:
    fake.flags = flags
    (finding,) = (await examine(settings(message_content=wanted)))["intents"]
    assert finding.verdict is verdict


async def test_permissions_that_are_missing_are_named(fake: FakeDiscord, settings: Callable[..., Settings]) -> None:
    mute = discord.Permissions(view_channel=True, read_message_history=True)
    fake.guilds += [("Mute", mute), ("Owned", discord.Permissions(administrator=True))]
    found = await examine(settings())
    assert [finding.what for finding in found["permissions"]] == [
        "Connect is missing in Mute",
        "Send Messages is missing in Mute",
        "Send Messages in Threads is missing in Mute",
        "Attach Files is missing in Mute",
    ]
    assert "the bot is in 3" in found["servers"][0].what
    connect, send, *_ = found["permissions"]
    assert connect.fix.endswith(", if it is to answer in the chat of voice channels")
    assert send.fix == "give it to the bot's role in the server's settings"


@pytest.mark.parametrize(("count", "said"), [(199, "the bot is in 199"), (200, "the bot is in 200 or more")])
async def test_of_very_many_servers_it_does_not_claim_to_know_all(
    fake: FakeDiscord, settings: Callable[..., Settings], count: int, said: str
) -> None:
    fake.guilds = [(f"Server {number}", ALL) for number in range(count)]
    (finding,) = (await examine(settings()))["servers"]
    assert finding.what.partition(",")[0] == said


async def test_in_no_server(fake: FakeDiscord, settings: Callable[..., Settings]) -> None:
    fake.guilds = []
    (finding,) = (await examine(settings()))["servers"]
    assert finding.verdict is Severity.WARNING
    link = yarl.URL(finding.fix.removeprefix("invite it: "))
    assert (link.host, link.path) == ("discord.com", "/oauth2/authorize")
    assert link.query == {
        "client_id": "2",
        "scope": "bot applications.commands",
        "permissions": str(ALL.value),
    }


async def test_few_starts_left(fake: FakeDiscord, settings: Callable[..., Settings]) -> None:
    fake.starts_left = 3
    (finding,) = (await examine(settings()))["starts"]
    assert finding.verdict is Severity.WARNING


@pytest.mark.parametrize(("seconds", "said"), [(90, "s ahead of Discord's"), (-90, "s behind Discord's")])
async def test_the_clock(fake: FakeDiscord, settings: Callable[..., Settings], seconds: int, said: str) -> None:
    fake.ahead = dt.timedelta(seconds=seconds)
    (finding,) = (await examine(settings()))["clock"]
    assert finding.verdict is Severity.WARNING
    assert said in finding.what


def _without(path: str, *keys: str | int) -> Callable[[dict[str, Any]], object]:
    """Take a value away from an answer."""

    def spoil(values: dict[str, Any]) -> None:
        inner = values[path]
        for key in keys[:-1]:
            inner = inner[key]
        del inner[keys[-1]]

    return spoil


def _instead(path: str, answer: Callable[[], object]) -> Callable[[dict[str, Any]], object]:
    return lambda values: values.update({path: answer()})


GUILDS, COMMANDS = "/users/@me/guilds", "/applications/2/commands"
SPOILT: dict[str, tuple[Callable[[dict[str, Any]], object], set[str]]] = {
    "no permissions of a server": (_without(GUILDS, 0, "permissions"), {"permissions"}),
    "no name of a server": (_without(GUILDS, 0, "name"), {"servers"}),
    "no list of servers": (_instead(GUILDS, lambda: {"message": "moved"}), {"servers"}),
    "no servers": (_instead(GUILDS, lambda: web.Response(status=500)), {"servers"}),
    "no JSON of servers": (_instead(GUILDS, lambda: web.Response(body=b"<html>")), {"servers"}),
    "no commands": (_instead(COMMANDS, lambda: web.Response(status=403)), {"slash commands"}),
    "no name of a command": (_instead(COMMANDS, lambda: [{"id": "3"}]), {"slash commands"}),
    "no name": (_without("/users/@me", "username"), {"token"}),
    "no flags": (_without("/applications/@me", "flags"), {"intents"}),
    "no id": (_without("/applications/@me", "id"), {"slash commands"}),
    "no gateway": (_instead("/gateway/bot", lambda: web.Response(status=502)), {"starts"}),
    "no starts": (_without("/gateway/bot", "session_start_limit", "remaining"), {"starts"}),
    "no shards": (_without("/gateway/bot", "shards"), set()),
}


@pytest.mark.parametrize("what", SPOILT)
async def test_what_discord_does_not_say_hides_nothing_else(
    fake: FakeDiscord, settings: Callable[..., Settings], what: str
) -> None:
    before = await examine(settings())
    fake.spoil, unsaid = SPOILT[what]
    found = await examine(settings())
    assert "Discord" not in found, "it is there, and the network too"
    assert found.keys() == before.keys() | unsaid
    assert {about for about, of in found.items() if of != before.get(about)} - {"starts"} == unsaid - {"starts"}
    for about in unsaid:
        (finding,) = found[about]
        assert finding.verdict is Severity.WARNING
        assert "could not be checked" in finding.what or "does not say" in finding.what
        assert finding.fix


async def test_broken_knowledge(settings: Callable[..., Settings], tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    (finding,) = (await examine(settings(knowledge=tmp_path / "knowledge", token=None)))["knowledge"]
    assert finding.verdict is Severity.FAULT
    assert "casebot check" in finding.fix


async def test_databases(settings: Callable[..., Settings], tmp_path: Path) -> None:
    async def database(url: str) -> tuple[Severity, str]:
        (finding,) = (await examine(settings(database_url=SecretStr(url), token=None)))["database"]
        fixes.append(finding.fix)
        return finding.verdict, finding.what

    fixes: list[str] = []

    file = tmp_path / "kept.db"
    assert await database("memory") == (Severity.OK, "nothing outlasts the process (memory)")
    assert await database(f"sqlite:///{file}") == (Severity.OK, f"{file} will be made at the start")
    assert not file.exists(), "looking changes nothing"
    sqlite3.connect(file).execute("CREATE TABLE t (x)").connection.close()
    assert await database(f"sqlite:///{file}") == (Severity.OK, f"{file} can be used")
    file.write_bytes(b"no database at all" * 100)
    assert (await database(f"sqlite:///{file}"))[0] is Severity.FAULT
    verdict, what = await database("postgresql://user:secret@127.0.0.1:1/none")
    assert verdict is Severity.FAULT
    assert "secret" not in what
    assert (await database("mysql://x"))[0] is Severity.FAULT
    assert fixes[3:] == [
        "check the file and its disk, or restore a backup",
        "check that its server runs, and CASEBOT_DATABASE_URL",
        "correct it",
    ]


async def test_a_database_that_has_to_be_migrated_is_not_called_unreachable(
    settings: Callable[..., Settings], postgres: Server
) -> None:
    # Other tests have migrated the schema that the server's address names.
    url = SecretStr(f"{postgres.url.get_secret_value()}&schema=never_migrated")
    (finding,) = (await examine(settings(database_url=url, token=None)))["database"]
    assert finding.what == "The database is not up to date"
    assert finding.fix == "run `casebot migrate` once, then start the bot again"


WELL = Status(
    shards=(Shard(0, connected=True, latency=0.05),),
    stopping=False,
    guilds=3,
    entries=7,
    problems=0,
    reloads=2,
    refused=1,
    store=Health(problem=None, waiting=4, lost=0),
    failing={},
)


@pytest.mark.parametrize(
    ("status", "verdict", "said"),
    [
        (WELL, Severity.OK, "all its parts work"),
        (
            replace(WELL, failing={"The digest for moderators": "ValueError"}),
            Severity.WARNING,
            "background: The digest for moderators fails (ValueError).",
        ),
        (replace(WELL, shards=()), Severity.WARNING, "gateway: not connected yet"),
    ],
)
async def test_a_bot_that_is_running_is_asked_how_it_is(
    settings: Callable[..., Settings], status: Status, verdict: Severity, said: str
) -> None:
    async with serving("127.0.0.1", 0, Metrics(), lambda: status) as port:
        for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 (what an operator sets)
            (finding,) = (await examine(settings(http_port=port, http_host=host, token=None)))["running bot"]
            assert (finding.verdict, finding.what) == (verdict, said)
    assert "running bot" not in await examine(settings(http_port=port, token=None)), "nobody answers any more"


async def test_a_port_that_something_else_has_is_a_fault(settings: Callable[..., Settings]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (finding,) = (await examine(settings(http_port=port, token=None)))["port"]
    assert finding.verdict is Severity.FAULT
    assert f"127.0.0.1:{port} can't be opened for metrics and health (error while attempting to bind" in finding.what
    assert "CASEBOT_HTTP_PORT" in finding.fix


async def test_a_page_that_would_replace_somebody_elses_files_is_a_fault(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "letters.txt").touch()
    (finding,) = (await examine(settings(site=tmp_path, token=None)))["public page"]
    assert finding.verdict is Severity.FAULT
    assert "letters.txt, which casebot didn't make" in finding.what
    assert "public page" not in await examine(settings(site=tmp_path / "new", token=None))


@pytest.mark.parametrize("dsn", ["nonsense", "https://key@host:port/1"])
async def test_an_address_of_sentry_that_is_none_is_a_fault(settings: Callable[..., Settings], dsn: str) -> None:
    (finding,) = (await examine(settings(sentry_dsn=SecretStr(dsn), token=None)))["Sentry"]
    assert finding.verdict is Severity.FAULT
    assert "CASEBOT_SENTRY_DSN isn't a DSN" in finding.what


async def test_a_misspelled_setting_is_said_with_the_one_that_is_meant(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("CASEBOT_KNOWLEGE=faq\nCASEBOT_PREFIX=?\n", "utf-8")
    monkeypatch.setenv("CASEBOT_BANANA", "1")
    banana, misspelled = (await examine(settings(token=None)))["settings"]
    assert "CASEBOT_BANANA" in banana.what
    assert "remove it" in banana.fix
    assert "CASEBOT_KNOWLEGE" in misspelled.what
    assert misspelled.fix == "write CASEBOT_KNOWLEDGE, if you mean that"


async def test_no_place_for_the_copy_of_a_repository_is_a_fault(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    (finding,) = (await examine(settings(knowledge_git="https://discord.test/faq", token=None)))["repository"]
    assert finding.what == "This user has no home folder to keep data in"
    assert "XDG_DATA_HOME" in finding.fix


async def test_a_folder_that_cannot_be_watched_is_said(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_kwargs: object) -> AsyncIterator[None]:
        raise OSError(28, "No space left on device")

    assert [each.verdict for each in (await examine(settings(token=None)))["knowledge"]] == [Severity.OK]
    monkeypatch.setattr(watchfiles, "awatch", refused)
    _, finding = (await examine(settings(token=None)))["knowledge"]
    assert finding.verdict is Severity.WARNING
    assert "No space left on device" in finding.what
    assert "fs.inotify.max_user_watches" in finding.fix


@pytest.mark.usefixtures("fake")
async def test_the_repository_of_the_knowledge_is_looked_at(settings: Callable[..., Settings], tmp_path: Path) -> None:
    there = elsewhere(tmp_path)
    found = await examine(settings(knowledge_git=str(there.bare), knowledge_git_folder=INNER))
    (finding,) = found["repository"]
    assert (finding.verdict, finding.what) == (Severity.OK, "its branch main can be read")
    (finding,) = (await examine(settings(knowledge_git=str(there.bare))))["repository"]
    assert finding.verdict is Severity.FAULT
    assert "it has no case.yaml in its top folder" in finding.what
    there.gone()
    (finding,) = (await examine(settings(knowledge_git=str(there.bare))))["repository"]
    assert finding.verdict is Severity.FAULT
    assert "there's none at its address, or the token may not read it" in finding.what
    assert "CASEBOT_KNOWLEDGE_GIT" in finding.fix


@pytest.mark.usefixtures("fake")
async def test_a_repository_in_which_edits_cannot_be_committed_is_said(
    settings: Callable[..., Settings], tmp_path: Path
) -> None:
    folder = shutil.copytree(HARBOUR, tmp_path / "knowledge")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "knowledge")
    git(tmp_path, "commit", "-qm", "All of it")
    assert "repository" not in await examine(settings(knowledge=folder))
    git(tmp_path, "update-index", "--split-index")
    (finding,) = (await examine(settings(knowledge=folder)))["repository"]
    assert (finding.verdict, finding.fix) == (Severity.WARNING, "run `git update-index --no-split-index` there")
    assert finding.what.endswith("the repository's index is split, which I can't write")


async def test_the_tier_that_serves_is_said_and_what_another_would_gain(settings: Callable[..., Settings]) -> None:
    (finding,) = (await examine(settings()))["matcher"]
    assert finding.verdict is Severity.OK
    assert finding.what.startswith("word vectors serve: 58 of 100 ")
    assert "CASEBOT_MATCHER=semantic" in finding.what
    assert "CASEBOT_MATCHER=lexical" not in finding.what, "which would lose"


async def test_a_tier_that_cannot_serve_is_a_warning(settings: Callable[..., Settings]) -> None:
    (finding,) = (await examine(settings(matcher="semantic")))["matcher"]
    assert finding.verdict is Severity.WARNING
    assert "the vectors of a sentence model, which CASEBOT_MATCHER=semantic asks for, can't be used" in finding.what


@pytest.mark.parametrize(
    ("serves", "left", "told", "not_told"),
    [
        ("static", 10**9, "which this machine has", "lacks"),
        ("static", 10**7, "which this machine lacks", "has"),
        ("static", None, "MB more memory", "machine"),
        ("lexical", None, "CASEBOT_MATCHER=static", "fault"),
        ("semantic", 10**9, "the vectors of a sentence model serve", "CASEBOT_MATCHER"),
    ],
)
def test_a_tier_is_offered_with_what_it_needs(serves: Tier, left: int | None, told: str, not_told: str) -> None:
    (finding,) = check_tier(serves, serves, left)
    assert finding.verdict is Severity.OK
    assert told in finding.what
    assert not_told not in finding.what


def machine(root: Path, **files: str) -> Path:
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return root


def limited(group: str, most: str) -> dict[str, str]:
    """Return the files of a control group that takes 300 bytes, of which 50 could be dropped."""
    files = {"memory.max": most, "memory.current": "300", "memory.stat": "anon 250\ninactive_file 50\n"}
    return {f"sys__fs__cgroup{group}__{name}": content for name, content in files.items()}


FREE = {"proc__meminfo": "MemTotal: 9 kB\nMemAvailable:       2 kB\n"}
V1 = {"limit_in_bytes": "900", "usage_in_bytes": "300", "stat": "total_inactive_file 0\n"}


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({}, None),
        ({"proc__meminfo": "damaged"}, None),
        (FREE, 2048),
        (FREE | limited("", "1000"), 750),
        (FREE | limited("", "max"), 2048),
        (FREE | limited("__bot", "900") | {"proc__self__cgroup": "0::/bot/inner\n"}, 650),
        (FREE | limited("__other", "900") | {"proc__self__cgroup": "0::/bot\n"}, 2048),
        (FREE | limited("", "200"), 0),
        (FREE | {f"sys__fs__cgroup__memory__memory.{name}": content for name, content in V1.items()}, 600),
    ],
)
def test_the_memory_left_is_the_machine_s_or_less_in_a_container(
    tmp_path: Path, files: dict[str, str], left: int | None
) -> None:
    assert memory_left(machine(tmp_path, **files)) == left
