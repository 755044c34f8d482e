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
