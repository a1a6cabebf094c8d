"""``python -m bot`` is the ``casebot`` command."""

import sys

from bot.cli import main

sys.exit(main())
