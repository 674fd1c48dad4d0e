"""Network drives, where SQLite's locks cannot be trusted and two programs could damage a file."""

from __future__ import annotations

import sys
from pathlib import Path

from services.errors import StoreProblem

NETWORK_TYPES = frozenset(
    {
        "nfs",
        "nfs4",
        "cifs",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "9p",
        "afs",
        "ncpfs",
        "ceph",
        "glusterfs",
        "lustre",
        "webdav",
    }
    | {"fuse.sshfs", "fuse.s3fs", "fuse.rclone", "fuse.davfs", "fuse.glusterfs", "davfs", "davfs2", "gfs2", "ocfs2"}
)
_REMOTE_DRIVE = 4


def refuse_network_drive(path: Path, mounts: str | None = None) -> None:
    """Raise StoreProblem when the file would be on a network drive, where SQLite's locks cannot be trusted."""
    kind = _drive(path, _mounts() if mounts is None else mounts)
    if kind:
        raise StoreProblem(
            f"{path} is on a network drive ({kind}), where two desks could damage the store.",
            "Put the store on a disk of this machine: [store] url in config.toml.",
        )


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _drive(path: Path, mounts: str) -> str:
    if sys.platform == "win32":
        import ctypes

        remote = ctypes.windll.kernel32.GetDriveTypeW(f"{path.resolve().anchor}") == _REMOTE_DRIVE
        return "a shared folder" if remote or str(path.resolve()).startswith("\\\\") else ""
    real = path.resolve()
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = Path(fields[1].encode(errors="surrogateescape").decode("unicode_escape"))
        if real.is_relative_to(point) and len(point.parts) >= best:
            best, kind = len(point.parts), fields[2]
    return kind if kind in NETWORK_TYPES else ""
