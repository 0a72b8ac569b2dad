import pytest
from support import FIXTURES, reports


@pytest.fixture(scope="session")
def all_reports():
    """verify's document for every fixture."""
    return dict(zip(FIXTURES, reports(*FIXTURES)))
