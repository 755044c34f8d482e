"""Element types: their names across frameworks, and PyTorch's rule for mixing them."""

from __future__ import annotations

import functools
from typing import Any, TypeAlias

import numpy
import torch

DType: TypeAlias = Any
"""A `torch.dtype`, the name of one (`"float32"`), or the dtype of NumPy, JAX or TensorFlow."""


def dtype_name(dtype: DType) -> str:
    """The name that every framework knows a dtype by.

    Raises:
        TypeError: it is no dtype.

    >>> dtype_name(torch.bfloat16), dtype_name("float32"), dtype_name(numpy.int64), dtype_name(bool)
    ('bfloat16', 'float32', 'int64', 'bool')
    """
    if isinstance(dtype, torch.dtype):
        return str(dtype).removeprefix("torch.")
    if isinstance(dtype, str) and dtype in _TORCH_DTYPES:
        return dtype
    name = getattr(dtype, "name", None)  # numpy.dtype and tf.DType have one
    if not isinstance(name, str):
        try:
            name = numpy.dtype(dtype).name  # numpy and jax.numpy scalar types, Python's bool, int and float
        except TypeError:
            name = str(dtype)
    if name not in _TORCH_DTYPES:
        raise TypeError(f"expected a dtype, such as torch.float32 or 'float32', got {dtype!r}")
    return name


def torch_dtype(dtype: DType) -> torch.dtype:
    """The torch dtype of the same name.

    >>> torch_dtype("float16")
    torch.float16
    """
    return dtype if isinstance(dtype, torch.dtype) else _TORCH_DTYPES[dtype_name(dtype)]


_TORCH_DTYPES = {
    str(value).removeprefix("torch."): value for value in vars(torch).values() if isinstance(value, torch.dtype)
}

Operand: TypeAlias = tuple[str, bool] | type
"""What counts in promotion: a tensor's dtype name and whether it has dimensions, or the type of a Python number."""


@functools.cache
def promoted_name(first: Operand, second: Operand) -> str:
    """The dtype of an operation on two operands, as `torch.result_type` has it.

    For half-precision complex numbers, which torch alone has, it is complex64.

    >>> promoted_name(("int32", True), float), promoted_name(("float16", True), ("float32", False))
    ('float32', 'float16')
    """
    try:
        name = dtype_name(torch.result_type(_example(first), _example(second)))
    except RuntimeError:
        name = dtype_name(promote_types(_example(first).dtype, _example(second).dtype))
    return "complex64" if name == "complex32" else name


def promote_types(first: torch.dtype, second: torch.dtype) -> torch.dtype:
    """`torch.promote_types`, and NumPy's for the wider unsigned integers, which torch does not promote.

    Raises:
        TypeError: no integer holds both, as of uint64 and int8.

    >>> promote_types(torch.int32, torch.float16), promote_types(torch.uint16, torch.int16)
    (torch.float16, torch.int32)
    """
    try:
        return torch.promote_types(first, second)
    except RuntimeError:
        promoted = numpy.promote_types(dtype_name(first), dtype_name(second))
        if promoted.kind == "f":
            raise TypeError(f"no integer dtype holds both {dtype_name(first)} and {dtype_name(second)}") from None
        return torch_dtype(promoted)


def _example(operand: Operand) -> Any:
    if isinstance(operand, tuple):
        name, has_dimensions = operand
        return torch.empty((1,) if has_dimensions else (), dtype=_TORCH_DTYPES[name], device="meta")
    return operand(1)


def number_type(value: object) -> type:
    """The Python type that stands for a number in promotion; NumPy's scalars count as Python's.

    Raises:
        TypeError: it is no number.
    """
    for kind in (bool, int, float, complex):
        if isinstance(value, kind):
            return kind
    if isinstance(value, numpy.generic):
        return number_type(value.item())
    raise TypeError(f"expected a tensor or a number, got {type(value).__name__}")


def number_tensor(number: complex, like: torch.Tensor) -> torch.Tensor:
    """A number as a tensor of no dimensions beside `like`, of the dtype that `torch.result_type` gives the two.

    >>> number_tensor(0.5, torch.zeros(2, dtype=torch.int32))
    tensor(0.5000)
    """
    return torch.full((), number, dtype=_dtype_beside(number, like.dtype), device=like.device)


def _dtype_beside(number: complex, dtype: torch.dtype) -> torch.dtype:
    # torch.result_type itself breaks Dynamo's graph.
    if isinstance(number, bool) or dtype.is_complex:
        return dtype
    if isinstance(number, int):
        return torch.int64 if dtype is torch.bool else dtype
    floating = dtype if dtype.is_floating_point else torch.get_default_dtype()
    return floating if isinstance(number, float) else complex_of(floating)


def complex_of(dtype: torch.dtype) -> torch.dtype:
    """The complex dtype whose parts are of a floating one: `torch.dtype.to_complex`, which Dynamo does not trace.

    >>> complex_of(torch.float64)
    torch.complex128
    """
    return {torch.float64: torch.complex128, torch.float16: torch.complex32}.get(dtype, torch.complex64)


def is_inexact(name: str) -> bool:
    """Whether a dtype of this name holds fractions: real or complex floating point."""
    dtype = _TORCH_DTYPES[name]
    return dtype.is_floating_point or dtype.is_complex
