"""Who is believed to be an endpoint: certificates as the operating system trusts them, and those of one extra file."""

from __future__ import annotations

import ssl
from datetime import datetime
from pathlib import Path

import truststore
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from desktop.errors import InvalidInput
from desktop.sync.model import Certificate

_LARGEST = 4 * 1024 * 1024


def context(ca_file: str = "") -> truststore.SSLContext:
    """A context that trusts what the operating system trusts, and the certificates in `ca_file` (PEM) too.

    Neither certifi's list nor an environment variable of requests adds to it. Raises InvalidInput (field ca_file).
    """
    made = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        _read(ca_file)
        try:
            made.load_verify_locations(cafile=ca_file)
        except (ssl.SSLError, OSError) as error:
            raise _unfit(ca_file) from error
    return made


def certificate(der: bytes, ca_file: str = "") -> Certificate | None:
    """What a server's certificate says; None for bytes that are none."""
    try:
        one = x509.load_der_x509_certificate(der)
        until: datetime = one.not_valid_after_utc
        return Certificate(_name(one.subject), _name(one.issuer), until, bool(ca_file) and _issued_by(one, ca_file))
    except ValueError:
        return None


def _read(ca_file: str) -> tuple[x509.Certificate, ...]:
    path = Path(ca_file)
    try:
        if path.stat().st_size > _LARGEST:
            raise _unfit(ca_file)
        found = tuple(x509.load_pem_x509_certificates(path.read_bytes()))
    except OSError as error:
        raise InvalidInput(
            f"The certificate file {path.name} cannot be read.", field="ca_file", todo="Choose another file."
        ) from error
    except ValueError as error:
        raise _unfit(ca_file) from error
    return found


def _unfit(ca_file: str) -> InvalidInput:
    return InvalidInput(
        f"{Path(ca_file).name} is not a file of certificates in PEM form.",
        field="ca_file",
        todo="Ask your network team for the root certificate in PEM form (-----BEGIN CERTIFICATE-----).",
    )


def _issued_by(one: x509.Certificate, ca_file: str) -> bool:
    try:
        authorities = _read(ca_file)
    except InvalidInput:
        return False
    for authority in authorities:
        try:
            one.verify_directly_issued_by(authority)
        except (ValueError, TypeError, InvalidSignature):
            continue
        return True
    return False


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value) if common else name.rfc4514_string()
