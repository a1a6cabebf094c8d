"""Error reports to Sentry, for operators who want them: where it failed, and nothing that anybody wrote."""

import contextlib
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from bot.errors import CasebotError

if TYPE_CHECKING:
    from sentry_sdk.types import Event

EXTRA = "casebot[sentry]"


class SentryError(CasebotError):
    """Error reports cannot be switched on; the text says why and how to mend it."""


def set_up(dsn: SecretStr, release: str, **options: Any) -> None:  # noqa: ANN401 (Sentry's own options, of any type)
    """Report every logged error from now on.

    Args:
        dsn: where to, from the project's settings at Sentry.
        release: the bot's version.
        options: further options of ``sentry_sdk.init``.

    Raises:
        SentryError: the extra is not installed, or the DSN is none.
    """
    try:
        import sentry_sdk  # noqa: PLC0415 (an extra)
        from sentry_sdk.utils import BadDsn  # noqa: PLC0415 (as above)
    except ImportError:
        message = f"CASEBOT_SENTRY_DSN is set, but Sentry is not installed. Run: pip install '{EXTRA}'"
        raise SentryError(message) from None
    try:
        sentry_sdk.init(
            dsn=dsn.get_secret_value(),
            release=f"casebot@{release}",
            before_send=scrubbed,
            # Each of these could carry what a member wrote.
            include_local_variables=False,
            include_source_context=False,
            max_breadcrumbs=0,
            server_name="",
            **options,
        )
    except BadDsn:
        message = "CASEBOT_SENTRY_DSN is no DSN. Copy it again from Settings, Client Keys of the project at Sentry."
        raise SentryError(message) from None


def scrubbed(event: "Event", _hint: dict[str, Any]) -> "Event":
    """Take out of a report whatever could hold text of members: it keeps types, places and the log's template.

    Args:
        event: as Sentry's SDK has put it together; changed in place.
    """
    for key in ("message", "extra", "request", "user", "breadcrumbs", "contexts", "tags"):
        with contextlib.suppress(KeyError):
            del event[key]  # type: ignore[misc] # all of these keys may be absent
    if (entry := event.get("logentry")) and not str(event.get("logger")).startswith("bot."):
        # Our own lines hold no text of members, and the reference that a member was given; of others only the template.
        event["logentry"] = {"message": entry.get("message")}
    for raised in event.get("exception", {}).get("values", []):
        raised["value"] = None
    return event
