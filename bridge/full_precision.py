"""Which ops compute in float32 though the layers around them compute in half precision, as torch.autocast has it.

Norms, softmax, losses and long sums lose too much in 8 or 11 bits. In a `MixedPrecision` module on JAX or TensorFlow
their half-precision inputs are raised to float32, and what they give is lowered again, but for losses. On torch tensors
`torch.autocast` itself does it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from bridge.dtypes import dtype_name
from bridge.frameworks import framework_of, leaves, tree_map
from bridge.running import computing_in

NORMS = "normalization"
LOSSES = frozenset(
    {"losses", "classification_losses", "regression_losses", "ranking_losses", "keras_losses", "ctc", "distances"}
)
"""The groups of ops that compute so whole; of losses the result stays float32."""

NAMES = frozenset(
    {"softmax", "log_softmax", "softmin", "gumbel_softmax", "logsumexp", "normalize", "cosine_similarity"}
    | {"sum", "mean", "prod", "var", "std", "norm", "cumulative_sum", "cumsum", "cumulative_prod", "cumprod"}
)
"""Further ops that do."""

HALVES = ("bfloat16", "float16")


def is_full_precision(function: Callable[..., Any]) -> bool:
    """Whether an op computes in float32 though it is given half precision."""
    group = function.__module__.rpartition(".")[2]
    return group == NORMS or group in LOSSES or function.__name__ in NAMES


def raised(
    function: Callable[..., Any], native: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Any:
    """Runs an op in float32, and answers in the half precision that came; of several results only the first.

    Args:
        function: the op, which `is_full_precision`.
        native: what computes it.
        args: its arguments, tensors of half precision among them.
        kwargs: its arguments by name.
    """
    halves: list[Any] = [leaf for leaf in leaves((args, kwargs)) if is_half(leaf)]
    half = dtype_name(halves[0].dtype) if halves else None
    positional, named = tree_map(lambda leaf: _cast(leaf, "float32") if is_half(leaf) else leaf, (args, kwargs))
    with computing_in(None):  # what the op is made of computes as it is given
        result = native(*positional, **named)
    group = function.__module__.rpartition(".")[2]
    if half is None or group in LOSSES or _dtype_given(function, args, kwargs):
        return result
    if isinstance(result, tuple):  # the others are statistics
        return _cast(result[0], half), *result[1:]
    return _cast(result, half)


def is_half(leaf: Any) -> bool:
    """Whether it is a tensor of half precision, of JAX or TensorFlow."""
    return framework_of(leaf) in ("jax", "tensorflow") and str(getattr(leaf.dtype, "name", "")) in HALVES


def _dtype_given(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    return inspect.signature(function).bind(*args, **kwargs).arguments.get("dtype") is not None


def _cast(array: Any, dtype: str) -> Any:
    from bridge.ops.manipulation import astype  # ops are made of what this file serves

    return astype(array, dtype)
