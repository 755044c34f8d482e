"""The named results of `bridge.ops.linalg`, with the Array API's names: tuples, the same in every framework."""

from __future__ import annotations

from typing import NamedTuple

from bridge.typing import Array


class EigResult(NamedTuple):
    """What `eig` answers: eigenvalues `(*, N)`, and eigenvectors as the columns of `(*, N, N)`."""

    eigenvalues: Array
    eigenvectors: Array


class EighResult(NamedTuple):
    """What `eigh` answers: ascending eigenvalues `(*, N)`, and eigenvectors as the columns of `(*, N, N)`."""

    eigenvalues: Array
    eigenvectors: Array


class LUResult(NamedTuple):
    """What `lu_factor` answers: both factors packed in one matrix, and which row each row was exchanged with."""

    LU: Array
    pivots: Array


class QRResult(NamedTuple):
    """What `qr` answers: orthonormal columns, and an upper triangle."""

    Q: Array
    R: Array


class SVDResult(NamedTuple):
    """What `svd` answers: left singular vectors as columns, descending singular values, right ones as rows."""

    U: Array
    S: Array
    Vh: Array


class SlogdetResult(NamedTuple):
    """What `slogdet` answers: the determinant's sign, and the logarithm of its absolute value."""

    sign: Array
    logabsdet: Array


def is_complete(mode: str) -> bool:
    """Whether a mode of `qr` asks for a square Q.

    Raises:
        ValueError: it is no mode.

    >>> is_complete("reduced")
    False
    """
    if mode not in ("reduced", "complete"):
        raise ValueError(f"expected a mode of 'reduced' or 'complete', got {mode!r}")
    return mode == "complete"
