"""Files of every format: written aside and renamed, as `bridge.files` has it, and read with one kind of error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from bridge.files import aside, check_free, put

__all__ = ["aside", "check_free", "put", "reading"]


@contextlib.contextmanager
def reading(path: Path, format: str) -> Iterator[None]:
    """Within it, whatever a format's own reader raises becomes one error.

    Raises:
        ValueError: the file is damaged or of another format.
    """
    try:
        yield
    except Exception as error:
        raise ValueError(f"{path} is not a whole {format} ({error}). Get the file again.") from error
