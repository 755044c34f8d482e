"""Why tests of data-apis/array-api-tests fail: where a framework, or Bridge by its own rule, deviates."""

from __future__ import annotations

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Deviation:
    """Tests that fail for one reason.

    Args:
        frameworks: where.
        tests: a regular expression for their names, such as `test_fft.py::test_fft`.
        reason: a clause that a reader accepts.
    """

    frameworks: tuple[str, ...]
    tests: str
    reason: str


DEVIATIONS: tuple[Deviation, ...] = ()


def reason_for(framework: str, test: str) -> str | None:
    """Why a test fails in a framework; `None` where nobody has said."""
    for deviation in DEVIATIONS:
        if framework in deviation.frameworks and re.search(deviation.tests, test):
            return deviation.reason
    return None
