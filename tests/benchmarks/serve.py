"""A city's server in a process of its own: recorded answers over real HTTP on loopback, until its input ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from tests.benchmarks.canned import Recorded
from tests.benchmarks.city import requests
from tests.services.upstream.loopback import NOT_FOUND, Ask, Loopback, Reply, as_json


def main(count: int, first: int) -> None:
    """Serve made requests numbered from `first`; says its address."""
    answers = Recorded(requests(count, first=first))

    def answer(ask: Ask) -> Reply:
        if ask.path == "services.json":
            return as_json([])
        if ask.path != "requests.json":
            return NOT_FOUND
        return Reply(200, answers.get("/requests.json", parse_qsl(urlsplit(ask.target).query)).body)

    with Loopback(answer) as server:
        sys.stdout.write(server.url + "\n")
        sys.stdout.flush()
        sys.stdin.read()
    answers.close()


@contextmanager
def serving(count: int, first: int) -> Iterator[str]:
    """The address of such a server."""
    argv = [sys.executable, "-m", "tests.benchmarks.serve", str(count), str(first)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdin is not None
        try:
            yield child.stdout.readline().strip()
        finally:
            child.stdin.close()
            child.wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
