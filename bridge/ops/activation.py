"""Activation functions, with the names and meaning of `torch.nn.functional`.

Those that torch can do in place take `inplace`: the memory of a torch tensor, or of a NumPy array, is written to; in
JAX and TensorFlow, whose tensors do not change, it makes no difference.
"""

from __future__ import annotations

from bridge.dispatch import op, primitive
from bridge.dtypes import dtype_name
from bridge.ops import random
from bridge.ops.arithmetic import abs, maximum, negative, reciprocal, sqrt, square, where
from bridge.ops.comparison import equal, greater_equal, less_equal
from bridge.ops.creation import arange_like
from bridge.ops.joining import split
from bridge.ops.manipulation import astype, reshape, shape, stop_gradient
from bridge.ops.mathematics import erf, exp, tanh
from bridge.ops.reductions import argmax, cumulative_sum, logsumexp, max, sum
from bridge.ops.rounding import clip
from bridge.ops.sorting import sort
from bridge.shapes import normalize_axis
from bridge.typing import Array

__all__ = [
    "celu",
    "elu",
    "gelu",
    "glu",
    "gumbel_softmax",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "hardshrink",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "leaky_relu",
    "log_sigmoid",
    "log_softmax",
    "logsigmoid",
    "mish",
    "polar",
    "prelu",
    "relu",
    "relu6",
    "rrelu",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softmin",
    "softplus",
    "softshrink",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "swish",
    "tanh_shrink",
    "tanhshrink",
    "threshold",
]


@op
def relu(input: Array, inplace: bool = False) -> Array:
    """`max(input, 0)`, of any shape; its gradient at 0 is 0; `torch.nn.functional.relu`.

    >>> ops.relu(torch.tensor([-1.0, 2.0]))
    tensor([0., 2.])
    """
    return maximum(input, 0)


@op
def relu6(input: Array, inplace: bool = False) -> Array:
    """`min(max(input, 0), 6)`, of any shape; its gradient at 0 and 6 is 0; `torch.nn.functional.relu6`.

    >>> ops.relu6(torch.tensor([-1.0, 2.0, 7.0]))
    tensor([0., 2., 6.])
    """
    return hardtanh(input, 0.0, 6.0)


@op
def leaky_relu(input: Array, negative_slope: float = 0.01, inplace: bool = False) -> Array:
    """`input` where it is above 0, else `negative_slope * input`; `torch.nn.functional.leaky_relu`.

    >>> ops.leaky_relu(torch.tensor([-1.0, 2.0]), 0.1)
    tensor([-0.1000,  2.0000])
    """
    return where(input > 0, input, input * negative_slope)


@op
def prelu(input: Array, weight: Array) -> Array:
    """`input` where it is above 0, else `weight * input`; `torch.nn.functional.prelu`.

    Args:
        input: `(N, C, *)`, or of any shape where there is one weight.
        weight: `(C,)`, `(1,)` or `()`.

    Reference: He et al., Delving Deep into Rectifiers, https://arxiv.org/abs/1502.01852

    >>> ops.prelu(torch.tensor([[-1.0, -2.0]]), torch.tensor([0.5, 0.25]))
    tensor([[-0.5000, -0.5000]])
    """
    if weight.ndim > 1 or weight.shape not in ((), (1,), (1 if input.ndim < 2 else input.shape[1],)):
        raise ValueError("expected a weight of one number, or of one for each channel in axis 1 of the input")
    channels = () if input.ndim == 0 else (1,) if input.ndim == 1 else (1, -1) + (1,) * (input.ndim - 2)
    return where(input > 0, input, reshape(weight, channels) * input)


@op
def rrelu(
    input: Array, lower: float = 1 / 8, upper: float = 1 / 3, training: bool = False, inplace: bool = False
) -> Array:
    """`leaky_relu` whose slope is drawn for each element; `torch.nn.functional.rrelu`.

    Args:
        input: floating point, of any shape.
        lower: the smallest slope.
        upper: the largest slope.
        training: slopes are drawn evenly between the two; else each is their mean.

    Raises:
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    Reference: Xu et al., Empirical Evaluation of Rectified Activations, https://arxiv.org/abs/1505.00853

    >>> ops.rrelu(torch.tensor([-48.0, 2.0]))
    tensor([-11.,   2.])
    """
    if lower > upper:
        raise ValueError(f"expected a lower slope of at most the upper one, got {lower} and {upper}")
    if not training:
        return leaky_relu(input, (lower + upper) / 2)
    slope = random.uniform(shape(input), lower, upper, dtype=input.dtype)
    return where(input > 0, input, input * slope)


