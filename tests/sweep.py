"""The tiers of the tests: `make test` runs what has no mark, `make conformance` what is marked `sweep`.

A test is marked where it shows again, on more examples or another way, what an unmarked one shows once for every op
and every layer in every framework. `make families` runs the third part, marked `families`: models of transformers, of
which each takes a minute. No test is in two parts, so the three together run all there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

MARK = pytest.mark.sweep
FAMILIES = pytest.mark.families


def in_two(examples: Sequence[Any], few: int, *values: Any, name: str) -> list[Any]:
    """The values of two tests of a list of examples, which comes last: of the first `few`, and of the rest in a sweep.

    There is no test of an empty list.
    """
    parts = [pytest.param(*values, examples[:few], id=name)] if examples[:few] else []
    return parts + ([pytest.param(*values, examples[few:], id=f"{name}-rest", marks=MARK)] if examples[few:] else [])
