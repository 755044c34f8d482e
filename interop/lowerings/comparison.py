"""Comparisons, and what is true of a number."""

from __future__ import annotations

from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.typing import Array

for _name in (
    *("isfinite", "isinf", "isnan", "isneginf", "isposinf", "signbit"),
    *("logical_and", "logical_not", "logical_or", "logical_xor"),
):
    lowers(f"aten.{_name}")(getattr(ops, _name))

lowers("aten.eq")(ops.equal)
lowers("aten.ne", "aten.not_equal")(ops.not_equal)
lowers("aten.lt", "aten.less")(ops.less)
lowers("aten.le", "aten.less_equal")(ops.less_equal)
lowers("aten.gt", "aten.greater")(ops.greater)
lowers("aten.ge", "aten.greater_equal")(ops.greater_equal)
lowers("aten.where.self", "aten.where.ScalarOther", "aten.where.ScalarSelf", "aten.where.Scalar")(ops.where)


@lowers("aten.isin.Tensor_Tensor")
def isin(elements: Array, test_elements: Array, assume_unique: bool = False, invert: bool = False) -> Array:
    return ops.isin(elements, test_elements, invert=invert)


@lowers("aten.isin.Tensor_Scalar")
def isin_number(elements: Array, test_element: Any, assume_unique: bool = False, invert: bool = False) -> Array:
    return ops.not_equal(elements, test_element) if invert else ops.equal(elements, test_element)


@lowers("aten.isin.Scalar_Tensor")
def number_isin(element: Any, test_elements: Array, assume_unique: bool = False, invert: bool = False) -> Array:
    found = ops.any(ops.equal(test_elements, element))
    return ops.logical_not(found) if invert else found
