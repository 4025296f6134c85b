"""What a bench found: the promises that were kept, and a line for each that was not."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Promises:
    """`wrong` has a line for each promise that was broken."""

    wrong: list[str] = field(default_factory=list)

    def must(self, true: object, what: str) -> None:
        if not true:
            self.wrong.append(what)

    @property
    def verdict(self) -> str:
        return "BROKEN" if self.wrong else "held"
