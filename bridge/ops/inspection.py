"""What a tensor or a dtype is: nothing here computes with values, and only `convert_to_numpy` reads them.

Dtypes go in as a `torch.dtype`, its name or any framework's own, and come out as a `torch.dtype`.
"""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy
import torch

from bridge import dtypes
from bridge.autograph import unconverted
from bridge.dispatch import creation_op, op, primitive
from bridge.dtypes import DType, complex_of, dtype_name, number_type, torch_dtype
from bridge.frameworks import framework_of
from bridge.ops.manipulation import shape
from bridge.typing import Array, Device, Number

__all__ = [
    "__array_namespace_info__",
    "can_cast",
    "convert_to_numpy",
    "dtype",
    "finfo",
    "iinfo",
    "is_tensor",
    "isdtype",
    "ndim",
    "promote_types",
    "result_type",
    "size",
]


@unconverted
def is_tensor(x: object, /) -> bool:
    """Whether `x` is a tensor of a framework or a NumPy array; `torch.is_tensor`.

    >>> ops.is_tensor(torch.zeros(2)), ops.is_tensor([0.0, 0.0])
    (True, False)
    """
    return framework_of(x) is not None


@op
def ndim(x: Array, /) -> int:
    """How many axes `x` has; `numpy.ndim`.

    >>> ops.ndim(torch.zeros(2, 3))
    2
    """
    return x.ndim


@op
def size(x: Array, /) -> int:
    """How many elements `x` has, as a scalar of the framework where that is not known while tracing; `numpy.size`.

    >>> ops.size(torch.zeros(2, 3))
    6
    """
    return math.prod(shape(x))


@op
def dtype(x: Array, /) -> str:
    """The name of the dtype of `x`, the same in every framework; `keras.ops.dtype`.

    >>> ops.dtype(torch.zeros(2))
    'float32'
    """
    return dtype_name(x.dtype)


@primitive
def convert_to_numpy(x: Array, /) -> numpy.ndarray:
    """The values of `x` on the host as a NumPy array, without a gradient; `keras.ops.convert_to_numpy`.

    It is the one op that reads values back from the device. The array may share the tensor's memory, and is not for
    writing to. bfloat16, which NumPy lacks, comes as float32.

    >>> ops.convert_to_numpy(torch.ones(2))
    array([1., 1.], dtype=float32)
    """


@unconverted
def promote_types(type1: DType, type2: DType, /) -> torch.dtype:
    """The dtype of an operation on tensors of two dtypes; `torch.promote_types`.

    >>> ops.promote_types("int32", torch.float16)
    torch.float16
    """
    return dtypes.promote_types(torch_dtype(type1), torch_dtype(type2))


@unconverted
def result_type(*arrays_and_dtypes: Array | Number | DType) -> torch.dtype:
    """The dtype of an operation on tensors, dtypes and Python numbers; `torch.result_type` of any number of them.

    As everywhere here, a tensor without axes gives way to one with axes, and a number to both, unless it is of a
    higher kind: bool, integer, floating, complex. The dtype is that of torch; JAX without x64 holds a 64-bit one as
    32-bit.

    >>> ops.result_type(torch.zeros(2, dtype=torch.float16), torch.tensor(1.0), 3)
    torch.float16
    """
    if not arrays_and_dtypes:
        raise ValueError("ops.result_type expected a tensor, a dtype or a number")
    classes: tuple[list[torch.dtype], ...] = ([], [], [])
    for operand in arrays_and_dtypes:
        dtype, weight = _weighed(operand)
        classes[weight].append(dtype)
    promoted = [functools.reduce(dtypes.promote_types, of_class) for of_class in classes if of_class]
    return functools.reduce(_beside, promoted)


def _weighed(operand: Any) -> tuple[torch.dtype, int]:
    """A dtype, and whether it stands for a tensor with axes (0), one without (1), or a Python number (2)."""
    if framework_of(operand) is not None:
        return torch_dtype(operand.dtype), int(operand.ndim == 0)
    if isinstance(operand, bool | int | float | complex | numpy.generic):
        return _NUMBERS[number_type(operand)](), 2
    return torch_dtype(operand), 0


_NUMBERS = {
    bool: lambda: torch.bool,
    int: lambda: torch.int64,
    float: torch.get_default_dtype,
    complex: lambda: complex_of(torch.get_default_dtype()),
}


def _beside(first: torch.dtype, second: torch.dtype) -> torch.dtype:
    """What `first` becomes beside a `second` that gives way to it."""
    if first.is_complex or (first.is_floating_point and not second.is_complex):
        return first
    if first.is_floating_point:
        return complex_of(first)
    if first == torch.bool or second.is_floating_point or second.is_complex:
        return dtypes.promote_types(first, second)
    return first


@unconverted
def can_cast(from_: DType | Array, to: DType, /) -> bool:
    """Whether the first dtype promotes to the second, so that casting keeps what it can hold; the Array API's.

    >>> ops.can_cast("int32", "int64"), ops.can_cast(torch.float32, torch.int32)
    (True, False)
    """
    wanted = torch_dtype(to)
    try:
        return dtypes.promote_types(_dtype_of(from_), wanted) == wanted
    except TypeError:
        return False  # no dtype holds both


