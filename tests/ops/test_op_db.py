"""Proves the ops in JAX and TensorFlow on the sample inputs of torch's own test suite, against torch's functions."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import torch
from torch.utils._pytree import tree_leaves

from bridge import ops
from tests import sweep
from tests.helpers import assert_close, to_framework, to_numpy
from tests.ops import groups
from tests.ops.skip import Skip

with warnings.catch_warnings():  # torch says that it would like hypothesis
    warnings.simplefilter("ignore", ImportWarning)
    from torch.testing._internal.common_methods_invocations import op_db
    from torch.testing._internal.opinfo.core import SampleInput

SAMPLES, FEW = 6, 1
"""How many samples of each entry are run, from the first, and how many of them outside a sweep."""


def _reduction(op: Callable[..., Any]) -> Callable[..., Any]:
    def reduce(x: Any, dim: Any = None, keepdim: bool = False, **options: Any) -> Any:
        return op(x, axis=tuple(dim) if isinstance(dim, list) else dim, keepdims=keepdim, **options)

    return reduce


def _spread(op: Callable[..., Any]) -> Callable[..., Any]:
    """`var` or `std`: torch divides by the count less one unless told otherwise."""

    def reduce(x: Any, dim: Any = None, unbiased: bool = True, keepdim: bool = False, correction: Any = None) -> Any:
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        axis = tuple(dim) if isinstance(dim, list) else dim
        return op(x, axis=axis, correction=int(unbiased) if correction is None else correction, keepdims=keepdim)

    return reduce


def _along(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda values, dim=0: op(values, axis=dim)


def _axis_second(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, dim, *rest: op(x, *rest, axis=dim)


def _diagonal(op: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, diagonal=0: op(x, k=diagonal)


OPS: dict[str, Callable[..., Any]] = {
    **groups.OP_INFOS,
    **{name: getattr(ops, name) for name in ("abs", "add", "cos", "erf", "exp", "floor", "isfinite", "isnan", "log")},
    **{name: getattr(ops, name) for name in ("logical_and", "logical_not", "logical_or", "matmul", "maximum")},
    **{name: getattr(ops, name) for name in ("minimum", "pow", "reciprocal", "rsqrt", "sign", "sin", "sqrt", "square")},
    **{name: getattr(ops, name) for name in ("tanh", "broadcast_to", "sigmoid")},
    **{name: _reduction(getattr(ops, name)) for name in ("all", "any", "argmax", "argmin", "logsumexp", "mean")},
    **{name: _reduction(getattr(ops, name)) for name in ("prod", "sum")},
    **{name: _spread(getattr(ops, name)) for name in ("std", "var")},
    **{name: _diagonal(getattr(ops, name)) for name in ("tril", "triu")},
    "amax": _reduction(ops.max),
    "amin": _reduction(ops.min),
    "cat": _along(ops.concat),
    "clamp": ops.clip,
    "div": ops.divide,
    "eq": ops.equal,
    "flatten": lambda x, start_dim=0, end_dim=-1: ops.flatten(x, start_dim, end_dim),
    "flip": lambda x, dims: ops.flip(x, axis=tuple(dims)),
    "ge": ops.greater_equal,
    "gt": ops.greater,
    "index_select": _axis_second(ops.take),
    "le": ops.less_equal,
    "log_softmax": ops.log_softmax,
    "lt": ops.less,
    "mul": ops.multiply,
    "ne": ops.not_equal,
    "neg": ops.negative,
    "permute": ops.permute_dims,
    "reshape": ops.reshape,
    "softmax": ops.softmax,
    "squeeze": ops.squeeze,
    "stack": _along(ops.stack),
    "sub": ops.subtract,
    "take_along_dim": lambda x, indices, dim: ops.take_along_axis(x, indices, axis=dim),
    "tensor_split": lambda x, places, dim=0: ops.split(x, places, axis=dim),
    "transpose": ops.swapaxes,
    "unsqueeze": ops.expand_dims,
    "where": lambda x, condition, other: ops.where(condition, x, other),
    "nn.functional.embedding": lambda weight, indices, **options: ops.embedding(indices, weight, **options),
    **{
        f"nn.functional.{name}": getattr(ops, name)
        for name in (
            *("adaptive_avg_pool2d", "avg_pool2d", "batch_norm", "conv1d", "conv2d", "cross_entropy"),
            *("gelu", "group_norm", "layer_norm", "linear", "max_pool2d", "mse_loss", "one_hot", "pad", "relu"),
            *("rms_norm", "scaled_dot_product_attention", "silu"),
        )
    },
}
"""Each entry of `op_db` that means what an op here means, with torch's keywords made into ours."""

VARIANTS_OF_ANOTHER_MEANING = {
    *("div.floor_rounding", "div.trunc_rounding"),  # divide does not round
    *("log_softmax.with_dtype", "softmax.with_dtype"),  # cast with astype
    "linalg.pinv.singular",  # of a product of two factors
    *("nn.functional.batch_norm.without_cudnn", "nn.functional.silu.complex"),  # for other devices and dtypes
}

