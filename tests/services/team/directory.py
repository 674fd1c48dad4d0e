"""A city's directory of staff for tests of LDAP: a real slapd on loopback, with a folder of its own."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.postgres import free_port

SLAPD = shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/local/libexec")
_SCHEMA = Path("/etc/ldap/schema/core.schema")
BASE = "ou=staff,dc=city"
_CONFIG = """
include {schema}
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=city"
directory {folder}
"""
_CITY = """
dn: dc=city
objectClass: dcObject
objectClass: organization
o: City
dc: city

dn: ou=staff,dc=city
objectClass: organizationalUnit
ou: staff
"""
_PERSON = """
dn: cn={name},ou=staff,dc=city
objectClass: person
cn: {name}
sn: {name}
userPassword: {password}
"""
_PATIENCE = 30.0


@contextmanager
def directory(folder: Path, people: Mapping[str, str]) -> Iterator[int]:
    """The port of a directory that knows the passwords of these people; not run where there is no slapd."""
    if SLAPD is None or not _SCHEMA.exists():
        pytest.skip("NOT RUN: who logs in through LDAP is tried at a real slapd; install it.")
    folder.mkdir()
    config, data = folder / "slapd.conf", folder / "city.ldif"
    config.write_text(_CONFIG.format(schema=_SCHEMA, folder=folder), encoding="utf-8")
    everybody = "".join(_PERSON.format(name=name, password=password) for name, password in people.items())
    data.write_text(_CITY + everybody, encoding="utf-8")
    subprocess.run([SLAPD, "-Tadd", "-f", str(config), "-l", str(data)], check=True, capture_output=True)
    port = free_port()
    address = f"ldap://127.0.0.1:{port}"
    with subprocess.Popen([SLAPD, "-f", str(config), "-h", address, "-d", "0"], stderr=subprocess.DEVNULL) as slapd:
        try:
            _wait_for(port, slapd)
            yield port
        finally:
            slapd.terminate()


def _wait_for(port: int, slapd: subprocess.Popen[bytes]) -> None:
    import socket

    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and slapd.poll() is None:
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", port)) == 0:
                return
    raise RuntimeError("slapd does not answer")