@primitive
def elu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """`input` where it is above 0, else `alpha * (exp(input) - 1)`; `torch.nn.functional.elu`.

    Reference: Clevert et al., Exponential Linear Units, https://arxiv.org/abs/1511.07289

    >>> ops.elu(torch.tensor([-1.0, 2.0]))
    tensor([-0.6321,  2.0000])
    """


@op
def selu(input: Array, inplace: bool = False) -> Array:
    """`1.0507 * elu(input, 1.6733)`, which keeps mean 0 and variance 1; `torch.nn.functional.selu`.

    Reference: Klambauer et al., Self-Normalizing Neural Networks, https://arxiv.org/abs/1706.02515

    >>> ops.selu(torch.tensor([-1.0, 2.0]))
    tensor([-1.1113,  2.1014])
    """
    return 1.0507009873554805 * elu(input, 1.6732632423543772)


@primitive
def celu(input: Array, alpha: float = 1.0, inplace: bool = False) -> Array:
    """`input` where it is above 0, else `alpha * (exp(input / alpha) - 1)`; `torch.nn.functional.celu`.

    Reference: Barron, Continuously Differentiable Exponential Linear Units, https://arxiv.org/abs/1704.07483

    >>> ops.celu(torch.tensor([-1.0, 2.0]), 2.0)
    tensor([-0.7869,  2.0000])
    """


@op
def gelu(input: Array, approximate: str = "none") -> Array:
    """Gaussian error linear unit, `input * Phi(input)`, of any shape; `torch.nn.functional.gelu`.

    Args:
        input: floating point.
        approximate: `"none"`, or `"tanh"` for the approximation by a hyperbolic tangent.

    Reference: Hendrycks and Gimpel, Gaussian Error Linear Units, https://arxiv.org/abs/1606.08415

    >>> ops.gelu(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8413])
    """
    if approximate == "tanh":
        return 0.5 * input * (1 + tanh(0.7978845608028654 * (input + 0.044715 * input * input * input)))
    return 0.5 * input * (1 + erf(input * 0.7071067811865476))


@op
def silu(input: Array, inplace: bool = False) -> Array:
    """`input * sigmoid(input)`, of any shape; `torch.nn.functional.silu`.

    >>> ops.silu(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.7311])
    """
    return input * sigmoid(input)


@op
def mish(input: Array, inplace: bool = False) -> Array:
    """`input * tanh(softplus(input))`, of any shape; `torch.nn.functional.mish`.

    Reference: Misra, Mish, https://arxiv.org/abs/1908.08681

    >>> ops.mish(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.8651])
    """
    return input * tanh(softplus(input))


@op
def glu(input: Array, axis: int = -1) -> Array:
    """The first half along `axis` times the `sigmoid` of the second; `torch.nn.functional.glu`.

    Reference: Dauphin et al., Gated Convolutional Networks, https://arxiv.org/abs/1612.08083

    >>> ops.glu(torch.tensor([1.0, 2.0, 0.0, 0.0]))
    tensor([0.5000, 1.0000])
    """
    values, gates = split(input, 2, axis=axis)
    return values * sigmoid(gates)


@op
def sigmoid(input: Array) -> Array:
    """`1 / (1 + exp(-input))`, of any shape; integers answer in float32; `torch.nn.functional.sigmoid`.

    >>> ops.sigmoid(torch.zeros(2))
    tensor([0.5000, 0.5000])
    """
    return reciprocal(1 + exp(negative(input)))


@op
def logsigmoid(input: Array) -> Array:
    """The logarithm of `sigmoid`, without overflow; `torch.nn.functional.logsigmoid`.

    >>> ops.logsigmoid(torch.tensor([0.0, -1000.0]))
    tensor([-6.9315e-01, -1.0000e+03])
    """
    return negative(softplus(negative(input)))


@primitive
def softplus(input: Array, beta: float = 1.0, threshold: float = 20.0) -> Array:
    """`log(1 + exp(beta * input)) / beta`, a smooth `relu`; `torch.nn.functional.softplus`.

    Args:
        input: floating point, of any shape.
        beta: the larger, the nearer to `relu`.
        threshold: where `beta * input` is above it, the answer is `input` itself.

    >>> ops.softplus(torch.tensor([0.0, 30.0]))
    tensor([ 0.6931, 30.0000])
    """


@op
def squareplus(input: Array, b: float = 4.0) -> Array:
    """`(input + sqrt(input ** 2 + b)) / 2`, a smooth `relu` without exponentials; `jax.nn.squareplus`.

    Reference: Barron, Squareplus, https://arxiv.org/abs/2112.11687

    >>> ops.squareplus(torch.tensor([0.0, 1.5]))
    tensor([1., 2.])
    """
    above = input >= 0
    larger = where(above, input, -input) + sqrt(square(input) + b)  # below 0 the other sum would cancel
    return where(above, larger / 2, b / (2 * larger))


