"""What the tests of the public page share."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.site.chromium import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine; one for each module, since no event loop may run beside it."""
    with chromium() as browser:
        yield browser
