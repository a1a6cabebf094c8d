"""URLs of PostgreSQL servers, as hosts and frameworks hand them out, and as people write them."""

import contextlib
import shutil
import ssl
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text

from bot.cli import main
from bot.store.engine import connect
from bot.store.opening import migrate
from bot.store.server_url import UrlError, parse_server_url
from bot.store.store import StoreError
from tests.databases import Server
from tests.places import HARBOUR

HANDED_OUT = [
    "channel_binding=prefer",
    "connect_timeout=10",
    "connect_timeout=soon",
    "keepalives=1&keepalives_idle=30&keepalives_interval=10&keepalives_count=3&tcp_user_timeout=1000",
    "gssencmode=disable",
    "sslsni=1&sslcompression=0",
    "hostaddr=127.0.0.1",
    "load_balance_hosts=disable&client_encoding=utf8&fallback_application_name=casebot",
    "pgbouncer=true&connection_limit=1&pool_timeout=20&socket_timeout=10&statement_cache_size=0",
    "schema=public",
    "schema=elsewhere",
    "currentSchema=public&prepareThreshold=0",
    "supa=base-pooler.x&uselibpqcompat=true&workaround=supabase-pooler.vercel",
    "application_name=casebot&statement_timeout=5000&options=-c%20search_path%3Dpublic",
    "sslmode=disable",
    "ssl=false",
]


@pytest.mark.parametrize("parameters", HANDED_OUT)
async def test_a_url_as_hosts_hand_it_out_can_be_used(postgres: Server, parameters: str) -> None:
    engine = connect(SecretStr(f"{postgres.url.get_secret_value()}&{parameters}"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar() == 1
    await engine.dispose()


async def test_the_schema_of_the_url_is_that_of_the_tables(postgres: Server) -> None:
    engine = connect(SecretStr(f"{postgres.url.get_secret_value()}&schema=elsewhere"))
    async with engine.connect() as connection:
        assert (await connection.execute(text("SHOW search_path"))).scalar() == "elsewhere"
    await engine.dispose()


WRONG = {
    "a parameter that nobody knows": ("{url}&hunter=2", "Remove it from there: hunter."),
    "a setting with a wrong value": ("{url}&statement_timeout=hunter2", "Remove it from there: statement_timeout."),
    "another database": ("postgresql://postgres@/hunter2?{query}", "Check the name"),
    "another user": ("postgresql://hunter2@/postgres?{query}", "refuses the user or the password"),
    "a mode that there is not": ("{url}&sslmode=hunter2", "Check port, sslmode"),
    "a port that is none": ("postgresql://ana:hunter2@localhost:hunter2/case", "Check port, sslmode"),
    "a bracket that is not closed": ("postgresql://ana:hunter2@[::1/case", "an IPv6 address in brackets"),
    "a bracket in a password": ("postgresql://ana:hunt[er2@localhost/case", "as %5B"),
    "no address within brackets": ("postgresql://ana@[hunter2]/case", "an IPv6 address in brackets"),
}


@pytest.fixture
def small_base(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(shutil.copytree(HARBOUR, tmp_path / "knowledge")))


@pytest.mark.usefixtures("small_base")
@pytest.mark.parametrize("command", ["migrate", "unanswered", "doctor", "run"])
@pytest.mark.parametrize("wrong", WRONG)
def test_what_will_never_work_is_named_and_not_called_now(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    postgres: Server,
    wrong: str,
    command: str,
) -> None:
    url, said = WRONG[wrong]
    given = postgres.url.get_secret_value()
    monkeypatch.setenv("COLUMNS", "400")
    monkeypatch.setenv("CASEBOT_DATABASE_URL", url.format(url=given, query=urlsplit(given).query))
    if command == "run":
        monkeypatch.setenv("CASEBOT_TOKEN", "none")
    status = main([command])
    shown = "".join(capsys.readouterr())
    assert status == (1 if command == "doctor" else 2)
    assert said.casefold() in shown.casefold()
    assert "now" not in shown.replace("knowledge", "").replace("not known", "")
    assert "hunter2" not in shown
    assert "Traceback" not in shown


@given(st.text())
def test_no_url_is_more_than_one_sentence_of_trouble(rest: str) -> None:
    with contextlib.suppress(UrlError):
        assert parse_server_url(f"postgres://{rest}").dsn.startswith("postgresql:")


async def test_a_file_that_is_no_database_is_not_so_only_now(tmp_path: Path) -> None:
    (tmp_path / "casebot.db").write_text("no database " * 100)
    with pytest.raises(
        StoreError, match=r"^The database cannot be used \(file is not a database\)\. Check the file and "
    ):
        await migrate(SecretStr(f"sqlite:///{tmp_path}/casebot.db"))


@pytest.mark.parametrize(
    ("port", "said"),
    [
        (1, "used now (Connection refused). Check that its server runs, and CASEBOT_DATABASE_URL.\n"),
        (99999, "CASEBOT_DATABASE_URL cannot be understood. Check port, sslmode and the files that it names.\n"),
    ],
)
def test_a_command_without_its_database_says_what_to_check(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, port: int, said: str
) -> None:
    monkeypatch.setenv("CASEBOT_KNOWLEDGE", str(HARBOUR))
    monkeypatch.setenv("CASEBOT_DATABASE_URL", f"postgresql://user:secret@127.0.0.1:{port}/none")
    for command in (["migrate"], ["unanswered"], ["backup", str(tmp_path / "backup.tar.gz")]):
        assert main(command) == 2
        assert capsys.readouterr().err.endswith(said)


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        ("sslmode=no-verify", {"sslmode": "require"}),
        ("ssl=true", {"sslmode": "require"}),
        ("ssl=true&sslmode=verify-ca", {"sslmode": "verify-ca"}),
        ("options=endpoint%3Dep-1", {"options": "endpoint=ep-1"}),
    ],
)
def test_other_clients_words_for_the_same_are_translated(parameters: str, told: dict[str, str]) -> None:
    url = parse_server_url(f"postgres://ana@localhost/case?{parameters}")
    assert dict(parse_qsl(urlsplit(url.dsn).query)) == told


def test_the_certificates_of_the_system_are_those_of_python() -> None:
    url = parse_server_url("postgres://ana@localhost/case?sslmode=verify-full&sslrootcert=system")
    assert isinstance(url.options["ssl"], ssl.SSLContext)
    assert url.options["ssl"].verify_mode is ssl.CERT_REQUIRED
    assert url.options["ssl"].check_hostname


def test_the_address_is_the_host_where_no_host_is_named() -> None:
    assert "host=127.0.0.1" in parse_server_url("postgres:///case?hostaddr=127.0.0.1").dsn
    assert "host=" not in parse_server_url("postgres://localhost/case?hostaddr=127.0.0.1").dsn


def test_a_timeout_is_taken_from_the_url() -> None:
    assert parse_server_url("postgres://localhost/case?connect_timeout=3").options["timeout"] == 3
    assert "timeout" not in parse_server_url("postgres://localhost/case?connect_timeout=0").options
