"""A resident of the demo city reports a storm-felled tree by app, as any Open311 app would."""

from __future__ import annotations

from pathlib import Path

import requests

from services.errors import Refused, Unreadable

SERVICE = "Tree Emergencies"
ADDRESS = "612 E Fifth St"
PLACE = (42.333271, -71.037186)
TEXT = "A whole tree came down over the street and a parked car. (made up)"
NAME = ("Ana", "Pereira (made up)")
EMAIL = "ana.pereira@example.org"
_TIMEOUT = 10.0


def report(url: str) -> str:
    """POST the report to the gateway at `url`; returns the id that it gave. Raises Refused, Unreadable."""
    with requests.Session() as session:
        services = session.get(f"{url}/services.json", timeout=_TIMEOUT).json()
        code = next(s["service_code"] for s in services if s["service_name"] == SERVICE)
        fields = {
            "service_code": code,
            "address_string": ADDRESS,
            "lat": str(PLACE[0]),
            "long": str(PLACE[1]),
            "description": TEXT,
            "first_name": NAME[0],
            "last_name": NAME[1],
            "email": EMAIL,
            "device_id": "made-up-app",
        }
        answer = session.post(f"{url}/requests.json", data=fields, timeout=_TIMEOUT)
    if not answer.ok:
        raise Refused(f"The gateway did not take the report (HTTP {answer.status_code}).", status=answer.status_code)
    made = answer.json()
    if not made or "service_request_id" not in made[0]:
        raise Unreadable("The gateway gave no id for the report.")
    return str(made[0]["service_request_id"])


def mails(folder: Path) -> list[Path]:
    """The mails that residents of this city have got, oldest first."""
    return sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
