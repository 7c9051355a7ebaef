"""Which rows of a source were quarantined and why, for its owner alone: encrypted to the owner's key.

Rows are named by their number, values are not there; still a number points at somebody, so nobody else may read it.
A folder holds, per source, the certificate of its owner (``wmo/certificate.pem``, X.509 with an RSA key); the report
lies beside it and is opened with the owner's private key: ``openssl cms -decrypt -inform DER -in ... -inkey ...``.
Source: CMS EnvelopedData, RFC 5652, with AES-256-CBC.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7EnvelopeBuilder, PKCS7Options

from samenloop.runs import RunRequest
from samenloop.storage import write_whole
from schemas.errors import RunError
from schemas.purpose import PurposeConfig, SourceGround
from schemas.source_formats import CsvFormat, ParquetFormat

CERTIFICATE: Final = "certificate.pem"
_LEAST_BITS: Final = 2048


def write_repair_report(folder: Path, source: str, delivery_id: str, rows: Mapping[str, Sequence[int]]) -> None:
    """Writes the report of one source.

    Args:
        folder: with a folder per source.
        source: name of the source.
        delivery_id: of the delivery, names the file.
        rows: reason -> numbers of the quarantined rows, 1 for the first row after a header.

    Raises:
        RunError: ``certificate_unusable``: it is missing, expired, or has no RSA key of at least 2048 bits.
    """
    certificate = _certificate(folder / source / CERTIFICATE, source)
    envelope = PKCS7EnvelopeBuilder().set_data(_content(rows)).add_recipient(certificate)
    envelope = envelope.set_content_encryption_algorithm(AES256)
    place = folder / source / f"{delivery_id}.p7m"
    write_whole(place, envelope.encrypt(Encoding.DER, [PKCS7Options.Binary]))


def has_numbered_rows(ground: SourceGround) -> bool:
    """Tells whether rows of a source have a number that its owner can count to: those of CSV and Parquet files."""
    return ground.format is None or isinstance(ground.format, CsvFormat | ParquetFormat)


def check_owners(request: RunRequest, config: PurposeConfig) -> None:
    """Checks before anything is read that every source of numbered rows has a certificate; errors as above."""
    for source in config.pulled if request.repair else ():
        if has_numbered_rows(config.sources[source]):
            _certificate(Path(request.repair) / source / CERTIFICATE, source)


def _content(rows: Mapping[str, Sequence[int]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(("row", "reason"))
    writer.writerows(sorted((number, reason) for reason, numbers in rows.items() for number in numbers))
    return text.getvalue().encode()


def _certificate(path: Path, source: str) -> x509.Certificate:
    try:
        certificate = x509.load_pem_x509_certificate(path.read_bytes())
        key = certificate.public_key()
        usable = isinstance(key, RSAPublicKey) and key.key_size >= _LEAST_BITS
        if usable and certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
            return certificate
    except (OSError, ValueError):
        pass
    raise RunError(
        "certificate_unusable",
        f"{source}: {CERTIFICATE} is missing, expired, or has no RSA key of {_LEAST_BITS} bits",
        f"put the certificate of the owner of {source} in its folder",
    )
