"""The feeds that come with speccom."""

import pytest

from speccom.activity.contract.feeds import Shelf, load_feeds
from speccom.rulebook import find


@pytest.fixture(scope="session")
def feeds() -> Shelf:
    return load_feeds(find.shelf())
