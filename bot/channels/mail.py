"""Mail on its way out: one kept connection to the municipality's own server, over TLS.

What a server says is read by where it says it: before the letter was handed over nothing is sent;
a line that breaks while it is handed over leaves it in doubt.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from dataclasses import dataclass

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
)

from bot.channels.outcomes import Outcome, What
from bot.settings import MailAt

IN_LINE, BEGUN, HANDED_OVER = 8.0, 10.0, 20.0
"""So many seconds one waits for its turn, for a connection, and for the letter to be taken: together
less than a lease (`desk.LEASE`), so that nobody takes what we still have for lost."""
LATER = 300.0
"""Seconds until we come back to a server that says: not now."""
SOON = 30.0
"""The same when it cannot be reached, or does not let us in."""
ENHANCED = re.compile(r"5\.\d{1,3}\.\d{1,3}$")
NOT_THERE = re.compile(r"5\.1\.(?![78]$)\d{1,3}$|5\.2\.1$")
"""A status that says why, and those that say that nobody is there; 5.1.7 and 5.1.8 are about the
sender (RFC 3463)."""
PLAIN = (550, 551, 553)
OURS = re.compile(r"relay|block|den(?:y|ied)|spf|policy|spam")
"""Without a status: the numbers servers refuse a recipient with, and words that are about us."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, ready to go."""

    sender: str  # of the envelope: where what comes back goes
    to: str
    data: bytes


class Post:
    """Sends one letter after the other. Made without a connection; the first letter makes one."""

    def __init__(self, at: MailAt) -> None:
        self._at = at
        self._client: SMTP | None = None
        self._one_by_one = asyncio.Lock()
        self.connections = 0

    async def close(self) -> None:
        client, self._client = self._client, None
        if client is not None and client.is_connected:
            with contextlib.suppress(SMTPException, OSError, TimeoutError):
                await asyncio.wait_for(client.quit(), 2)
        if client is not None:
            client.close()

    async def send(self, letter: Letter) -> Outcome:
        """Never raises for what a server or a line does."""
        try:
            async with asyncio.timeout(IN_LINE):
                await self._one_by_one.acquire()
        except TimeoutError:
            return Outcome(What.NOT_SENT, error="busy", seconds=SOON)
        try:
            return await self._send(letter)
        finally:
            self._one_by_one.release()

    async def _send(self, letter: Letter) -> Outcome:
        try:
            async with asyncio.timeout(BEGUN):
                client = await self._begun(letter.sender)
        except SMTPResponseException as error:
            return await self._not_sent(error, LATER if error.code < 500 else SOON)
        except (SMTPException, OSError, TimeoutError) as error:
            return await self._not_sent(error, SOON)
        return await self._handed_over(client, letter)

    async def _begun(self, sender: str) -> SMTP:
        """A connection on which this sender is taken. One that was kept and is dead is made anew."""
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.mail(sender)
                return self._client
            except (SMTPException, OSError, TimeoutError):
                await self.close()
        client = await self._connected()
        await client.mail(sender)
        return client

    async def _connected(self) -> SMTP:
        client = SMTP(
            hostname=self._at.host, port=self._at.port, timeout=HANDED_OVER,
            use_tls=self._at.tls == "implicit", start_tls=self._at.tls == "starttls",
            tls_context=self._trusting(), username=self._at.user or None,
            password=self._at.password.get_secret_value() or None,
        )  # fmt: skip
        self._client = client
        await client.connect()
        self.connections += 1
        return client

    async def greet(self) -> None:
        """Whether the server lets us in, and nothing more. Raises what it says."""
        try:
            await self._connected()
        finally:
            await self.close()

    def _trusting(self) -> ssl.SSLContext | None:
        if self._at.tls == "off":
            return None
        return ssl.create_default_context(cafile=self._at.ca_file)

    async def _handed_over(self, client: SMTP, letter: Letter) -> Outcome:
        try:
            async with asyncio.timeout(BEGUN / 2):
                await client.rcpt(letter.to)
        except SMTPRecipientRefused as error:
            await self._reset(client)
            return _refused(error.code, error.message, at_recipient=True)
        except (SMTPException, OSError, TimeoutError) as error:
            return await self._not_sent(error, SOON)
        try:
            async with asyncio.timeout(HANDED_OVER):
                await client.data(letter.data)
        except SMTPDataError as error:
            await self._reset(client)
            return _refused(error.code, error.message, at_recipient=False)
        except (SMTPException, OSError, TimeoutError) as error:
            await self.close()
            return Outcome(What.AMBIGUOUS, error=type(error).__name__)
        return Outcome(What.SENT)

    async def _reset(self, client: SMTP) -> None:
        try:
            async with asyncio.timeout(1):
                await client.rset()
        except (SMTPException, OSError, TimeoutError):
            await self.close()

    async def _not_sent(self, error: Exception, seconds: float) -> Outcome:
        await self.close()
        return Outcome(What.NOT_SENT, error=type(error).__name__, seconds=seconds)


def _refused(code: int, message: str, *, at_recipient: bool) -> Outcome:
    """The recipient is not there; or not now; or it is something about us or the letter. Of what
    the server says only the numbers are kept: its words hold the address."""
    status = message.split(maxsplit=1)[0] if message.split() else ""
    error = f"smtp.{code}"
    if code < 500:
        return Outcome(What.NOT_SENT, error=error, seconds=LATER)
    if ENHANCED.match(status):
        is_gone = bool(NOT_THERE.match(status))
    else:
        is_gone = at_recipient and code in PLAIN and not OURS.search(message.casefold())
    if is_gone:
        return Outcome(What.GONE, error=error)
    return Outcome(What.REFUSED, error=error)


def lines(at: MailAt | None) -> list[tuple[str, bool]]:
    """Whether the mail server lets us in, as a line, and whether that is well."""
    if at is None:
        return []
    try:
        asyncio.run(Post(at).greet())
    except (SMTPException, OSError, TimeoutError) as error:
        return [(f"Mail: {at.host} does not let us in ({type(error).__name__}).", False)]
    return [(f"Mail: {at.host} lets us in.", True)]
