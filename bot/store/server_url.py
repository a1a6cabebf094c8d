"""The URL of a PostgreSQL server, as hosts and frameworks hand it out, for asyncpg.

asyncpg knows some of libpq's parameters and sends all others to the server as settings of the session, which refuses
those that are meant for another client.
"""

import re
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

from bot.store.store import StoreError

_SCHEME: Final = re.compile(r"postgres(ql)?(\+\w+)?://")

_DRIVER: Final = frozenset({
    "host", "port", "dbname", "database", "user", "password", "passfile", "service", "servicefile", "sslmode",
    "sslcert", "sslkey", "sslrootcert", "sslnegotiation", "sslcrl", "sslpassword", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "target_session_attrs", "krbsrvname", "gsslib",
})  # fmt: skip
"""What asyncpg itself understands: https://magicstack.github.io/asyncpg/current/api/index.html#connection"""

_DROPPED: Final = frozenset({
    # Of libpq, for its own connection: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS
    "channel_binding", "client_encoding", "fallback_application_name", "gssdelegation", "gssencmode", "hostaddr",
    "keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "load_balance_hosts", "replication",
    "require_auth", "requirepeer", "requiressl", "scram_client_key", "scram_server_key", "sslcertmode",
    "sslcompression", "sslcrldir", "sslkeylogfile", "sslsni", "tcp_user_timeout", "max_protocol_version",
    "min_protocol_version", "connect_timeout",
    # Of Prisma: https://www.prisma.io/docs/orm/overview/databases/postgresql
    "connection_limit", "pgbouncer", "pool_timeout", "schema", "socket_timeout", "sslaccept", "sslidentity",
    "statement_cache_size", "single_use_connections",
    # Of node-postgres, JDBC, SQLAlchemy, pgx, Supabase and Vercel.
    "async_fallback", "command_timeout", "currentschema", "default_query_exec_mode", "loggerlevel", "max_overflow",
    "pool_max_conns", "pool_min_conns", "pool_mode", "pool_size", "preparethreshold", "prepared_statement_cache_size",
    "ssl", "sslfactory", "statement_cache_capacity", "supa", "timeout", "uselibpqcompat", "workaround",
})  # fmt: skip
"""What is meant for other clients, or changes nothing for a bot, in lower case."""

_REFUSED: Final = {
    "28": "The database's server refuses the user or the password. Check them in CASEBOT_DATABASE_URL.",
    "3D": "The database's server has no database of that name. Check the name in CASEBOT_DATABASE_URL.",
}
"""Maps classes of SQLSTATE to what is wrong with the URL:
https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_PARAMETER: Final = frozenset({"42704", "22023", "55P02", "42501", "08P01"})
"""Codes with which a server, or PgBouncer, refuses a setting of the session while it is connected to."""

_NAME: Final = re.compile(r"[A-Za-z_]{2,40}(?:\.[A-Za-z_]{2,40})?")


class UrlError(StoreError):
    """The URL of the database is wrong, so that no other try helps. The text quotes nothing that may be secret."""


@dataclass(frozen=True, slots=True)
class ServerUrl:
    """What to tell asyncpg."""

    dsn: str
    options: dict[str, Any]
    """Further arguments to connect with: ``timeout`` in seconds, and ``ssl``, each only if the URL asks for it."""

    settings: tuple[str, ...]
    """The names of the parameters that asyncpg sends to the server."""

    names_user: bool


def is_server_url(url: str) -> bool:
    """Return whether a URL names a PostgreSQL server."""
    return _SCHEME.match(url) is not None


def parse_server_url(url: str) -> ServerUrl:
    """Translate a URL for asyncpg.

    Args:
        url: ``postgres://…`` or ``postgresql://…``, with parameters of libpq or of other clients.

    Raises:
        UrlError: it is no URL.
    """
    try:
        parts = urlsplit(_SCHEME.sub("postgresql://", url))
    except ValueError:
        message = (
            "CASEBOT_DATABASE_URL cannot be read. Write postgresql://user:password@host:5432/database, an IPv6 address "
            "in brackets, and characters such as [ ] / ? # @ in the password as %5B %5D %2F %3F %23 %40."
        )
        raise UrlError(message) from None
    given = dict(parse_qsl(parts.query))
    query = {name: value for name, value in given.items() if name.lower() not in _DROPPED}
    if (address := given.get("hostaddr")) and not (_has_host(parts) or "host" in query):
        query["host"] = address
    schema = given.get("schema") or given.get("currentSchema")
    if schema and schema != "public":
        query.setdefault("search_path", schema)
    options: dict[str, Any] = {}
    if query.get("sslmode") == "no-verify":  # of node-postgres
        query["sslmode"] = "require"
    elif given.get("ssl", "").lower() in {"1", "true", "require"}:
        query.setdefault("sslmode", "require")
    if query.get("sslrootcert") == "system":
        del query["sslrootcert"]
        query.pop("sslmode", None)
        options["ssl"] = ssl.create_default_context()
    if given.get("connect_timeout", "").isdecimal() and (timeout := int(given["connect_timeout"])):
        options["timeout"] = float(timeout)
    return ServerUrl(
        urlunsplit(parts._replace(query=urlencode(query))),
        options,
        tuple("schema" if name == "search_path" and schema else name for name in query if name not in _DRIVER),
        bool(parts.username or "user" in query),
    )


def _has_host(parts: SplitResult) -> bool:
    return bool(parts.netloc.rpartition("@")[2])


def lasting(error: Exception, url: ServerUrl) -> UrlError | None:
    """Return what is wrong with the URL if connecting failed for that reason; None if it may work later.

    Args:
        error: what asyncpg raised.
        url: what it was told.
    """
    state = str(getattr(error, "sqlstate", None) or "")
    if state in _PARAMETER and url.settings:
        names = ", ".join(name for name in url.settings if _NAME.fullmatch(name))
        message = f"The database's server refuses a parameter of CASEBOT_DATABASE_URL. Remove it from there: {names}."
        return UrlError(message)
    if state[:2] in _REFUSED:
        return UrlError(_REFUSED[state[:2]])
    if isinstance(error, ssl.SSLCertVerificationError):
        message = (
            "The certificate of the database's server is not valid for it. Check host, sslmode and sslrootcert in "
            "CASEBOT_DATABASE_URL."
        )
        return UrlError(message)
    if isinstance(error, ValueError | OverflowError):  # asyncpg's ClientConfigurationError, and a port beyond 65535
        message = "CASEBOT_DATABASE_URL cannot be understood. Check port, sslmode and the files that it names."
        return UrlError(message)
    return None
