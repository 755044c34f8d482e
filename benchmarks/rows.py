"""One line of a comparison, as data."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence

CONTROL = "control"
"""The name of a second contender that is the first peer again: its ratio to the peer is noise and nothing else."""


@dataclasses.dataclass(frozen=True)
class Row:
    """What Bridge and one peer took for the same work, in milliseconds.

    Args:
        subject: what was run, such as `"cnn, training step"`.
        peer: what Bridge is compared with.
        ours: of Bridge, the median.
        theirs: of the peer, the median.
        paired: the median of the ratios of each round. Its two calls stand next to each other in time, so it hardly
            moves where other work on the machine comes and goes and shifts the medians apart.
        goal: what the ratio must not exceed; `None` where the row only shows how noisy the machine is.
    """

    subject: str
    peer: str
    ours: float
    theirs: float
    paired: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        """Bridge's figure by the peer's: below 1 Bridge is quicker."""
        return self.ours / self.theirs

    def cells(self) -> list[str]:
        """The cells of its line in a table; a ratio is held against its goal as it is printed."""
        figures = [f"{self.ours:.2f}", f"{self.theirs:.2f}", f"{self.ratio:.2f}", f"{self.paired:.2f}"]
        if self.goal is None:
            return [self.subject, self.peer, *figures, "", "control"]
        return [self.subject, self.peer, *figures, f"{self.goal:.2f}", verdict(round(self.ratio, 2) <= self.goal)]


HEADER = ["work", "peer", "Bridge, ms", "peer, ms", "ratio", "paired", "goal", ""]
"""The head of a table of rows."""


def verdict(holds: bool) -> str:
    """How a table says whether a goal is met; a miss stands out."""
    return "met" if holds else "**missed**"


def rows_of(subject: str, seconds: Mapping[str, Sequence[float]], goals: Mapping[str, float]) -> list[Row]:
    """A row for each peer; and, where a control ran, one that compares the first peer with itself.

    Args:
        subject: of every row.
        seconds: of each round, of Bridge under `"bridge"`, of each peer under its name.
        goals: for each peer.
    """
    rows = [_row(subject, peer, seconds["bridge"], seconds[peer], goal) for peer, goal in goals.items()]
    if CONTROL in seconds:
        peer = next(iter(goals))
        rows.append(_row(f"{subject}, {peer} twice", peer, seconds[CONTROL], seconds[peer], None))
    return rows


def _row(subject: str, peer: str, ours: Sequence[float], theirs: Sequence[float], goal: float | None) -> Row:
    paired = statistics.median(mine / other for mine, other in zip(ours, theirs, strict=True))
    return Row(subject, peer, 1e3 * statistics.median(ours), 1e3 * statistics.median(theirs), paired, goal)
