"""The command line: the same commands as the desk, for scripts and tests; without a command it opens the desk."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from console.cli.early import first_window

DONE, FAILED, INTERRUPTED = 0, 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns 0 done, 1 an expected failure told on stderr; usage errors exit with 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    words = list(sys.argv[1:] if argv is None else argv)
    frame = first_window(words)
    from console import home as homes
    from console.cli import output, parser
    from console.logs import Log, known_secrets
    from services.errors import Expected

    args = parser.build().parse_args(words)
    args.frame = frame
    try:
        args.named_home, args.home = args.home, homes.find(args.home)
        with Log(args.home, args.log, known_secrets(args.home)):
            return _run(args)
    except Expected as problem:
        output.complain(problem)
        return FAILED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(args: argparse.Namespace) -> int:
    from services.errors import Expected, Invalid

    log = logging.getLogger("console.cli")
    try:
        code = int(args.run(args))
        sys.stdout.flush()
    except Expected as problem:  # what makes no sense as typed may hold a person's name or number
        log.info("%s: %s", args.command, type(problem).__name__ if isinstance(problem, Invalid) else problem)
        raise
    log.info("%s: done with %d", args.command, code)
    return code
