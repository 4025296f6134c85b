"""Why a verb refuses, for tests that ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.base import Refused
from models.terms import Why


def why(verb: Callable[..., Any], *args: Any, **given: Any) -> Why:
    with pytest.raises(Refused) as refused:
        verb(*args, **given)
    return refused.value.why


def why_if(verb: Callable[..., Any], *args: Any, **given: Any) -> Why | None:
    """None: it did not."""
    try:
        verb(*args, **given)
    except Refused as refused:
        return refused.why
    return None
