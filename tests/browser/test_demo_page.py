"""The demo's page in a real browser: what a municipality sees, and with the keyboard alone."""

from __future__ import annotations

import re

import pytest

expect = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install 'losbot[dev]'"
).expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]  # one window serves all

CAST = ["Ida", "Kari", "Per", "Jonas", "Randi", "Lise", "Siri", "Amina", "Sam", "Turid"]


def test_everyones_phone_stands_on_the_page(window):
    expect(window.page).to_have_title("losbot – demo")
    names = window.page.locator(".phone h2 bdi")
    expect(names).to_have_text(CAST)
    expect(window.page.locator("#violations")).to_have_text(re.compile(": 0$"))
    expect(window.page.locator("#now .time")).to_have_text(re.compile(r"kl\. \d\d\.\d\d"))
    assert window.width() == 1440


def test_a_story_begins_with_the_keyboard_alone(window):
    keyboard = window.page.keyboard
    expect(window.bubbles("Ida").last).to_contain_text("Hei!")
    window.key("Ida", "Be om en los").focus()
    keyboard.press("Enter")
    school = window.key("Ida", "Skolen")
    school.focus()
    keyboard.press("Space")
    expect(window.key("Ida", "På skolen")).to_be_visible()
    # The question was edited in place, and whoever presses stays in the chat.
    assert window.phone("Ida").evaluate("phone => phone.contains(document.activeElement)")
    writing = window.phone("Ida").get_by_role("textbox")
    writing.fill("/hjelp")
    keyboard.press("Enter")
    expect(window.bubbles("Ida").last).to_contain_text("113")
    expect(writing).to_have_value("")


def test_menu_and_lock_screen_open_and_close_with_escape(window):
    expect(window.bubbles("Kari").last).to_contain_text("Hei!")
    menu = window.phone("Kari").get_by_role("button", name="Kommandoer")
    menu.focus()
    window.page.keyboard.press("Enter")
    expect(menu).to_have_attribute("aria-expanded", "true")
    expect(window.phone("Kari").locator(".commands button").first).to_be_focused()
    window.page.keyboard.press("Escape")
    expect(menu).to_be_focused()
    window.phone("Kari").get_by_role("button", name="Låseskjermen til Kari").click()
    lock = window.phone("Kari").get_by_role("group", name="Låseskjermen til Kari")
    expect(lock).to_be_visible()
    window.page.keyboard.press("Escape")
    expect(lock).to_be_hidden()


def test_the_page_speaks_three_languages_and_the_clock_is_pushed_a_day(window):
    for code, words in (("nn", "Ein time"), ("en", "One hour"), ("nb", "En time")):
        window.page.get_by_role("button", name=code, exact=True).click()
        expect(window.page.locator("#hour")).to_have_text(words)
        expect(window.page.locator("html")).to_have_attribute("lang", code)
    shown = window.page.locator("#now .date")
    expect(shown).to_have_text(re.compile(r"\d"))
    before = shown.text_content()
    window.page.get_by_role("button", name="En dag").click()
    expect(shown).not_to_have_text(before or "")


def test_a_link_asks_whose_phone_and_one_out_of_the_demo_asks_first(window, demo):
    demo.bot_says("Per", "Her: https://t.me/losbot_demo_bot?start=abcdEFGH1234")
    window.phone("Per").get_by_role("link", name="t.me").click()
    window.page.get_by_role("dialog").get_by_role("button", name="Kari").click()
    opened = window.bubbles("Kari").filter(has_text="/start abcdEFGH1234")
    expect(opened).to_be_visible()
    demo.bot_says("Per", "Les mer: https://www.ung.no/hjelp")
    window.phone("Per").get_by_role("link", name="ung.no").click()
    asked = window.page.get_by_role("dialog")
    expect(asked.get_by_role("link")).to_have_attribute("href", "https://www.ung.no/hjelp")
    window.page.keyboard.press("Escape")
    expect(asked).to_be_hidden()


def test_staff_have_a_window_of_the_web_chat_that_says_so_and_opens_the_real_one(window):
    sign = window.phone("Siri").get_by_role("link", name="Åpne nettchatten til Siri")
    expect(sign).to_have_text("Nettchat")
    expect(
        window.phone("Siri").get_by_role("button", name=re.compile("Låseskjerm"))
    ).to_have_count(0)
    expect(window.phone("Kari").locator(".sign")).to_have_count(0)
    window.phone("Siri").get_by_label("Skriv en melding").fill("/personvern")
    window.page.keyboard.press("Enter")
    expect(window.bubbles("Siri").last).to_contain_text("lagre")
    with window.page.context.expect_page() as opened:
        sign.click()
    page = opened.value
    expect(page.get_by_role("heading", level=1)).to_have_text("Fjordvik kommune")
    expect(page.locator(".bubble").last).to_contain_text("lagre")
    page.close()


def test_a_stranger_with_markup_for_a_name_is_shown_as_written(window):
    window.page.get_by_role("button", name="Ny ukjent person").click()
    window.page.get_by_label("Navn").fill("<b>Ola</b>")
    window.page.keyboard.press("Enter")
    expect(window.page.locator(".phone h2 bdi").last).to_have_text("<b>Ola</b>")
    expect(window.page.locator(".phone h2 bdi b")).to_have_count(0)


def test_nothing_sticks_out_on_a_narrow_window(window):
    tour = window.page.locator("#tour")
    expect(tour).to_be_visible()
    for opened in (True, False):
        if not opened:
            tour.get_by_role("button").first.click()
            expect(window.page.locator("#tour-open")).to_be_focused()
        for width in (320, 390, 768, 1180):
            window.page.set_viewport_size({"width": width, "height": 800})
            assert window.width() <= width
    window.page.locator("#tour-open").click()


def test_the_tour_takes_its_first_steps(window):
    """The whole of it is played in tests/stories/test_tour.py."""
    tour = window.page.locator("#tour")
    for step in (1, 2):
        tour.locator(".primary").click()
        expect(tour.locator(".count")).to_contain_text(f"Steg {step} av")
        expect(tour.locator(".primary")).to_have_attribute("aria-disabled", "false")
        expect(tour.locator(".trouble")).to_be_empty()
    expect(window.phone("Ida")).to_have_class(re.compile(r"\bspot\b"))
    expect(window.key("Ida", "☐ I skoletiden")).to_be_visible()