def _dtype_of(type: DType | Array) -> torch.dtype:
    return torch_dtype(type.dtype if framework_of(type) is not None else type)


_KINDS = {
    "bool": ("bool",),
    "signed integer": ("int8", "int16", "int32", "int64"),
    "unsigned integer": ("uint8", "uint16", "uint32", "uint64"),
    "real floating": ("float16", "bfloat16", "float32", "float64"),
    "complex floating": ("complex32", "complex64", "complex128"),
}
_KINDS["integral"] = _KINDS["signed integer"] + _KINDS["unsigned integer"]
_KINDS["numeric"] = _KINDS["integral"] + _KINDS["real floating"] + _KINDS["complex floating"]


@unconverted
def isdtype(dtype: DType, kind: DType | str | tuple[DType | str, ...]) -> bool:
    """Whether a dtype is of a kind; `numpy.isdtype`.

    Args:
        dtype: the dtype.
        kind: `"bool"`, `"signed integer"`, `"unsigned integer"`, `"integral"`, `"real floating"`,
            `"complex floating"`, `"numeric"`, or a dtype; or a tuple of these, of which one must hold.

    >>> ops.isdtype(torch.bfloat16, "real floating"), ops.isdtype("int8", ("bool", torch.int16))
    (True, False)
    """
    if isinstance(kind, tuple):
        return any(isdtype(dtype, one) for one in kind)
    name = dtype_name(dtype)
    if isinstance(kind, str) and kind in _KINDS:
        return name in _KINDS[kind]
    try:
        return name == dtype_name(kind)
    except TypeError:
        raise ValueError(f"ops.isdtype expected a kind of {', '.join(_KINDS)}, or a dtype, got {kind!r}") from None


class FloatInfo(NamedTuple):
    """The limits of a floating dtype, or of the parts of a complex one."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: torch.dtype


class IntegerInfo(NamedTuple):
    """The limits of an integer dtype."""

    bits: int
    max: int
    min: int
    dtype: torch.dtype


@unconverted
def finfo(type: DType | Array, /) -> FloatInfo:
    """The limits of a floating dtype, or of a tensor's: bits, eps, max, min, smallest_normal, dtype; `numpy.finfo`.

    Those of a complex dtype are those of its parts.

    >>> ops.finfo("float16").max
    65504.0
    """
    found = torch.finfo(_dtype_of(type))
    return FloatInfo(found.bits, found.eps, found.max, found.min, found.smallest_normal, torch_dtype(found.dtype))


@unconverted
def iinfo(type: DType | Array, /) -> IntegerInfo:
    """The limits of an integer dtype, or of a tensor's: bits, max, min, dtype; `numpy.iinfo`.

    >>> ops.iinfo(torch.int8).min
    -128
    """
    found = torch.iinfo(_dtype_of(type))
    return IntegerInfo(found.bits, found.max, found.min, torch_dtype(found.dtype))


@creation_op
def default_device() -> Device:
    """Where new tensors lie by default; for `__array_namespace_info__`.

    >>> from bridge.ops.inspection import default_device
    >>> default_device()
    device(type='cpu')
    """


@creation_op
def devices() -> list[Device]:
    """The devices of the framework; for `__array_namespace_info__`.

    >>> from bridge.ops.inspection import devices
    >>> devices()[0]
    device(type='cpu')
    """


class ArrayNamespaceInfo:
    """What `ops` can do as a namespace of the Array API standard, in the framework of the layer that is running.

    Outside any layer that is torch. Dtypes are those of torch.
    """

    def capabilities(self) -> dict[str, bool | int]:
        """Whether masks may index, whether shapes may depend on values, and how many axes there may be."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> Device:
        """Where new tensors lie; `None` where TensorFlow places them."""
        return default_device()

    def default_dtypes(self, *, device: Device = None) -> dict[str, torch.dtype]:
        """What numbers become by default."""
        floating = torch.get_default_dtype()
        complex_floating = complex_of(floating)
        return {
            "real floating": floating,
            "complex floating": complex_floating,
            "integral": torch.int64,
            "indexing": torch.int64,
        }

    def devices(self) -> list[Device]:
        """The devices that there are, in the form that `device=` takes."""
        return devices()

    def dtypes(self, *, device: Device = None, kind: str | tuple[str, ...] | None = None) -> dict[str, torch.dtype]:
        """The standard's dtypes, all or those of a kind; torch's wider unsigned ones, which can do little, left out."""
        found = {name: getattr(torch, name) for name in _STANDARD}
        return found if kind is None else {name: dtype for name, dtype in found.items() if isdtype(dtype, kind)}


_STANDARD = (
    "bool",
    *("int8", "int16", "int32", "int64", "uint8"),
    *("float32", "float64", "complex64", "complex128"),
)


def __array_namespace_info__() -> ArrayNamespaceInfo:  # noqa: N807 - the standard's name
    """What `ops` can do as a namespace of the Array API standard; `numpy.__array_namespace_info__`.

    >>> sorted(ops.__array_namespace_info__().dtypes(kind="real floating"))
    ['float32', 'float64']
    """
    return ArrayNamespaceInfo()