@op
def softsign(input: Array) -> Array:
    """`input / (1 + |input|)`, of any shape; `torch.nn.functional.softsign`.

    >>> ops.softsign(torch.tensor([-1.0, 3.0]))
    tensor([-0.5000,  0.7500])
    """
    return input / (1 + abs(input))


@op
def hardtanh(input: Array, min_val: float = -1.0, max_val: float = 1.0, inplace: bool = False) -> Array:
    """`input` held between `min_val` and `max_val`, where its gradient is 0; `torch.nn.functional.hardtanh`.

    >>> ops.hardtanh(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.0000,  0.5000,  1.0000])
    """
    if min_val > max_val:
        raise ValueError(f"expected a min_val of at most max_val, got {min_val} and {max_val}")
    held = where(less_equal(input, min_val), min_val, where(greater_equal(input, max_val), max_val, input))
    return astype(held, input.dtype)


@op
def hardsigmoid(input: Array, inplace: bool = False) -> Array:
    """`relu6(input + 3) / 6`, of any shape; `torch.nn.functional.hardsigmoid`.

    >>> ops.hardsigmoid(torch.tensor([-4.0, 0.0, 4.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return relu6(input + 3) / 6


@op
def hardswish(input: Array, inplace: bool = False) -> Array:
    """`input * hardsigmoid(input)`, of any shape; `torch.nn.functional.hardswish`.

    Reference: Howard et al., Searching for MobileNetV3, https://arxiv.org/abs/1905.02244

    >>> ops.hardswish(torch.tensor([-4.0, 1.5, 4.0]))
    tensor([-0.0000,  1.1250,  4.0000])
    """
    return input * hardsigmoid(input)


@op
def hardshrink(input: Array, lambd: float = 0.5) -> Array:
    """0 from `-lambd` to `lambd`, else `input`; `torch.nn.functional.hardshrink`.

    >>> ops.hardshrink(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-2.,  0.,  2.])
    """
    return where((input >= -lambd) & (input <= lambd), 0, input)


@op
def softshrink(input: Array, lambd: float = 0.5) -> Array:
    """0 from `-lambd` to `lambd`, else `input` nearer to 0 by `lambd`; `torch.nn.functional.softshrink`.

    Raises:
        ValueError: `lambd` is negative; torch raises RuntimeError.

    >>> ops.softshrink(torch.tensor([-2.0, 0.5, 2.0]))
    tensor([-1.5000,  0.0000,  1.5000])
    """
    if lambd < 0:
        raise ValueError(f"expected a lambd of 0 or more, got {lambd}")
    return where(input > lambd, input - lambd, where(input < -lambd, input + lambd, 0 * input))


@op
def tanhshrink(input: Array) -> Array:
    """`input - tanh(input)`, of any shape; `torch.nn.functional.tanhshrink`.

    >>> ops.tanhshrink(torch.tensor([0.0, 1.0]))
    tensor([0.0000, 0.2384])
    """
    return input - tanh(input)


@op
def threshold(input: Array, threshold: float, value: float, inplace: bool = False) -> Array:
    """`input` where it is above `threshold`, else `value`; `torch.nn.functional.threshold`.

    >>> ops.threshold(torch.tensor([0.5, 2.0]), 1.0, -1.0)
    tensor([-1.,  2.])
    """
    return astype(where(less_equal(input, threshold), value, input), input.dtype)


@op
def sparse_plus(input: Array) -> Array:
    """0 up to -1, `(input + 1) ** 2 / 4` up to 1, then `input`: the integral of `sparse_sigmoid`.

    It is `jax.nn.sparse_plus`.

    >>> ops.sparse_plus(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([0.0000, 0.2500, 2.0000])
    """
    curve = square(clip(input, -1, 1) + 1) / 4
    return where(input <= -1, 0, where(input >= 1, input, curve))


@op
def sparse_sigmoid(input: Array) -> Array:
    """`(input + 1) / 2` held between 0 and 1, where its gradient is 0; `jax.nn.sparse_sigmoid`.

    >>> ops.sparse_sigmoid(torch.tensor([-2.0, 0.0, 2.0]))
    tensor([0.0000, 0.5000, 1.0000])
    """
    return (hardtanh(input) + 1) / 2


@op
def softmax(input: Array, axis: int = -1) -> Array:
    """`exp(input)` divided by its sum along `axis`, of the shape of `input`; `torch.nn.functional.softmax`.

    >>> ops.softmax(torch.zeros(2, 4))[0]
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """
    return exp(log_softmax(input, axis))


@op
def softmin(input: Array, axis: int = -1) -> Array:
    """`softmax(-input)` along `axis`; `torch.nn.functional.softmin`.

    >>> ops.softmin(torch.zeros(2, 4))[0]
    tensor([0.2500, 0.2500, 0.2500, 0.2500])
    """
    return softmax(negative(input), axis)


@op
def log_softmax(input: Array, axis: int = -1) -> Array:
    """The logarithm of `softmax`, without overflow; `torch.nn.functional.log_softmax`.

    >>> ops.log_softmax(torch.zeros(4))
    tensor([-1.3863, -1.3863, -1.3863, -1.3863])
    """
    return input - logsumexp(input, axis=axis, keepdims=True)


@op
def gumbel_softmax(logits: Array, tau: float = 1, hard: bool = False, eps: float = 1e-10, axis: int = -1) -> Array:
    """A sample from a categorical distribution, relaxed to have a gradient; `torch.nn.functional.gumbel_softmax`.

    Args:
        logits: logarithms of probabilities, up to a constant, along `axis`.
        tau: the nearer to 0, the nearer a sample is to one-hot.
        hard: a sample is one-hot, with the gradient of the relaxed one.
        eps: not used; it stands here as in torch's signature.
        axis: along which a sample adds up to 1.

    Raises:
        RuntimeError: there is no random key to draw from, in JAX or TensorFlow.

    Reference: Jang et al., Categorical Reparameterization with Gumbel-Softmax, https://arxiv.org/abs/1611.01144

    >>> ops.gumbel_softmax(torch.zeros(3), hard=True).sum()
    tensor(1.)
    """
    axis = normalize_axis(axis, logits.ndim)
    noise = random.gumbel(shape(logits), dtype=logits.dtype)
    soft = softmax((logits + noise) / tau, axis)
    if not hard:
        return soft
    places = _along(axis, logits.ndim, arange_like(logits, shape(logits)[axis]))
    chosen = astype(equal(argmax(soft, axis=axis, keepdims=True), places), soft.dtype)
    return chosen - stop_gradient(soft) + soft


@op
def sparsemax(input: Array, axis: int = -1) -> Array:
    """The nearest point to `input` on the probability simplex, often with exact zeros; `keras.ops.sparsemax`.

    Along `axis` it is `max(input - tau, 0)` with the one tau for which these add up to 1.

    Reference: Martins and Astudillo, From Softmax to Sparsemax, https://arxiv.org/abs/1602.02068

    >>> ops.sparsemax(torch.tensor([0.5, 1.0, -1.0]))
    tensor([0.2500, 0.7500, 0.0000])
    """
    axis = normalize_axis(axis, input.ndim)
    half = dtype_name(input.dtype) in ("float16", "bfloat16")  # which could not even count the elements
    wide = astype(input, "float32") if half else input
    shifted = wide - stop_gradient(max(wide, axis=axis, keepdims=True))
    fixed = stop_gradient(shifted)
    ordered = sort(fixed, axis=axis, descending=True)
    counts = astype(_along(axis, input.ndim, arange_like(input, 1, shape(input)[axis] + 1)), wide.dtype)
    within = 1 + counts * ordered > cumulative_sum(ordered, axis=axis)
    count = sum(astype(within, wide.dtype), axis=axis, keepdims=True)
    bound = (sum(where(within, ordered, 0), axis=axis, keepdims=True) - 1) / count
    # The bound says which elements are positive; through their own sum, not through the order, gradients flow.
    positive = fixed > bound
    tau = (sum(where(positive, shifted, 0), axis=axis, keepdims=True) - 1) / count
    return astype(where(positive, shifted - tau, 0), input.dtype)


def _along(axis: int, rank: int, values: Array) -> Array:
    """A vector as a tensor of `rank` axes that extends along `axis`."""
    return reshape(values, (1,) * axis + (-1,) + (1,) * (rank - axis - 1))


@primitive
def polar(abs: Array, angle: Array) -> Array:
    """The complex number of absolute value `abs` and of `angle` in radians, broadcast; `torch.polar`.

    Args:
        abs: float32 or float64.
        angle: of the same dtype.

    Returns:
        complex64 or complex128.

    >>> ops.polar(torch.tensor([2.0]), torch.tensor([0.0]))
    tensor([2.+0.j])
    """


hard_shrink = hardshrink
hard_sigmoid = hardsigmoid
hard_silu = hardswish
hard_swish = hardswish
hard_tanh = hardtanh
log_sigmoid = logsigmoid
soft_shrink = softshrink
swish = silu
tanh_shrink = tanhshrink
