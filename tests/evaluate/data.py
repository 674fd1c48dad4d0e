"""Where the data of the evaluations is: the folder shared/data beside the repository, of which nothing is shipped."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Missing(Exception):
    """The data an evaluation reads is not on this machine."""


def path(name: str) -> Path:
    """A file under shared/data, which is looked for beside the repository and then further up. Raises Missing."""
    for parent in ROOT.parents:
        found = parent / "shared" / "data" / name
        if found.exists():
            return found
    raise Missing(f"../shared/data/{name} is not there.")


def records(name: str) -> Iterator[dict[str, str]]:
    """The rows of a gzipped CSV under shared/data. Raises Missing."""
    with gzip.open(path(name), "rt", encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)
