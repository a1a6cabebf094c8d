"""Optional error reports to Sentry. They say where the code failed and contain nothing that anybody wrote."""

import contextlib
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.errors import CasebotError

if TYPE_CHECKING:
    from sentry_sdk.types import Event

EXTRA = "casebot[sentry]"


class SentryError(CasebotError):
    """Error reports cannot be switched on; the text says why and how to fix it."""


def check(dsn: SecretStr) -> None:
    """Check that errors can be reported, without reporting any.

    Raises:
        SentryError: see :func:`set_up`.
    """
    try:
        from sentry_sdk import utils  # noqa: PLC0415 (an extra)
    except ImportError:
        message = f"CASEBOT_SENTRY_DSN is set, but Sentry is not installed. Run: pip install '{EXTRA}'"
        raise SentryError(message) from None
    try:
        utils.Dsn(dsn.get_secret_value())
    except ValueError:  # as BadDsn is; a port that is no number is one of Python's own
        message = "CASEBOT_SENTRY_DSN isn't a DSN. Copy it again from the project's Settings > Client Keys at Sentry."
        raise SentryError(message) from None


def set_up(dsn: SecretStr, release: str, **options: Any) -> None:  # noqa: ANN401 (Sentry's own options, of any type)
    """Report every logged error to Sentry from now on.

    Args:
        dsn: the DSN, from the project's settings at Sentry.
        release: the bot's version.
        options: further options of ``sentry_sdk.init``.

    Raises:
        SentryError: the extra is not installed, or the DSN is invalid.
    """
    check(dsn)
    import sentry_sdk  # noqa: PLC0415 (an extra)

    sentry_sdk.init(
        dsn=dsn.get_secret_value(),
        release=f"casebot@{release}",
        before_send=scrubbed,
        # Each of these could contain what a member wrote.
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="",
        **options,
    )


def scrubbed(event: "Event", _hint: dict[str, Any]) -> "Event":
    """Remove everything from a report that could contain members' text, and return it.

    The types of exceptions, the places in the code and the log message's template stay.

    Args:
        event: the event as Sentry's SDK has built it; changed in place.
    """
    for key in ("message", "extra", "request", "user", "breadcrumbs", "contexts", "tags"):
        with contextlib.suppress(KeyError):
            del event[key]  # type: ignore[misc] # all of these keys may be absent
    if (entry := event.get("logentry")) and not (logger := str(event.get("logger"))).startswith("bot."):
        # The bot's own messages contain no text of members, and the reference that the member was given. Of other
        # loggers, keep only the template. asyncio has no template: it formats values into the message itself.
        event["logentry"] = {} if logger == "asyncio" else {"message": entry.get("message")}
    for raised in event.get("exception", {}).get("values", []):
        raised["value"] = None
    return event
