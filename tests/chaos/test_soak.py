"""T20: what counts as flat; and a minute of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import soak
from tests.chaos.soak import Held

QUIET = [Held(memory=100_000, descriptors=20, threads=5)] * 40


def _growing(**by: float) -> list[Held]:
    """From the first look to the last by so many times what it was."""
    return [
        Held(**{name: round(one * (1 + by.get(name, 0) * n / 39)) for name, one in vars(held).items()})
        for n, held in enumerate(QUIET)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("held", "wrong"),
    [
        (QUIET, []),
        (_growing(memory=0.15), []),  # a tenth in the half that counts
        (_growing(memory=0.3), ["memory"]),
        (_growing(descriptors=1.0), ["descriptors"]),
        (_growing(threads=-0.6), ["threads"]),
        ([Held(1, 1, 1)] * 9 + QUIET[9:], []),  # filling its caches
    ],
)
def test_what_is_flat(held: list[Held], wrong: list[str]):
    assert [line.split()[0] for line in soak.not_flat(held)] == wrong


@pytest.mark.slow
async def test_a_minute_with_five_faults_in_a_hundred_calls(tmp_path: Path, store_url: str):
    soaked = await soak.run(tmp_path, store_url, minutes=1, seed=7, share=0.05)
    print(soaked.line())
    assert soaked.killed.wrong == []  # a minute is too short to tell what is flat
    assert soaked.suffered
