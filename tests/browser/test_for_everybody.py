"""WCAG 2.1 AA, looked for by axe-core on every page of the web chat and of the demo, in each
language, light and dark, on a phone as narrow as they come, zoomed in, and from right to left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.browser.conftest import IDS
from tests.browser.test_web_page import serving

axe = pytest.importorskip(
    "axe_playwright_python", reason="axe is not installed: pip install 'losbot[dev]'"
)

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = Path(str(axe.__file__)).with_name("axe.min.js")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
ASK = "rules => axe.run({runOnly: rules}).then(found => found.violations)"
LOOKS = [("nb", "light"), ("nn", "dark"), ("en", "light"), ("nb", "dark")]


@pytest.fixture(scope="module")
def lived() -> Iterator[SimpleNamespace]:
    with serving("case") as found:
        yield found


def violations(page: Any) -> list[str]:
    """What axe finds, a line each."""
    page.evaluate(AXE.read_text())
    return [
        f"{page.url} {each['id']}: {node['html'][:120]}"
        for each in page.evaluate(ASK, RULES)
        for node in each["nodes"]
    ]


def opened(browser: Any, lived: SimpleNamespace, who: str, **options: Any) -> Any:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, reduced_motion="reduce", **options
    )
    context.set_default_timeout(8000)
    context.route("**/logget-ut/*", _stays)
    if who:
        cookie = {"name": "losbot", "value": lived.tokens[who], "url": lived.address}
        context.add_cookies([cookie])
    return context.new_page()


def _stays(route: Any) -> None:
    """Whoever has logged out is led on to the provider, but not here."""
    answer = route.fetch()
    kept = {name: value for name, value in answer.headers.items() if name != "refresh"}
    route.fulfill(response=answer, headers=kept)


PAGES = {
    "front": ("", "/"),
    "link": ("", "/inn/{link}"),
    "used link": ("", "/inn/nothing"),
    "link from a chat": ("", "{joins}"),
    "mail's answer, too late": ("", "/svar/nothing"),
    "refused login": ("", "/logg-inn/staff/svar?state=x"),
    "logged out": ("", "/logget-ut/staff"),
    "missing": ("", "/side/1/1"),
    "chat": ("ida", "/"),
    "staff's chat": ("jonas", "/"),
    "devices": ("ida", "/enheter"),
    "case": ("ida", "/side/{case}/0"),
    "holder's case": ("jonas", "/side/{case}/2"),
}


@pytest.mark.parametrize(("tongue", "scheme"), LOOKS)
def test_axe_finds_nothing_on_any_page(browser, lived, tongue, scheme):
    found = []
    for who, path in PAGES.values():
        page = opened(
            browser,
            lived,
            who,
            color_scheme=scheme,
            extra_http_headers={"accept-language": tongue},
        )
        page.goto(lived.address + path.format(**vars(lived)))
        if path == "/" and who:
            page.fill("#words", "/innstillinger")
            page.press("#words", "Enter")
            page.locator(".log .key").first.wait_for()
        found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        page.context.close()
    assert found == []


def test_the_help_card_and_the_menu_are_for_everybody_too(browser, lived):
    page = opened(browser, lived, "kari")
    page.goto(lived.address)
    page.click(".help-open")
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.click(".menu summary")
    assert violations(page) == []
    page.context.close()


def test_at_twice_the_size_nothing_is_lost(browser, lived):
    """A desk's window at 200 % has half its width; with the letters alone at twice their size all
    can still be reached."""
    for path in ("/", f"/side/{lived.case}/0", "/enheter"):
        page = opened(browser, lived, "ida", device_scale_factor=2)
        page.set_viewport_size({"width": 640, "height": 400})
        page.goto(lived.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
        if path == "/":
            assert page.locator(".send").is_visible()
        page.context.close()


def test_from_right_to_left_the_page_is_mirrored_and_whole(browser, lived):
    for who, path in (("", "/"), ("ida", "/"), ("ida", f"/side/{lived.case}/0")):
        page = opened(browser, lived, who)
        page.goto(lived.address + path)
        before = page.locator(".help-open").bounding_box()["x"]
        page.evaluate("document.documentElement.dir = 'rtl'")
        assert page.locator(".help-open").bounding_box()["x"] < before
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
        if who and path == "/":
            page.fill("#words", "هل يمكنني التحدث مع شخص ما؟")
            page.press("#words", "Enter")
            mine = page.locator(".mine .bubble", has_text="هل").last
            page.locator(".bubble", has_text="Det forsto jeg ikke").last.wait_for()
            box = mine.bounding_box()
            assert box["x"] < 320 - box["x"] - box["width"], "one's own stand on the left then"
            assert mine.evaluate("bubble => getComputedStyle(bubble).direction") == "rtl"
        assert violations(page) == []
        page.context.close()


def test_axe_finds_nothing_in_the_demo(window):
    window.page.locator(".phone").nth(len(IDS) - 1).wait_for(state="attached")
    for scheme in ("light", "dark"):
        window.page.emulate_media(color_scheme=scheme)
        assert violations(window.page) == []
    window.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize(("who", "tongue"), [("per", "nn"), ("kari", "en")])
def test_who_is_in_meets_no_barrier_in_their_own_language(browser, lived, who, tongue):
    found, page = [], opened(browser, lived, who)
    for path in ("/", "/enheter", f"/side/{lived.case}/1"):
        page.goto(lived.address + path)
        assert page.locator("html").get_attribute("lang") == tongue, path
        if path == "/":
            page.fill("#words", "/innstillinger")
            page.press("#words", "Enter")
            page.locator(".log .key").first.wait_for()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found += violations(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    page.context.close()
    assert found == []
