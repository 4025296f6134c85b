"""A real mail server on this machine: TLS with a certificate made here, and what servers refuse."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import warnings
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from bot.settings import MailAt

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

SENDER = "ikke-svar@fjordvik.test"
USER, PASSWORD = "losbot", "hemmelig-passord"


def certificate(folder: Path, name: str = "localhost") -> Path:
    """A certificate for a host, and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{name}.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


@dataclass
class PostOffice:
    """What arrived, and what to answer the next time: `rcpt` and `data` are taken one at a time."""

    tls: str
    ca_file: Path
    port: int = 0
    returns: str = ""
    boxes: list[tuple[str, str, EmailMessage]] = field(default_factory=list)
    rcpt: list[str] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)  # address -> answer, every time
    data: list[str | Callable[[SMTP], Any]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    connections: list[asyncio.Transport] = field(default_factory=list)

    @property
    def at(self) -> MailAt:
        return MailAt(
            "localhost",
            self.port,
            self.tls,
            SENDER,
            self.returns,
            USER,
            SecretStr(PASSWORD),
            self.ca_file,
        )

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for _from, to, letter in self.boxes if to == address]

    def hang_up(self) -> None:
        """Close every line that is kept open."""
        for transport in self.connections:
            transport.abort()

    # what aiosmtpd asks

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.refuses.get(address) or (self.rcpt.pop(0) if self.rcpt else "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.data.pop(0) if self.data else "250 OK"
        if not isinstance(answer, str) or answer.startswith("250"):
            content = bytes(envelope.content or b"")
            self.raw.append(content)
            letter = message_from_bytes(content, policy=policy.default)
            assert isinstance(letter, EmailMessage)
            for to in envelope.rcpt_tos:
                self.boxes.append((envelope.mail_from or "", to, letter))
        if isinstance(answer, str):
            return answer
        answer(server)
        return "250 OK"


def drops(server: SMTP) -> None:
    """Takes the letter, and is gone before it says so."""
    server.transport.abort()


def _knows(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
) -> AuthResult:
    good = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good)


@contextlib.asynccontextmanager
async def post_office(cert: Path, tls: str = "starttls") -> AsyncIterator[PostOffice]:
    loop = asyncio.get_running_loop()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert)
    office = PostOffice(tls, cert)

    class Line(SMTP):
        def connection_made(self, transport: Any) -> None:
            office.connections.append(transport)
            super().connection_made(transport)

    def line() -> SMTP:
        with warnings.catch_warnings():  # that one may log in without STARTTLS
            warnings.simplefilter("ignore")
            return Line(
                office, hostname="localhost", loop=loop, authenticator=_knows, auth_required=True,
                auth_require_tls=tls == "starttls", require_starttls=tls == "starttls",
                tls_context=context if tls == "starttls" else None,
            )  # fmt: skip

    server = await loop.create_server(
        line, "localhost", 0, ssl=context if tls == "implicit" else None
    )
    office.port = server.sockets[0].getsockname()[1]
    try:
        yield office
    finally:
        server.close()
        office.hang_up()
        await asyncio.sleep(0)
