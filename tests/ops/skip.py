"""Samples of torch's `op_db` that are not run, and why."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any


@dataclasses.dataclass(frozen=True)
class Skip:
    """Samples that are not run.

    Args:
        reason: why not.
        entries: the full names of `op_db`'s entries, such as `"squeeze.multiple"`.
        holds: tells of a `SampleInput` whether it is one of them.
    """

    reason: str
    entries: set[str]
    holds: Callable[[Any], bool]
