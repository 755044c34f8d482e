"""Cases for what tensors and dtypes are; NumPy and PyTorch are the references."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import torch

from bridge import ops
from tests.ops.case import Case, bools, by_numpy, case, complexes, floats, integers
from tests.ops.strategies import ALL, of_one

HOST = {
    "jax compiled": "a traced array has no values",
    "tensorflow compiled": "a symbolic tensor has no values",
}


def _zeros_of(op: Callable[..., Any]) -> Callable[..., Any]:
    """The op with the dtype that it answers made a tensor of it, which every compiler may return."""
    return lambda x, *rest: ops.zeros_like(x, dtype=op(x, *rest))


def _result(reference: Callable[..., Any], *args: Any) -> Case:
    return case(lambda x, *rest: torch.zeros_like(x, dtype=reference(x, *rest)), *args).but(via=_zeros_of)


def _at(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, *rest: op(x.dtype, *rest)


def _limits(op: Callable[..., Any]) -> Callable[..., Any]:
    """The op with the dtype that stands among the numbers left out."""
    return lambda *args: tuple(op(*args))[:-1]


def _torch_limits(dtype: Any) -> Any:
    found = (torch.finfo if dtype.is_floating_point else torch.iinfo)(dtype)
    return (found.bits, *((found.eps,) if dtype.is_floating_point else ()), found.max, found.min)


def _inspection() -> dict[str, list[Case]]:
    tensors = (floats(2, 3), integers(), bools(0, 2), complexes(2), integers(2, dtype="int32"))
    dtypes = (torch.float32, torch.int32, torch.bool, torch.float16, torch.complex64)
    numbers = (True, 2, 2.5, 1j)
    return {
        "__array_namespace_info__": [
            case(lambda: (10, 64)).but(
                via=lambda op: lambda: (len(op().dtypes()), op().capabilities()["max dimensions"])
            )
        ],
        "can_cast": [
            case(lambda first, second: torch.promote_types(first, second) == second, first, second)
            for first in dtypes
            for second in dtypes
        ],
        "convert_to_numpy": [case(lambda x: x, x).but(lacking=HOST) for x in tensors],
        "dtype": [_result(lambda x: x.dtype, x) for x in tensors],
        "finfo": [
            case(_torch_limits, dtype).but(via=lambda op: lambda x: (*op(x)[:4],))
            for dtype in (torch.float16, torch.float32, torch.bfloat16)
        ],
        "iinfo": [case(_torch_limits, dtype).but(via=_limits) for dtype in (torch.int8, torch.uint8, torch.int16)],
        "is_tensor": [
            case(lambda x: True, floats(2)).but(via=lambda op: op),
            case(lambda x: False, [1.0]),
            case(lambda x: False, 1.0),
        ],
        "isdtype": [
            case(by_numpy(lambda x, kind: numpy.isdtype(x.dtype, kind)), x, kind).but(via=_at)
            for x in tensors[:4]
            for kind in ("numeric", "bool", "integral", "real floating", ("bool", "complex floating"))
        ],
        "ndim": [case(by_numpy(numpy.ndim), x) for x in tensors],
        "promote_types": [
            case(lambda *dtypes: True, first, second).but(
                via=lambda op: lambda *types: op(*types) == torch.promote_types(*types)
            )
            for first in dtypes
            for second in dtypes
        ],
        "result_type": [
            *(_result(torch.result_type, x, y) for x in tensors for y in (*tensors, *numbers) if x.ndim),
            _result(lambda x, *rest: torch.float16, bools(2), integers(), torch.float16, 2.5),
            _result(lambda x, *rest: torch.complex64, integers(2), torch.float32, 1j),
        ],
        "size": [case(by_numpy(numpy.size), x) for x in tensors],
    }


CASES = _inspection()

NOT_DIFFERENTIABLE = set(CASES)

GENERATED = {
    "ndim": of_one(numpy.ndim, ALL),
    "size": of_one(numpy.size, ALL),
    "convert_to_numpy": of_one(lambda x: x, [name for name in ALL if name != "bfloat16"]),
    "dtype": of_one(lambda x: x, ALL).map(lambda example: example.but(via=lambda op: lambda x: ops.astype(x, op(x)))),
    "result_type": of_one(lambda x: x * 2, [name for name in ALL if name != "bool"]).map(
        lambda example: example.but(via=lambda op: lambda x: ops.astype(ops.multiply(x, 2), op(x, 2)))
    ),
}
