"""A disk of a given size for a server of the tests, seen by that server alone and gone with it: filled, and emptied."""

from __future__ import annotations

import errno
import os
import pwd
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_BALLAST = "ballast"
_PIECE = bytes(65_536)
_MOUNT = 'mount -t tmpfs -o "size=$1,mode=700,uid=$2,gid=$3" none "$4" && echo mounted && exec cat'


class NoDisk(Exception):
    """This machine lets us mount nothing, neither as root nor in a user namespace of our own; why."""


class Disk:
    """A file system in memory, mounted where only those see it who enter."""

    def __init__(self, holder: int, folder: Path) -> None:
        self._holder = holder
        self.inside = Path(f"/proc/{holder}/root")
        """The whole file tree as those see it who have entered."""
        self._ballast = self.inside / folder.relative_to("/") / _BALLAST

    @property
    def enter(self) -> tuple[str, ...]:
        """The words before a command that is to see the disk, as somebody who is not root there."""
        if os.getuid() == 0:
            nobody = str(pwd.getpwnam("nobody").pw_uid)
            return (
                *("nsenter", f"--mount=/proc/{self._holder}/ns/mnt"),
                *("setpriv", f"--reuid={nobody}", f"--regid={nobody}", "--clear-groups"),
            )
        into = "nsenter", "--preserve-credentials", "--user", "--mount", f"--target={self._holder}"
        return *into, "unshare", "--user", f"--map-user={os.getuid()}", f"--map-group={os.getgid()}"

    def fill(self) -> None:
        """Leave no room, down to the last page."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(_PIECE)
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise

    def make_room(self) -> None:
        """What an administrator does about it."""
        self._ballast.unlink()


@contextmanager
def disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk mounted on an empty folder, for as long as this lasts or a process is in it. Raises NoDisk."""
    is_root = os.getuid() == 0
    owner = pwd.getpwnam("nobody").pw_uid if is_root else 0
    words = "unshare", *(() if is_root else ("--map-root-user",)), "--mount", "sh", "-c", _MOUNT, "sh"
    try:
        holder = subprocess.Popen(
            [*words, f"{megabytes}m", str(owner), str(owner), str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as fault:
        raise NoDisk(f"unshare cannot be run: {fault.strerror}") from None
    with holder:
        assert holder.stdin
        assert holder.stdout
        assert holder.stderr
        try:
            if holder.stdout.readline() != b"mounted\n":
                raise NoDisk(holder.stderr.read().decode(errors="replace").strip())
            made = Disk(holder.pid, folder)
            tried = subprocess.run([*made.enter, "true"], capture_output=True, text=True)
            if tried.returncode:
                raise NoDisk(tried.stderr.strip())
            yield made
        finally:
            with suppress(BrokenPipeError):
                holder.stdin.close()  # cat ends
