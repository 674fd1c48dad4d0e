"""A town for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.town import Town
from tests.services.notify.mailbox import smtp_server


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    with smtp_server() as mails:
        made = Town(tmp_path, mails)
        yield made
        if made.gateway is not None:
            made.gateway.kill()
