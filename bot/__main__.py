"""``python -m bot`` is the ``casebot`` command."""

import sys


def main() -> int:
    """Run the command line, see :func:`bot.cli.main`. Ctrl-C ends it even while its modules are still imported."""
    try:
        from bot.cli import main as run  # noqa: PLC0415 (its imports take up to seconds, in which Ctrl-C may come)
    except KeyboardInterrupt:
        return 130
    return run()


if __name__ == "__main__":
    sys.exit(main())
