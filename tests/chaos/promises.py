"""What a bench found: the promises that were kept, and a line for each that was not."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Promises:
    """`wrong` has a line for each promise that was broken, `shrank` for each dose that was smaller
    than what was asked for."""

    wrong: list[str] = field(default_factory=list)
    shrank: list[str] = field(default_factory=list)

    def must(self, true: object, what: str) -> None:
        if not true:
            self.wrong.append(what)

    def did(self, what: str, done: int, asked: int, *, cut_short: bool = False) -> None:
        """`cut_short`: somebody set it an end on purpose."""
        if done < asked and not cut_short:
            self.shrank.append(f"{done} of {asked} {what}")

    def line(self) -> str:
        raise NotImplementedError

    def tell(self, most: int | None = None) -> int:
        """Print what is wrong, or so much of it, and the verdict. The exit code."""
        for wrong in (*self.wrong[:most], *self.shrank):
            print(f"  {wrong}")
        print(self.line())
        return 1 if self.wrong or self.shrank else 0

    @property
    def verdict(self) -> str:
        if self.shrank and not self.wrong:
            return "SHRANK"
        return "BROKEN" if self.wrong else "held"
