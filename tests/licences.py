"""No runtime dependency may be GPL-only: `python -m tests.licences` says what pyproject.toml brings."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PYPROJECT = Path(__file__).parents[1] / "pyproject.toml"
_GPL = re.compile(r"\b(A?GPL|GNU (Affero )?General Public)", re.IGNORECASE)
_LGPL = re.compile(r"\bLGPL|Lesser General Public|Library General Public", re.IGNORECASE)


def closure(requirements: list[str]) -> dict[str, Distribution]:
    """Every installed distribution that these requirements bring with them on this machine, by name."""
    found: dict[str, Distribution] = {}
    waiting = [Requirement(text) for text in requirements]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found or not _applies(wanted, ""):
            continue
        found[name] = distribution(wanted.name)
        further = [Requirement(text) for text in found[name].requires or []]
        waiting += [need for need in further if any(_applies(need, extra) for extra in ("", *wanted.extras))]
    return found


def _applies(requirement: Requirement, extra: str) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def licence(of: Distribution) -> str:
    """What a distribution says its licence is: SPDX expression, else classifiers, else the text's start."""
    meta = of.metadata
    if "License-Expression" in meta:
        return str(meta["License-Expression"])
    classifiers = [c.split(" :: ")[-1] for c in meta.get_all("Classifier") or [] if c.startswith("License :: ")]
    named = [c for c in classifiers if c != "OSI Approved"]
    return " OR ".join(named) or (str(meta["License"]) if "License" in meta else "").strip().partition("\n")[0]


def gpl_only(text: str) -> bool:
    """True when every choice that the licence offers is the GPL; LGPL and dual licences are not."""
    choices = re.split(r"\s+or\s+|;", text, flags=re.IGNORECASE)
    return all(_is_gpl(choice) for choice in choices)


def _is_gpl(choice: str) -> bool:
    return any(_GPL.search(part) and not _LGPL.search(part) for part in re.split(r"\s+and\s+", choice, flags=re.I))


def problems() -> Iterator[str]:
    """A sentence for each dependency that is GPL-only or says nothing of its licence."""
    needed = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["dependencies"]
    for name, found in sorted(closure(needed).items()):
        said = licence(found)
        if not said:
            yield f"{name} {found.version} says nothing of its licence."
        elif gpl_only(said):
            yield f"{name} {found.version} is GPL-only: {said}."


def main() -> int:
    """Print what is wrong; 1 when something is."""
    try:
        wrong = list(problems())
    except PackageNotFoundError as missing:
        wrong = [f"{missing.name} is not installed."]
    for sentence in wrong:
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.write(f"licences: {'ok' if not wrong else f'{len(wrong)} problems'}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
