from pathlib import Path

import pytest
from tests.journeys.fixture_run import write_rulebook

from speccom.rulebook.identification import IdentificationRulebook, load_identification


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> IdentificationRulebook:
    return load_identification(write_rulebook(Path(tmp_path_factory.mktemp("rulebook"))))
