"""The operations of torch's `op_db` that do not convert, or cannot be compared, each with the reason."""

from __future__ import annotations

RANDOM: dict[str, str] = {}
"""Operations whose values no two frameworks draw alike, and what is compared of them."""

UNUSABLE: set[str] = set()
"""Operations whose float32 samples torch itself refuses, or that have none."""

WITHOUT_GRADIENT: set[str] = set()
"""Operations that have samples, but through none of them a gradient in torch."""

DEVIATIONS: dict[tuple[str, str, str], str] = {}
"""The reason by operation, framework and column, `"forward"` or `"gradient"`; the tests hold that it raises there."""
