"""What a model's input looks like: the shape, with its dynamic axes, the dtype and the name."""

from __future__ import annotations

import dataclasses

from bridge.dtypes import DType, dtype_name


@dataclasses.dataclass(frozen=True, init=False)
class InputSpec:
    """One input of an exported model.

    Args:
        shape: an `int` for each fixed axis; for a dynamic one a name, which is one size everywhere that it stands,
            or `None`, which is a size of its own.
        dtype: a `torch.dtype`, the name of one, or another framework's; kept as the name.
        name: what the exported file calls the input.

    Raises:
        TypeError: a size or the dtype is of another kind.
        ValueError: a size is negative or a name is no identifier.

    >>> InputSpec(("batch", 1, 8, 8), torch.float32, "image")
    InputSpec(shape=('batch', 1, 8, 8), dtype='float32', name='image')
    """

    shape: tuple[int | str | None, ...]
    dtype: str
    name: str

    def __init__(
        self, shape: tuple[int | str | None, ...] | list[int | str | None], dtype: DType = "float32", name: str = "x"
    ) -> None:
        for size in shape:
            if isinstance(size, bool) or not isinstance(size, int | str | None):
                raise TypeError(f"InputSpec {name!r} expected sizes that are int, str or None, got {size!r} in {shape}")
            if isinstance(size, int) and size < 0:
                raise ValueError(f"InputSpec {name!r} expected sizes of at least 0, got {size} in {tuple(shape)}")
            if isinstance(size, str) and not size.isidentifier():
                raise ValueError(f"InputSpec {name!r} expected an axis name that is an identifier, got {size!r}")
        if not isinstance(name, str) or not name.isidentifier():
            raise ValueError(f"InputSpec expected a name that is an identifier, got {name!r}")
        object.__setattr__(self, "shape", tuple(shape))
        object.__setattr__(self, "dtype", dtype_name(dtype))
        object.__setattr__(self, "name", name)