ENTRIES = {
    info.full_name: info for info in op_db if info.name in OPS and info.full_name not in VARIANTS_OF_ANOTHER_MEANING
}


SKIPS = (
    *groups.SKIPS,
    Skip(
        "torch takes axis 0 of a tensor without axes, which NumPy refuses",
        {
            *("all", "amax", "amin", "any", "argmax", "argmin", "cumsum", "index_select", "logsumexp", "mean"),
            *("squeeze.multiple", "sum", "transpose"),
        },
        lambda sample: sample.input.ndim == 0 and (len(sample.args) > 0 or "dim" in sample.kwargs),
    ),
    Skip(
        "torch drops an empty tensor of one axis from a join, which NumPy refuses",
        {"cat"},
        lambda sample: len({tensor.ndim for tensor in sample.input}) > 1,
    ),
    Skip(
        "torch normalises a tensor that has no axis of channels",
        {"nn.functional.batch_norm"},
        lambda sample: sample.input.ndim < 2,
    ),
    Skip("max_norm is torch's alone", {"nn.functional.embedding"}, lambda sample: "max_norm" in sample.kwargs),
    Skip(
        "the number of classes is required here, so that no value is read back",
        {"nn.functional.one_hot"},
        lambda sample: sample.kwargs.get("num_classes", sample.args[0] if sample.args else -1) == -1,
    ),
    Skip(
        "TensorFlow mirrors no tensor without elements",
        {"nn.functional.pad.reflect"},
        lambda sample: sample.input.numel() == 0,
    ),
    Skip(
        "what chance drops is compared nowhere; test_random.py has the meaning",
        {"nn.functional.scaled_dot_product_attention"},
        lambda sample: sample.kwargs.get("dropout_p", 0) > 0,
    ),
    Skip(
        "torch squeezes only where it can, which is an error in NumPy and here",
        {"squeeze", "squeeze.multiple"},
        lambda sample: not sample.args or any(sample.input.shape[axis] != 1 for axis in _tuple(sample.args[0])),
    ),
    Skip("the axis is required here", {"take_along_dim"}, lambda sample: len(sample.args) < 2),
    Skip("places to split at are numbers here", {"tensor_split"}, lambda sample: hasattr(sample.args[0], "shape")),
)


def _tuple(axis: Any) -> tuple[int, ...]:
    return axis if isinstance(axis, tuple) else (axis,)


def samples(entry: str) -> list[SampleInput]:
    info = ENTRIES[entry]
    dtype = torch.float32 if torch.float32 in info.dtypes else torch.int64
    return list(itertools.islice(info.sample_inputs("cpu", dtype, requires_grad=False), SAMPLES))


def reason_to_skip(entry: str, sample: SampleInput) -> str | None:
    return next((skip.reason for skip in SKIPS if entry in skip.entries and skip.holds(sample)), None)


@pytest.mark.filterwarnings("ignore:.*degrees of freedom is <= 0")  # torch says so of the samples without elements
@pytest.mark.parametrize(
    ("entry", "framework", "places"),
    [
        cell
        for entry in sorted(ENTRIES)
        for framework in ("jax", "tensorflow")
        for cell in sweep.in_two(range(SAMPLES), FEW, entry, framework, name=f"{entry}-{framework}")
    ],
)
def test_samples_of_torch(entry: str, framework: str, places: range) -> None:
    info = ENTRIES[entry]
    run = [sample for sample in samples(entry) if reason_to_skip(entry, sample) is None]
    assert run, "every sample is skipped"
    for sample in run[places.start : places.stop]:
        args, kwargs = (sample.input, *sample.args), sample.kwargs
        expected = info.op(*args, **kwargs)
        actual = OPS[info.name](*to_framework(args, framework), **to_framework(kwargs, framework))
        assert_same(actual, expected)


def assert_same(actual: Any, expected: Any) -> None:
    """`assert_close` of what is finite; infinities and NaN must stand in the same places."""
    actual, expected = tree_leaves(to_numpy(actual)), tree_leaves(to_numpy(expected))
    finite = [numpy.isfinite(wanted) for wanted in expected]
    for received, wanted, mask in zip(actual, expected, finite, strict=True):
        assert received.shape == wanted.shape
        numpy.testing.assert_array_equal(received[~mask], wanted[~mask])
    of_finite = [[values[mask] for values, mask in zip(each, finite, strict=True)] for each in (actual, expected)]
    assert_close(of_finite[0], of_finite[1])


@pytest.mark.parametrize("skip", SKIPS, ids=lambda skip: skip.reason)
def test_every_skip_is_needed(skip: Skip) -> None:
    for entry in skip.entries:
        assert any(skip.holds(sample) for sample in samples(entry)), entry
