"""Why tests of data-apis/array-api-tests fail: where a framework, or Bridge by its own rule, deviates."""

from __future__ import annotations

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Deviation:
    """Tests that fail for one reason.

    Args:
        frameworks: where.
        tests: a regular expression for their names, such as `test_fft.py::test_fft`.
        reason: a clause that a reader accepts.
    """

    frameworks: tuple[str, ...]
    tests: str
    reason: str


_SPECIAL = r"test_special_cases.py::\w+\["
_COMPLEX = "the framework's own kernels of complex numbers differ where a part is zero, infinite or NaN"

# What stands in a test's name where it is of an operator, such as `[__pow__(x, s)]`.
_OPERATOR = r"test_operators_and_elementwise_functions.py::\w+\[__"

DEVIATIONS: tuple[Deviation, ...] = (
    Deviation(
        ("torch", "jax", "tensorflow"),
        r"array_(method|attribute)(-|_signature\[)(__array_namespace__|to_device)",
        "the framework's arrays have no such method",
    ),
    Deviation(
        ("torch",),
        r"test_array_object.py::test_getitem$",
        "PyTorch's tensors take no slices with a negative step",
    ),
    Deviation(
        ("torch", "jax", "tensorflow"),
        _SPECIAL + r"(__i?mod__|remainder)\(x1_i is [+-]0",
        "a quotient or remainder of zero has the sign that the framework's own kernel gives it",
    ),
    Deviation(
        ("jax",),
        _SPECIAL + r"(__i?floordiv__|floor_divide)\((x1_i is -0|isfinite\(x1_i\) and x1_i < 0 and x2_i is -infinity)",
        "a quotient or remainder of zero has the sign that the framework's own kernel gives it",
    ),
    Deviation(
        ("torch", "jax", "tensorflow"),
        _SPECIAL + r"(__i?floordiv__|floor_divide)\(.*infinity",
        "the rounded quotient of infinities is NaN or -1, as in Python, which the standard allows",
    ),
    Deviation(
        ("torch",),
        _SPECIAL + r"(acos|expm1|log1p)\(.*imag",
        _COMPLEX,
    ),
    Deviation(
        ("jax",),
        _SPECIAL + r"(acosh?|asinh|atanh|cosh|exp|expm1|log|log1p|sinh|sqrt|tanh)\(.*imag",
        _COMPLEX,
    ),
    Deviation(
        ("tensorflow",),
        _SPECIAL + r"(expm1|log1p|tanh)\(.*imag",
        _COMPLEX,
    ),
    Deviation(
        ("jax", "tensorflow"),
        r"test_statistical_functions.py::test_(cumulative_prod|cumulative_sum|prod|sum)$",
        "totals of unsigned integers are int64, as in PyTorch, where the standard asks for uint64",
    ),
    Deviation(
        ("jax", "tensorflow"),
        r"::test_(setitem|asarray_arrays)|has_names\[array_method-__setitem__|method_signature\[__setitem__",
        "the framework's arrays are immutable, and the suite writes to them",
    ),
    Deviation(
        ("jax",),
        r"test_dlpack.py::test_dunder_dlpack",
        "JAX exports no DLPack before version 0.5, and the suite asks for version 0",
    ),
    Deviation(
        ("tensorflow",),
        r"test_dlpack.py::test_dunder_dlpack",
        "TensorFlow's tensors export DLPack without a copy and without a version only",
    ),
    Deviation(
        ("tensorflow",),
        r"test_array_object.py::test_getitem_",
        "TensorFlow's tensors take neither tensors of integers nor masks without axes as indices",
    ),
    Deviation(
        ("tensorflow",),
        r"(has_names|method_signature)\[(array_method-|array_attribute-)?(__lshift__|__pos__|__rshift__|T|mT|size)\]",
        "TensorFlow's tensors have no such operator or attribute",
    ),
    Deviation(
        ("tensorflow",),
        _OPERATOR + r"i?(lshift|rshift|pos)__",
        "TensorFlow's tensors have no such operator",
    ),
    Deviation(
        ("tensorflow",),
        r"test_manipulation_functions.py::test_repeat$",
        "TensorFlow's tensors are sliced by int32 and int64 only, and the suite slices by the counts to check `repeat`",
    ),
    Deviation(
        ("tensorflow",),
        _OPERATOR + r"|test_linalg.py::test_outer",
        "TensorFlow's operators refuse mixed dtypes, and dtypes that it has no kernel for; "
        "the suite multiplies with them to check `outer`",
    ),
)


def reason_for(framework: str, test: str) -> str | None:
    """Why a test fails in a framework; `None` where nobody has said."""
    for deviation in DEVIATIONS:
        if framework in deviation.frameworks and re.search(deviation.tests, test):
            return deviation.reason
    return None
