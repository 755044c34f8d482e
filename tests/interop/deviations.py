"""The operations of torch's `op_db` that do not convert, or whose values cannot be compared, with the reasons."""

from __future__ import annotations

RANDOM = frozenset(
    {
        *("bernoulli", "cauchy", "exponential", "geometric", "log_normal", "multinomial", "uniform"),
        *("normal", "normal.in_place", "normal.number_mean"),
        *("rand_like", "randint", "randint_like", "randn", "randn_like"),
        *("nn.functional.alpha_dropout", "nn.functional.feature_alpha_dropout.with_train"),
        *("nn.functional.dropout", "nn.functional.dropout2d", "nn.functional.dropout3d", "nn.functional.rrelu"),
        "nn.functional.fractional_max_pool3d",
        *("nn.functional.multi_head_attention_forward", "nn.functional.scaled_dot_product_attention"),
    }
)
"""Operations that draw their values, in some of the samples at least; no two frameworks draw alike."""

UNDEFINED = frozenset({"empty", "empty_like", "empty_permuted", "empty_strided", "new_empty", "new_empty_strided"})
"""Operations whose values torch leaves undefined."""

UNUSABLE = frozenset(
    {
        # They take no float32.
        *("__rand__", "__ror__", "__rxor__", "bincount", "bitwise_and", "bitwise_left_shift", "bitwise_not"),
        *("bitwise_or", "bitwise_right_shift", "bitwise_xor", "gcd", "imag", "istft", "lcm", "nn.functional.one_hot"),
        *("nn.functional.silu.complex", "torch._scaled_mm", "torch._scaled_mm_v2", "tril_indices", "triu_indices"),
        *("unravel_index", "view_as_real"),
        # They run on other devices.
        *("jiterator_2inputs_2outputs", "jiterator_4inputs_with_extra_args", "jiterator_binary"),
        *("jiterator_binary_return_by_ref", "jiterator_unary", "nn.functional.batch_norm.without_cudnn"),
        *("torch.ops.aten._efficient_attention_forward", "torch.ops.aten._flash_attention_forward"),
        # They take sparse tensors.
        *("sparse.mm.reduce", "sparse.sampled_addmm"),
    }
)
"""Operations without a float32 sample that torch runs on a CPU and that all frameworks have the arrays for."""

FROM_VALUES = frozenset({"argwhere", "masked_select", "nonzero", "unique", "unique_consecutive"})
"""Operations whose answer has a size that follows from values; the tests hold that they are right outside `jax.jit`."""

_SIZE = "The size of the answer follows from values, which `jax.jit` does not know; outside it the answer is right"

_HISTOGRAM = "The edges of the bins would be rounded otherwise than torch's, and numbers counted in other bins"

_IN_BOTH = {
    "_segment_reduce.lengths": "A prototype of PyTorch's, without a public name",
    "_segment_reduce.offsets": "A prototype of PyTorch's, without a public name",
    "chalf": "Torch alone has complex numbers of two halves",
    "hash_tensor": "A hash of the bits in torch's own words of 64",
    "histogram": _HISTOGRAM,
    "histogramdd": _HISTOGRAM,
    "tensor_split": "Places in a tensor make the sizes of the parts follow from its values; as numbers they are right",
    "to_sparse": "The frameworks have no sparse tensor in common",
}

DEVIATIONS: dict[tuple[str, str, str], str] = {
    **{(name, "jax", "forward"): _SIZE for name in FROM_VALUES},
    **{
        (name, framework, "forward"): reason for name, reason in _IN_BOTH.items() for framework in ("jax", "tensorflow")
    },
}
"""The reason by operation, framework and column, `"forward"` or `"gradient"`; the tests hold that it raises there."""


_OF_WHOLE = "TensorFlow has no kernel of it for whole numbers"

_TOO_LARGE = "A mask is filled with the least or the largest int64, which JAX without x64 has no room for"

_IN_INT64 = {
    **{
        (name, "tensorflow"): _OF_WHOLE
        for name in (
            *(f"nn.functional.avg_pool{rank}d" for rank in (1, 2, 3)),
            *(f"nn.functional.{kind}{rank}d" for kind in ("conv", "conv_transpose") for rank in (1, 2, 3)),
            "nn.functional.local_response_norm",
        )
    },
    **{(f"masked.{name}", "jax"): _TOO_LARGE for name in ("amax", "amin", "argmax", "argmin", "logsumexp")},
    ("bincount", "jax"): _SIZE,
    **{
        ("nn.functional.one_hot", framework): "Without `num_classes` a size follows from the values"
        for framework in ("jax", "tensorflow")
    },
}

OTHER_DTYPES = ("int64", "bool", "bfloat16")

DEVIATIONS_BY_DTYPE: dict[tuple[str, str, str], str] = {
    **{
        (name, framework, dtype): reason
        for (name, framework, column), reason in DEVIATIONS.items()
        if column == "forward"
        for dtype in OTHER_DTYPES
    },
    **{(name, framework, "int64"): reason for (name, framework), reason in _IN_INT64.items()},
}
"""The reason by operation, framework and dtype."""

OPEN_IN_DTYPE: dict[tuple[str, str], str] = {
    ("__rpow__", "int64"): "Powers too large for 64 bits wrap around otherwise",
    ("nn.functional.fractional_max_pool2d", "bfloat16"): "Where the windows start follows from how numbers are rounded",
}
"""Operations whose values are open in a dtype, with the reason: shape and kind are compared."""

OPEN_GRADIENTS: dict[str, str] = {
    "inner": "The gradient by a single number is a sum whose terms cancel to a hundredth",
    **dict.fromkeys(("msort", "sort", "topk"), "Which of equal numbers has the gradient is left open"),
    "corrcoef": "The gradient of two observations is 0, and what rounding leaves of it differs",
    "nn.functional.normalize": "The gradient of one sample is 0, and what rounding leaves of it differs",
}
"""Operations whose gradients in bfloat16 are open, with the reason: they are not compared."""

WITHOUT_SAMPLES = frozenset(
    {
        *("jiterator_2inputs_2outputs", "jiterator_4inputs_with_extra_args", "jiterator_binary"),
        *("jiterator_binary_return_by_ref", "jiterator_unary", "sparse.mm.reduce"),
    }
)
"""Operations of which torch has no sample to compare in any of these dtypes: see `UNUSABLE`."""
