"""Which cases of a test the default run leaves to `-m slow`: more of the same, not another rule."""

from __future__ import annotations

from typing import Any

import pytest


def slowly(*cases: Any) -> list[Any]:
    return [pytest.param(case, marks=pytest.mark.slow) for case in cases]
