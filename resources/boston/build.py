"""Makes requests, closed and services again from the city's raw files: python -m resources.boston.build FOLDER."""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).parent
RAW = Path(__file__).parents[3] / "shared" / "data" / "boston"
CLOSED_SINCE = "2011-08-27 12:00:00"
"""What was closed before, from July on, is in a file of its own: two days before the demo's noon."""
DEFAULT_POINT = ("42.3594", "-71.0587")
"""City Hall, where the city put every request whose place it did not know."""
COLUMNS = {
    "id": "case_enquiry_id",
    "opened": "open_dt",
    "target": "target_dt",
    "closed": "closed_dt",
    "type": "type",
    "reason": "reason",
    "queue": "queue",
    "address": "location_street_name",
    "neighbourhood": "neighborhood",
    "ward": "ward",
    "pwd_district": "pwd_district",
    "zip": "location_zipcode",
    "lat": "latitude",
    "lon": "longitude",
    "source": "source",
}
OUTCOMES = (("duplicate", "duplicate"), ("invalid", "no_action"), ("unable to locate", "not_found"))


def main() -> None:
    """Read the raw folder that was named and write the three files beside this module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=RAW)
    folder: Path = parser.parse_args().folder
    rows = trimmed(folder / "requests_irene_2011-08.csv.gz")
    (HERE / "requests.csv.gz").write_bytes(packed(rows))
    (HERE / "closed.csv.gz").write_bytes(packed(closed(folder / "requests_2011h2.csv.gz", rows)))
    services = json.dumps(service_list(rows), ensure_ascii=False, indent=1)
    (HERE / "services.json").write_text(services + "\n", encoding="utf-8")


def trimmed(raw: Path) -> list[dict[str, str]]:
    """The rows and columns that the demo needs, by opening time; the closing texts give one word and stay behind."""
    return _rows(raw, lambda r: not r["closed_dt"] or r["closed_dt"] > CLOSED_SINCE)


def closed(raw: Path, rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """What was opened since July and closed before those rows begin, of their types."""
    types = {row["type"] for row in rows}
    return [row for row in _rows(raw, lambda r: "" < r["closed_dt"] <= CLOSED_SINCE) if row["type"] in types]


def _rows(raw: Path, wanted: Callable[[dict[str, str]], bool]) -> list[dict[str, str]]:
    with gzip.open(raw, "rt", encoding="utf-8", newline="") as file:
        rows = [_row(r) for r in csv.DictReader(file) if wanted(r)]
    return sorted(rows, key=lambda r: (r["opened"], r["id"]))


def packed(rows: list[dict[str, str]]) -> bytes:
    """The rows as gzipped CSV, the same bytes for the same rows."""
    head = [*COLUMNS, "outcome"]
    return zipped(head, ([row[name] for name in head] for row in rows))


def zipped(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A gzipped CSV file, the same bytes for the same rows."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([head, *rows])
    return gzip.compress(text.getvalue().encode(), mtime=0)


def service_list(rows: list[dict[str, str]]) -> list[dict[str, object]]:
    """One service a type, grouped by the city's reason, with the median hours the city gave itself."""
    hours: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        found = hours[row["type"], row["reason"]]
        if row["target"]:
            span = datetime.fromisoformat(row["target"]) - datetime.fromisoformat(row["opened"])
            if span.total_seconds() > 0:
                found.append(span.total_seconds() / 3600)
    return [
        {
            "service_code": slug(name),
            "service_name": name,
            "group": reason,
            "sla_hours": round(statistics.median(found), 1) if found else None,
        }
        for (name, reason), found in sorted(hours.items())
    ]


def slug(name: str) -> str:
    """A service code from a type's name: "Work w/out Permit" is work-w-out-permit."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _row(raw: dict[str, str]) -> dict[str, str]:
    row = {name: " ".join(raw[column].split()) for name, column in COLUMNS.items()}
    row["address"] = row["address"].removeprefix("INTERSECTION ")
    if (row["lat"], row["lon"]) == DEFAULT_POINT:
        row["lat"] = row["lon"] = ""
    reason = raw["closure_reason"].lower()
    row["outcome"] = next((o for word, o in OUTCOMES if word in reason), "fixed") if row["closed"] else ""
    return row


if __name__ == "__main__":
    main()
