"""The one error for all operations of a model that have no lowering."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bridge.errors import UnsupportedOpError

if TYPE_CHECKING:
    from bridge.interop.lowered import Unknown


def refuse_unknown(unknown: Sequence[Unknown]) -> None:
    """Raises one error that lists every operation with the lines that used it.

    Raises:
        UnsupportedOpError: there are any.
    """
    lines: dict[str, list[str]] = {}
    for each in unknown:
        if each.source not in lines.setdefault(each.operation, []):
            lines[each.operation].append(each.source)
    if lines:
        listed = "\n  ".join(f"{name}, used at {'; '.join(sources)}" for name, sources in lines.items())
        raise UnsupportedOpError(
            f"lowering of {', '.join(lines)}",
            "bridge.interop.convert",
            f"Say them with other torch functions, or write them in bridge.ops:\n  {listed}",
        )
