"""The whole tour in a real browser, as impatient and as slow people play it.

Whoever is in a hurry presses again while a step plays; whoever explains between the steps lets what
was opened close again, and pushes the clock.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import DESKTOP, IDS, Window, started

expect = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install 'losbot[dev]'"
).expect

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

STEPS = 43
CARD = 18
"""After it, the card of the case is open in Jonas's window of the web chat."""
TIME_PASSES = {7: "PT11M", 13: "P1D", 15: "PT11M", 20: "P1D", 24: "PT11M", 31: "PT11M"}
"""After a step: by then everything that was opened has closed, or what was asked has ended."""
IN_A_HURRY = """async next => {
  next.click();
  for (let n = 0; next.getAttribute("aria-disabled") === "true"; n++) {
    if (n > 3) next.click();
    await new Promise(done => setTimeout(done, 30));
  }
}"""


def test_the_whole_tour_by_clicks(browser):
    """On a desk at first, then on a phone."""
    with started() as demo:
        context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
        context.set_default_timeout(30_000)
        window = Window(context.new_page())
        window.page.goto(f"{demo.address}/?lang=en")
        window.page.locator(".phone").nth(len(IDS) - 1).wait_for(state="attached")
        tour = window.page.locator("#tour")
        for step in range(1, STEPS + 1):
            tour.locator(".primary").evaluate(IN_A_HURRY)
            expect(tour.locator(".count")).to_have_text(re.compile(rf"\b{step} of {STEPS}$"))
            assert tour.locator(".trouble").text_content() == "", f"step {step}"
            if step == CARD:
                with context.expect_page() as opened:
                    window.key("Jonas", "Vis som side").click()
                expect(opened.value.get_by_role("heading", name="Samarbeidet")).to_be_visible()
                opened.value.close()
            if step in TIME_PASSES:
                demo.call("sim/clock", {"advance": TIME_PASSES[step]})
            if step == STEPS // 2:
                window.page.set_viewport_size({"width": 390, "height": 844})
        expect(window.bubbles("Ida").last).to_contain_text("113")
        assert window.wrong == []
        assert demo.call("sim/violations") == []
        context.close()
