"""Complex numbers made of parts."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array


@lowers("aten.complex.default")
def complex(real: Array, imag: Array) -> Array:
    return ops.view_as_complex(ops.stack(ops.broadcast_arrays(real, imag), axis=-1))
