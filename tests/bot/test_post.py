"""Letters over a real line to a real server: what arrives, what is refused, what is in doubt."""

from __future__ import annotations

import asyncio

import pytest

from bot.channels import mail
from bot.channels.mail import LATER, Letter, Post
from bot.channels.outcomes import What
from bot.desk import LEASE
from tests.post_office import SENDER, certificate, drops, post_office

TO = "kari@example.no"
LETTER = Letter(SENDER, TO, b"Subject: Hei\r\n\r\nHei\r\n")


@pytest.fixture(scope="session")
def cert(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("cert"))


@pytest.fixture(params=["starttls", pytest.param("implicit", marks=pytest.mark.slow)])
async def office(request, cert):
    async with post_office(cert, request.param) as open_office:
        yield open_office


@pytest.fixture
async def post(office):
    made = Post(office.at)
    yield made
    await made.close()


async def test_a_line_is_kept_and_one_that_died_is_made_anew(office, post):
    for _each in range(3):
        assert (await post.send(LETTER)).what is What.SENT
    assert post.connections == 1
    office.hang_up()
    await asyncio.sleep(0.01)
    assert (await post.send(LETTER)).what is What.SENT
    assert post.connections == 2
    assert [str(letter["Subject"]) for letter in office.to(TO)] == ["Hei"] * 4


@pytest.mark.parametrize(
    ("where", "answer", "what"),
    [
        ("rcpt", "550 5.1.1 no such user", What.GONE),
        ("rcpt", "550 no such user", What.GONE),
        ("rcpt", "554 5.7.1 relay access denied", What.REFUSED),
        ("rcpt", "450 4.2.1 come again", What.NOT_SENT),
        ("rcpt", "452 4.2.2 mailbox full", What.NOT_SENT),
        ("rcpt", "553 no such mailbox", What.GONE),
        ("rcpt", "550 5.2.1 mailbox disabled", What.GONE),
        ("rcpt", "553 5.1.8 sender's domain not found", What.REFUSED),
        ("rcpt", "550 5.4.1 no answer", What.REFUSED),
        ("rcpt", "550 relaying denied", What.REFUSED),
        ("rcpt", "550 SPF check failed", What.REFUSED),
        ("rcpt", "554 client host blocked", What.REFUSED),
        ("rcpt", "554 no such user", What.REFUSED),
        ("rcpt", "552 mailbox full", What.REFUSED),
        ("data", "550 5.1.1 no such user", What.GONE),
        ("data", "554 5.7.1 looks like spam", What.REFUSED),
        ("data", "451 4.3.0 disk full", What.NOT_SENT),
        ("data", drops, What.AMBIGUOUS),
    ],
)
async def test_what_a_server_answers_and_where_says_what_became_of_it(
    office, post, where, answer, what
):
    getattr(office, where).append(answer)
    outcome = await post.send(LETTER)
    assert outcome.what is what
    assert TO not in outcome.error
    assert "user" not in outcome.error
    if what is What.NOT_SENT:
        assert outcome.seconds == LATER
    assert (await post.send(LETTER)).what is What.SENT  # the next one goes


async def test_who_cannot_be_reached_or_is_another_gets_nothing(office, tmp_path):
    others = Post(type(office.at)(*[*_at(office)[:-1], certificate(tmp_path)]))
    assert (await others.send(LETTER)).what is What.NOT_SENT
    await others.close()
    nobody = Post(type(office.at)("localhost", 1, *_at(office)[2:]))
    assert (await nobody.send(LETTER)).what is What.NOT_SENT
    assert office.boxes == []


def _at(office):
    at = office.at
    return [at.host, at.port, at.tls, at.sender, at.returns, at.user, at.password, at.ca_file]


async def test_a_server_that_says_nothing_holds_nobody_up_for_long(office, post, monkeypatch):
    assert LEASE.total_seconds() > mail.IN_LINE + 1.5 * mail.BEGUN + mail.HANDED_OVER + 1

    def silent(server) -> None:
        server.push = _says_nothing

    monkeypatch.setattr(mail, "HANDED_OVER", 0.1)
    office.data.append(silent)
    assert (await post.send(LETTER)).what is What.AMBIGUOUS
    monkeypatch.setattr(mail, "IN_LINE", 0.05)
    async with post._one_by_one:
        assert (await post.send(LETTER)).what is What.NOT_SENT
    assert (await post.send(LETTER)).what is What.SENT


async def _says_nothing(_status) -> None:
    """A line that stays open."""


async def test_a_server_without_tls_is_told_no_password(cert):
    async with post_office(cert, "off") as office:
        from dataclasses import replace

        post = Post(replace(office.at, tls="starttls"))
        assert (await post.send(LETTER)).what is What.NOT_SENT
        await post.close()
        assert office.boxes == []
