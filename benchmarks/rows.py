"""The lines of a comparison, as data: of one process, and of several."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence

from benchmarks.tables import Table

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
        ratios: Bridge's median by the peer's, of each process: below 1 Bridge is quicker.
        goal: what the ratio must not exceed; `None` where the row only shows how noisy the machine is.
    """

    subject: str
    peer: str
    ours: float
    theirs: float
    ratios: Sequence[float]
    goal: float | None = None

    def cells(self) -> list[str]:
        """The cells of its line in a table."""
        least, most = min(self.ratios), max(self.ratios)
        figures = [f"{self.ours:.2f}", f"{self.theirs:.2f}", f"{self._ratio:.2f}", f"{least:.2f} to {most:.2f}"]
        if self.goal is None:
            return [self.subject, self.peer, *figures, "", "control"]
        return [self.subject, self.peer, *figures, f"{self.goal:.2f}", self._outcome(self.goal)]

    @property
    def _ratio(self) -> float:
        return statistics.median(self.ratios)

    def _outcome(self, goal: float) -> str:
        """Ratios are held against the goal as they are printed; it is missed where every process says so."""
        if round(self._ratio, 2) <= goal:
            return verdict(True)
        return "undecided" if round(min(self.ratios), 2) <= goal else verdict(False)


@dataclasses.dataclass(frozen=True)
class Contest:
    """Rows under a title."""

    title: str
    rows: list[Row]

    def table(self) -> Table:
        """A line for each row."""
        header = ["work", "peer", "Bridge, ms", "peer, ms", "ratio", "from, to", "goal", ""]
        return Table(self.title, header, [row.cells() for row in self.rows])


def merged(contests: Sequence[Contest]) -> Contest:
    """One contest of what several processes found: of times the medians, and all ratios."""
    rows = []
    for same in zip(*(contest.rows for contest in contests), strict=True):
        ours, theirs = (statistics.median(getattr(row, name) for row in same) for name in ("ours", "theirs"))
        ratios = [ratio for row in same for ratio in row.ratios]
        rows.append(dataclasses.replace(same[0], ours=ours, theirs=theirs, ratios=ratios))
    return Contest(contests[0].title, rows)


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
    mine, other = (1e3 * statistics.median(each) for each in (ours, theirs))
    return Row(subject, peer, mine, other, [mine / other], goal)
