"""A Kerberos realm for tests: a real KDC of MIT's on loopback, with a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.postgres import free_port

NAME = "CITY.EXAMPLE"
_PLACES = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_NEEDED = "krb5kdc", "kdb5_util", "kadmin.local", "kinit", "kdestroy"
_CLIENTS = """
[libdefaults]
default_realm = {realm}
dns_lookup_kdc = false
dns_canonicalize_hostname = false
rdns = false
[realms]
{realm} = {{
kdc = 127.0.0.1:{port}
}}
"""
_KDCS = """
[kdcdefaults]
kdc_listen = 127.0.0.1:{port}
kdc_tcp_listen = 127.0.0.1:{port}
[realms]
{realm} = {{
database_name = {folder}/principal
key_stash_file = {folder}/stash
}}
"""
_PATIENCE = 30.0


class Realm:
    """Its people, its services, and the tickets of whoever runs the tests."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder, self._environment = folder, environment

    def run(self, program: str, *words: str, typed: str = "") -> None:
        """Run one of Kerberos's programs."""
        found = shutil.which(program, path=_PLACES)
        assert found
        given = {**os.environ, **self._environment}
        subprocess.run([found, *words], check=True, capture_output=True, text=True, input=typed, env=given)

    def add(self, name: str, password: str) -> None:
        """A person."""
        self.run("kadmin.local", "-q", f"addprinc -pw {password} {name}")

    def keytab(self, host: str) -> Path:
        """The key file of a PostgreSQL on a host."""
        made = self._folder / "server.keytab"
        self.run("kadmin.local", "-q", f"addprinc -randkey postgres/{host}")
        self.run("kadmin.local", "-q", f"ktadd -k {made} postgres/{host}")
        return made

    def log_in(self, name: str, password: str) -> None:
        """Get a ticket."""
        self.run("kinit", name, typed=f"{password}\n")

    def log_out(self) -> None:
        """Have none any more."""
        self.run("kdestroy")


@contextmanager
def realm(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Realm]:
    """A realm, which this process asks as well; not run where there is no KDC."""
    if missing := [program for program in _NEEDED if shutil.which(program, path=_PLACES) is None]:
        pytest.skip(f"NOT RUN: Kerberos is tried at a real KDC; install krb5-kdc, -admin-server, -user ({missing[0]}).")
    folder.mkdir()
    filled = {"realm": NAME, "port": free_port(), "folder": folder}
    environment = {"KRB5_CONFIG": str(folder / "krb5.conf"), "KRB5_KDC_PROFILE": str(folder / "kdc.conf")}
    environment["KRB5CCNAME"] = f"FILE:{folder / 'tickets'}"
    (folder / "krb5.conf").write_text(_CLIENTS.format(**filled), encoding="utf-8")
    (folder / "kdc.conf").write_text(_KDCS.format(**filled), encoding="utf-8")
    for name, value in environment.items():
        patch.setenv(name, value)
    made = Realm(folder, environment)
    made.run("kdb5_util", "create", "-s", "-P", "master")
    made.add("nobody", "x")
    kdc = shutil.which("krb5kdc", path=_PLACES)
    assert kdc
    with subprocess.Popen([kdc, "-n"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _wait_for(made, running)
            yield made
        finally:
            running.terminate()


def _wait_for(made: Realm, kdc: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and kdc.poll() is None:
        try:
            made.log_in("nobody", "x")
        except subprocess.CalledProcessError:
            continue
        made.log_out()
        return
    raise RuntimeError("the KDC does not answer")
