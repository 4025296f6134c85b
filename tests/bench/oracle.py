"""The rules of consent against the slow oracle: the full dose.

python -m tests.bench.oracle                2,000 stories of 50 steps
python -m tests.bench.oracle --stories 100 --steps 30 --seed 7
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from typing import ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import invariant, run_state_machine_as_test

from tests.models.test_consent_machine import Machine


class Counted(Machine):
    """The same stories; what they came by is counted, so that the verdict can be believed."""

    seen: ClassVar[Counter[str]] = Counter()

    @invariant()
    def the_rules_agree_with_the_oracle(self) -> None:
        super().the_rules_agree_with_the_oracle()
        if not hasattr(self, "town"):
            return
        real = self.town.standing()
        wide = real.everything()
        Counted.seen["steps"] += 1
        self.met = getattr(self, "met", {"stories"}) | {
            what
            for what, true in {
                "something shared": real.grants(),
                "everything shared": real.grants() and wide,
                "less than everything": wide is not None
                and any(real.said_yes_to(wide, p.id) for p in real.must.everyone),
                "yeses that differ": any(map(real.differs, real.questions)),
                "to be said anew": any(map(real.again, real.questions)),
                "struck out": any(e.voids for told in real.events.values() for e in told),
                "withheld": self.town.world.withheld,
            }.items()
            if true
        }

    def teardown(self) -> None:
        super().teardown()
        Counted.seen.update(getattr(self, "met", ()))


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.bench.oracle")
    options.add_argument("--stories", type=int, default=2000)
    options.add_argument("--steps", type=int, default=50)
    options.add_argument("--seed", type=int, default=0)
    chosen = options.parse_args()
    began = time.perf_counter()
    dose = settings(
        max_examples=chosen.stories,
        stateful_step_count=chosen.steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    failed: BaseException | None = None
    try:
        run_state_machine_as_test(seeded(chosen.seed)(Counted), settings=dose)
    except Exception as error:  # whatever went wrong is the verdict; Hypothesis has told the story
        failed = error
    seen = Counted.seen
    told = ", ".join(
        f"{what} {count}"
        for what, count in sorted(seen.items())
        if what not in ("steps", "stories")
    )
    verdict = "DIFFERENCE" if failed else "0 differences"
    took = time.perf_counter() - began
    print(f"{verdict} in {seen['stories']} stories, {seen['steps']} steps, {took:.0f} s: {told}")
    if failed:
        raise failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
