"""Settings that are well formed, but would end the start, or that nothing reads."""

import difflib
from collections.abc import Iterator

from bot.config import PREFIX, Settings, unknown_variables
from bot.errors import CasebotError, describe_os_error
from bot.ops import sentry
from bot.ops.doctor.finding import Finding, fault, warning
from bot.ops.http import PortError, check_port
from bot.site.output import check_folder


def check_settings(settings: Settings) -> Iterator[Finding]:
    """Yield what is wrong with the page's folder, Sentry's address and the names of variables."""
    for name in unknown_variables():
        # What all of them begin with would make any two alike.
        near = difflib.get_close_matches(name.removeprefix(PREFIX).lower(), Settings.model_fields, 1)
        fix = (
            f"write {PREFIX}{near[0].upper()}, if you mean that"
            if near
            else "remove it; docs/settings.md lists all settings"
        )
        yield warning("settings", f"{name} isn't a setting, so nothing reads it", fix)
    if settings.site:
        try:
            check_folder(settings.site)
        except (CasebotError, OSError) as error:
            said = describe_os_error(error) if isinstance(error, OSError) else str(error)
            yield fault("public page", said.rstrip("."), "set CASEBOT_SITE to a folder of its own, or leave it empty")
    if settings.sentry_dsn:
        try:
            sentry.check(settings.sentry_dsn)
        except sentry.SentryError as error:
            yield fault("Sentry", str(error).rstrip("."), "do that, or leave CASEBOT_SENTRY_DSN empty")


async def check_free_port(host: str, port: int) -> list[Finding]:
    """Return what is wrong with the port for metrics and health, where no bot runs that has it."""
    try:
        await check_port(host, port)
    except PortError as error:
        what, _, fix = str(error).partition(" Set ")
        return [fault("port", what.rstrip("."), f"set {fix}".rstrip("."))]
    return []
