"""The disk with the journal of consents is full or gone: nobody's yes is heard, everybody's no is."""

from __future__ import annotations

from bot.journal import Journal
from tests.stories.beginnings import all_are_asked, all_have_said_yes, begins


def _no_journal(story, tmp_path) -> None:
    """A folder lies where the file should."""
    story.app.store.journal = Journal(tmp_path, story.app.store.keyring)


@begins(all_are_asked)
async def test_a_yes_is_not_taken_for_one(story, tmp_path):
    """And whoever said it reads that it was not heard."""
    _no_journal(story, tmp_path)
    await story.presses("Kari", "Vis", "Ja, det er greit")
    assert "Noe gikk galt hos oss" in story.last("Kari")
    await story.types("Kari", "/samtykke")
    assert "Du har sagt ja" not in "\n".join(story.news()["Kari"])


@begins(all_have_said_yes)
async def test_taking_back_is_heard_as_ever(story, tmp_path):
    _no_journal(story, tmp_path)
    await story.types("Kari", "stopp")
    assert "er stoppet nå" in story.last("Kari")
    story.app.store.journal = Journal(tmp_path / "journal", story.app.store.keyring)
    await story.app.metronome.catch_up()
    assert (tmp_path / "journal").stat().st_size > 200
