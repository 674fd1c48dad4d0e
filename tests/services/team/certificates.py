"""Certificates for tests of TLS, made by the openssl on PATH."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

_CONFIG = """
[ca]
default_ca = d
[d]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
default_crl_days = 9999
policy = p
copy_extensions = copy
unique_subject = no
[p]
commonName = supplied
"""
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
LONG_AGO, LATER = ("20200101000000Z", "20210101000000Z"), ("20200101000000Z", "20991231000000Z")


class Issuer:
    """Somebody who issues certificates, in a folder of their own."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir()
        self._folder = folder
        self.certificate = folder / "ca.crt"
        folder.joinpath("ca.cnf").write_text(_CONFIG, encoding="utf-8")
        folder.joinpath("index.txt").touch()
        self._openssl("req", "-x509", *_KEY, "-keyout", "ca.key", "-out", "ca.crt", "-subj", f"/CN={name}")

    def _openssl(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self._folder, check=True, capture_output=True)

    def issue(self, name: str, valid: tuple[str, str], host: str = "") -> tuple[Path, Path]:
        """The files of a certificate, for somebody or for a host, and of its key."""
        stem = f"{name}-{valid[1]}"
        more = ("-addext", f"subjectAltName={host}") if host else ()
        self._openssl("req", *_KEY, "-keyout", f"{stem}.key", "-out", f"{stem}.csr", "-subj", f"/CN={name}", *more)
        dates = ("-startdate", valid[0], "-enddate", valid[1])
        by = ("-config", "ca.cnf", "-cert", "ca.crt", "-keyfile", "ca.key")
        self._openssl("ca", "-batch", *by, "-in", f"{stem}.csr", "-out", f"{stem}.crt", "-notext", *dates)
        self._folder.joinpath(f"{stem}.key").chmod(0o600)
        return self._folder / f"{stem}.crt", self._folder / f"{stem}.key"

    def call_back(self, certificate: Path) -> Path:
        """Revoke one that was issued; the list of all such."""
        by = ("-config", "ca.cnf", "-cert", "ca.crt", "-keyfile", "ca.key")
        self._openssl("ca", *by, "-revoke", str(certificate))
        self._openssl("ca", *by, "-gencrl", "-out", "ca.crl")
        return self._folder / "ca.crl"


def is_openssl_here() -> bool:
    """Whether certificates can be made."""
    return shutil.which("openssl") is not None
