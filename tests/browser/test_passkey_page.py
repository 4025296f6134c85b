"""Passkeys in a real browser, with the authenticator that chromium pretends to have; and a second
browser that comes in by a link."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.test_web_page import PHONE, serving

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def served() -> Iterator[SimpleNamespace]:
    with serving("localhost") as found:
        yield found


class Device:
    """A browser of somebody's, with a fingerprint reader."""

    def __init__(self, browser: Any, served: SimpleNamespace, who: str) -> None:
        self.address = served.address
        self.context = browser.new_context(viewport=PHONE, reduced_motion="reduce", locale="nb")
        self.context.set_default_timeout(8000)
        if token := served.tokens.get(who):
            self.context.add_cookies([{"name": "losbot", "value": token, "url": served.address}])
        self.wrong: list[str] = []
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._said)
        self.cdp = self.context.new_cdp_session(self.page)
        self.cdp.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        added = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.id = added["authenticatorId"]

    def _said(self, message: Any) -> None:
        if message.type == "error" and "403" not in message.text:
            self.wrong.append(message.text)

    def verifies(self, verified: bool) -> None:
        told = {"authenticatorId": self.id, "isUserVerified": verified}
        self.cdp.send("WebAuthn.setUserVerified", told)

    def known(self) -> list[dict[str, Any]]:
        told = self.cdp.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(told["credentials"])


@pytest.fixture
def device_of(browser: Any, served: SimpleNamespace) -> Iterator[Any]:
    made: list[Device] = []

    def opened(who: str) -> Device:
        made.append(Device(browser, served, who))
        return made[-1]

    yield opened
    for each in made:
        each.context.close()
    assert [wrong for each in made for wrong in each.wrong] == []


def turn_on(device: Device, name: str) -> None:
    device.page.goto(f"{device.address}/enheter")
    device.page.fill("#key-name", name)
    device.page.keyboard.press("Enter")
    device.page.locator(".devices b", has_text=name).wait_for()


def test_a_fingerprint_is_turned_on_and_lets_in_after_logging_out_until_it_is_removed(device_of):
    ida = device_of("ida")
    page = ida.page
    turn_on(ida, "Telefonen min")
    (known,) = ida.known()
    assert (known["rpId"], known["isResidentCredential"]) == ("localhost", True)
    page.locator("main form[action='/ut'] button").click()
    page.locator("#name").wait_for()  # the front page
    page.locator(".with button").click()
    page.locator("#words").wait_for()  # the chat
    assert page.url == f"{ida.address}/"
    page.goto(f"{ida.address}/enheter")
    assert "Sist brukt" in page.locator(".passkey .devices").inner_text()
    page.locator("form[action='/nokkel/fjern'] button").click()
    page.locator("#name").wait_for()  # it had let in this browser
    page.locator(".with button").click()
    page.locator(".said", has_text="Det gikk ikke").wait_for()


def test_a_device_that_did_not_see_its_owner_lets_nobody_in(device_of):
    kari = device_of("kari")
    turn_on(kari, "Nettbrettet")
    kari.page.goto(f"{kari.address}/enheter")
    kari.verifies(False)
    kari.page.locator("main form[action='/ut'] button").click()
    kari.page.locator(".with button").click()
    kari.page.locator(".said", has_text="Det gikk ikke").wait_for()
    assert kari.page.locator("#words").count() == 0
    kari.verifies(True)
    kari.page.locator(".with button").click()
    kari.page.locator("#words").wait_for()


def test_where_the_browser_cannot_a_plain_sentence_stands_and_no_button(browser, served):
    for options, gone in (({"java_script_enabled": False}, ""), ({}, "PublicKeyCredential")):
        context = browser.new_context(viewport=PHONE, **options)
        page = context.new_page()
        if gone:
            page.add_init_script(f"delete window.{gone}")
        page.goto(served.address)
        assert page.locator(".without").is_visible()
        assert not page.locator(".with button").is_visible()
        context.close()


def test_a_second_browser_waits_and_goes_on_by_itself_when_the_first_says_yes(device_of, served):
    first, second = device_of("per"), device_of("nobody")
    second.page.goto(served.address + served.joins)
    second.page.locator("main button").focus()
    second.page.keyboard.press("Enter")
    code = second.page.locator(".code").inner_text()
    first.page.goto(first.address)
    asked = first.page.locator(".bubble", has_text=code)
    asked.wait_for()
    first.page.locator(".log .key", has_text="Slepp inn").click()  # Per reads nynorsk
    second.page.locator("#words").wait_for()  # the chat
    second.page.goto(f"{second.address}/enheter")
    assert second.page.locator("form[action='/enheter'] [name=place]").count() == 1
    second.page.locator("form[action='/enheter']:has([name=place]) button").click()
    first.page.locator("#name").wait_for()  # the first is out
