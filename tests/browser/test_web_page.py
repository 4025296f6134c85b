"""The web chat in a real browser: what is pressed, typed, hidden and logged out."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def served() -> Iterator[SimpleNamespace]:
    with serving() as found:
        yield found


@pytest.fixture(scope="module")
def lived() -> Iterator[SimpleNamespace]:
    """Another, in which Ida has a case."""
    with serving("case") as found:
        yield found


@contextlib.contextmanager
def serving(*more: str) -> Iterator[SimpleNamespace]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "tests.browser.web_server", str(port), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield SimpleNamespace(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()


@pytest.fixture
def page_of(browser: Any, served: SimpleNamespace) -> Iterator[Any]:
    """Open the chat as somebody; nothing may go wrong on any page."""
    contexts, wrong = [], []

    def opened(who: str, **options: Any) -> Any:
        context = browser.new_context(viewport=PHONE, reduced_motion="reduce", **options)
        context.set_default_timeout(8000)
        token = served.tokens.get(who, "")
        cookie = {"name": "losbot", "value": token, "url": served.address}
        if token:
            context.add_cookies([cookie])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda m: wrong.append(m.text) if m.type == "error" else None)
        page.goto(served.address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert wrong == []


def says(page: Any, words: str) -> None:
    page.fill("#words", words)
    page.press("#words", "Enter")


def texts(page: Any) -> list[str]:
    return [words.split("\n")[0] for words in page.locator(".bubble").all_inner_texts()]


def test_a_key_a_button_and_a_second_page_that_follows(page_of):
    page, other = page_of("ida"), page_of("ida")
    says(page, "/start")
    page.locator(".reply-keys .key", has_text="Be om en los").click()
    page.locator(".log .key", has_text="Skolen").click()
    page.locator(".log .key", has_text="På skolen").wait_for()
    other.locator(".log .key", has_text="På skolen").wait_for()
    assert texts(page) == texts(other)
    page.reload()
    page.locator(".log .key", has_text="På skolen").wait_for()
    assert texts(page) == texts(other)


def test_without_script_the_same_keys_work(page_of):
    page = page_of("per", java_script_enabled=False)
    page.fill("#words", "/start")
    page.click(".send")
    page.locator(".reply-keys .key", has_text="Be om ein los").click()
    page.locator(".log .key").nth(2).wait_for()


def test_help_is_there_with_the_line_cut_and_stands_right_below_words_of_danger(page_of):
    page = page_of("kari")
    says(page, "jeg vil ikke leve lenger")
    page.locator(".bubble", has_text="116 111").wait_for()
    assert [words[:12] for words in texts(page)] == ["jeg vil ikke", "Er det fare "]
    page.reload()
    page.locator(".bubble", has_text="116 111").wait_for()
    assert [words[:12] for words in texts(page)] == ["jeg vil ikke", "Er det fare "]
    says(page, "/skjul")
    page.locator(".bubble", has_text="116 111").wait_for(state="detached")
    page.context.set_offline(True)
    page.click(".help-open")
    assert page.locator("dialog a[href='tel:116111']").is_visible()
    page.context.set_offline(False)


def test_logging_out_empties_every_page(page_of, served):
    page, other = page_of("lise"), page_of("lise")
    says(page, "/start")
    other.locator(".bubble", has_text="Hei! Jeg er").wait_for()
    page.click(".menu summary")
    page.locator(".panel button").click()
    for each in (page, other):
        each.locator("#name").wait_for()  # the front page
        assert each.locator(".bubble").count() == 0


def test_one_logs_in_at_a_provider_and_out_again(page_of, served):
    """Past the content policy, with real cookies on the way to another place and back."""
    page = page_of("nobody")
    page.click("a[href='/logg-inn/staff']")
    page.locator("#words").wait_for()
    assert page.url == f"{served.address}/"
    page.click(".menu summary")
    page.locator(".panel button").click()
    page.locator("#name").wait_for()
    assert page.url == f"{served.address}/", "by way of the provider"
    assert not [each for each in page.context.cookies() if each["name"].startswith("losbot")]


def test_narrow_and_zoomed_nothing_is_cut_off(page_of):
    page = page_of("randi")
    says(page, "/innstillinger")
    page.locator(".log .key").first.wait_for()
    page.set_viewport_size({"width": 320, "height": 480})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".send").is_visible()


@pytest.mark.parametrize("who", ["ida", "jonas"])
def test_a_case_on_one_page_is_narrow_on_a_phone_and_bare_on_paper(browser, lived, who):
    hat = {"ida": 0, "jonas": 2}[who]
    context = browser.new_context(viewport={"width": 320, "height": 640})
    cookie = {"name": "losbot", "value": lived.tokens[who], "url": lived.address}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{lived.address}/side/{lived.case}/{hat}")
    assert page.locator("section").count() >= 4
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.locator(".help-open").is_visible()
    page.emulate_media(media="print")
    assert not page.locator(".help-open").is_visible()
    assert not page.locator("main a").last.is_visible()
    assert page.locator("section dd").first.is_visible()
    context.close()


HIDE = """(state) => {
  Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_page_that_nobody_sees_holds_no_line_and_catches_up(page_of):
    """What comes meanwhile counts as not seen, so that a mail may tell of it."""
    hidden, other = page_of("per"), page_of("per")
    before = len(texts(hidden))
    hidden.evaluate(HIDE, "hidden")
    says(other, "/sprak")
    other.get_by_text("Which language?").last.wait_for()
    other.wait_for_timeout(300)
    assert len(texts(hidden)) == before
    hidden.evaluate(HIDE, "visible")
    hidden.get_by_text("Which language?").last.wait_for()
