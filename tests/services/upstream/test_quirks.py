"""All forty quirks of real GeoReport servers have a test in which a server over HTTP has them."""

from __future__ import annotations

from tests.services.upstream import test_quirks_answers, test_quirks_asking, test_quirks_records
from tests.services.upstream.quirks import NUMBERS, QUIRKS

PARTS = (test_quirks_answers, test_quirks_asking, test_quirks_records)


def test_every_quirk_has_its_test() -> None:
    assert sorted(QUIRKS) == list(NUMBERS)
    assert {test.__module__ for tests in QUIRKS.values() for test in tests} == {part.__name__ for part in PARTS}
