"""The doctor's findings, for a terminal."""

from collections.abc import Iterable

from rich.table import Table

from bot.cli.output import text
from bot.ops.doctor.finding import Finding, Severity

_STYLES = {Severity.OK: "green", Severity.WARNING: "yellow", Severity.FAULT: "bold red"}


def table(findings: Iterable[Finding]) -> Table:
    """Return a table of findings, each with its fix below it. The verdict is a word and does not depend on color."""
    shown = Table.grid(padding=(0, 2))
    for _ in range(3):
        shown.add_column(overflow="fold")  # a path that is cut off cannot be looked for
    for finding in findings:
        said = text(f"{finding.what}." + (f"\nTo fix it: {finding.fix}." if finding.fix else ""))
        shown.add_row(text(finding.verdict, _STYLES[finding.verdict]), text(finding.about), said)
    return shown
