"""Proves what `ops.random` draws: distributions, by the Kolmogorov-Smirnov test, from which key, dtypes, gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy
import pytest
import scipy.stats
import tensorflow as tf
import torch

import bridge
from bridge import MixedFrameworksError, ops
from bridge.frameworks import framework_of
from tests.helpers import COMPILERS, to_framework, to_numpy
from tests.ops.cells import in_a_layer

KEYS: dict[str, Callable[[int], Any]] = {
    "torch": lambda seed: torch.Generator().manual_seed(seed),
    "jax": jax.random.key,
    "tensorflow": lambda seed: tf.constant([seed, 0]),
}

COUNT = 10_000

FRAMEWORKS = pytest.mark.parametrize("framework", KEYS)

CONTINUOUS: dict[str, tuple[tuple[Any, ...], Any]] = {
    "beta": ((0.5, 2.0), scipy.stats.beta(0.5, 2.0)),
    "exponential": ((), scipy.stats.expon()),
    "gamma": ((0.7,), scipy.stats.gamma(0.7)),
    "gumbel": ((), scipy.stats.gumbel_r()),
    "normal": ((1.0, 2.0), scipy.stats.norm(1, 2)),
    "truncated_normal": ((1.0, 2.0), scipy.stats.truncnorm(-2, 2, 1, 2)),
    "uniform": ((-1.0, 3.0), scipy.stats.uniform(-1, 4)),
}
"""Parameters, and the distribution that they mean."""


def drawn(framework: str, name: str, *args: Any, seed: int = 1, **options: Any) -> numpy.ndarray:
    return to_numpy(getattr(ops.random, name)(*args, key=KEYS[framework](seed), **options))


def tensor(framework: str, *values: float) -> Any:
    return to_framework(numpy.array(values, "float32"), framework)


@FRAMEWORKS
@pytest.mark.parametrize("name", CONTINUOUS)
def test_the_distribution(name: str, framework: str) -> None:
    parameters, distribution = CONTINUOUS[name]
    values = drawn(framework, name, (100, COUNT // 100), *parameters)
    assert values.shape == (100, 100)
    assert values.dtype == "float32"
    assert scipy.stats.kstest(values.ravel(), distribution.cdf).pvalue > 1e-3


@FRAMEWORKS
@pytest.mark.parametrize("name", sorted({*CONTINUOUS} - {"exponential", "gumbel"}))
def test_a_parameter_for_each_element(name: str, framework: str) -> None:
    parameters, distribution = CONTINUOUS[name]
    scales = [tensor(framework, *[parameter] * 2) for parameter in parameters]
    values = to_numpy(getattr(ops.random, name)((COUNT, 2), *scales, key=KEYS[framework](2)))
    for column in values.T:
        assert scipy.stats.kstest(column, distribution.cdf).pvalue > 1e-3
    assert not numpy.array_equal(*values.T)


@FRAMEWORKS
def test_counts_are_as_frequent_as_they_should_be(framework: str) -> None:
    coin = drawn(framework, "bernoulli", (COUNT,), 0.3)
    assert coin.dtype == bool
    assert abs(coin.mean() - 0.3) < 0.02
    counts = drawn(framework, "binomial", (COUNT,), 8, 0.25)
    expected = scipy.stats.binom(8, 0.25).pmf(numpy.arange(9))
    assert numpy.abs(numpy.bincount(counts.astype(int), minlength=9) / COUNT - expected).max() < 0.02
    dice = drawn(framework, "randint", (COUNT,), 1, 7)
    assert numpy.abs(numpy.bincount(dice)[1:] / COUNT - 1 / 6).max() < 0.02
    logits = tensor(framework, *numpy.log([0.2, 0.5, 0.3]))
    classes = to_numpy(ops.random.categorical(logits, COUNT, key=KEYS[framework](3)))
    assert numpy.abs(numpy.bincount(classes) / COUNT - [0.2, 0.5, 0.3]).max() < 0.02


@FRAMEWORKS
def test_permutations(framework: str) -> None:
    order = drawn(framework, "permutation", 1000)
    assert sorted(order) == list(range(1000))
    assert not numpy.array_equal(order, numpy.arange(1000))
    x = numpy.arange(60).reshape(3, 4, 5)
    shuffled = to_numpy(ops.random.shuffle(to_framework(x, framework), 1, key=KEYS[framework](1)))
    places = (shuffled[0, :, 0] // 5).tolist()
    assert sorted(places) == [0, 1, 2, 3]
    numpy.testing.assert_array_equal(shuffled, x[:, places])


CALLS: dict[str, tuple[Any, ...]] = {
    **{name: ((50,), *parameters) for name, (parameters, _) in CONTINUOUS.items()},
    "bernoulli": ((50,), 0.5),
    "binomial": ((50,), 20, 0.5),
    "permutation": (50,),
    "randint": ((50,), 0, 1000),
}


@FRAMEWORKS
@pytest.mark.parametrize("name", CALLS)
def test_one_key_gives_the_same_and_another_gives_others(name: str, framework: str) -> None:
    first, again, other = (drawn(framework, name, *CALLS[name], seed=seed) for seed in (1, 1, 2))
    numpy.testing.assert_array_equal(first, again)
    assert not numpy.array_equal(first, other)


@FRAMEWORKS
@pytest.mark.parametrize("name", CALLS)
def test_a_layer_s_stream_gives_others_at_each_call(name: str, framework: str) -> None:
    def twice() -> Any:
        return [getattr(ops.random, name)(*CALLS[name]) for _ in range(2)]

    first, second = in_a_layer(twice, framework)()
    assert framework_of(first) == framework
    assert not numpy.array_equal(to_numpy(first), to_numpy(second))
    again = to_numpy(in_a_layer(twice, framework)()[0])
    assert numpy.array_equal(to_numpy(first), again) is (framework != "torch")


@FRAMEWORKS
def test_an_integer_is_a_seed_in_the_framework_that_runs(framework: str) -> None:
    def of_seed() -> Any:
        return [ops.random.normal((4,), key=seed) for seed in (7, 7, 8)]

    first, again, other = in_a_layer(of_seed, framework)()
    assert framework_of(first) == framework
    numpy.testing.assert_array_equal(to_numpy(first), to_numpy(again))
    assert not numpy.array_equal(to_numpy(first), to_numpy(other))


@FRAMEWORKS
@pytest.mark.parametrize("name", CALLS)
def test_compiled_functions_draw_from_their_key(name: str, framework: str) -> None:
    def of_key(key: Any) -> Any:
        return getattr(ops.random, name)(*CALLS[name], key=key)

    torch.compiler.reset()
    run = COMPILERS[framework](of_key)
    # torch.compile takes no generator
    keys = (None, None) if framework == "torch" else (KEYS[framework](1), KEYS[framework](2))
    first, second = (to_numpy(run(key)) for key in keys)
    assert not numpy.array_equal(first, second)
    if framework != "torch":
        numpy.testing.assert_array_equal(first, to_numpy(run(keys[0])))


@FRAMEWORKS
@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64"])
@pytest.mark.parametrize("name", CONTINUOUS)
def test_dtypes(name: str, dtype: str, framework: str) -> None:
    parameters, _ = CONTINUOUS[name]
    values = getattr(ops.random, name)((2, 3), *parameters, dtype=dtype, key=KEYS[framework](1))
    assert bridge.dtypes.dtype_name(values.dtype) == ("float32" if (framework, dtype) == ("jax", "float64") else dtype)
    assert numpy.isfinite(to_numpy(values)).all()


@FRAMEWORKS
def test_the_dtype_is_that_of_a_tensor_given(framework: str) -> None:
    mean = ops.astype(tensor(framework, 1.0, 2.0), "float16")
    drawn = ops.random.normal((3, 2), mean, key=KEYS[framework](1))
    assert bridge.dtypes.dtype_name(drawn.dtype) == "float16"
    whole = ops.astype(mean, "int32")
    assert bridge.dtypes.dtype_name(ops.random.normal((3, 2), whole, key=KEYS[framework](1)).dtype) == "float32"


def gradient(framework: str, function: Callable[[Any], Any], x: Any) -> numpy.ndarray:
    if framework == "torch":
        return to_numpy(torch.autograd.grad(function(x.requires_grad_()), [x])[0])
    if framework == "jax":
        return to_numpy(jax.grad(function)(x))
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return to_numpy(tape.gradient(value, x))


@FRAMEWORKS
@pytest.mark.parametrize(
    ("name", "place", "expected"),
    [
        ("normal", 0, 1.0),
        ("truncated_normal", 0, 1.0),
        ("uniform", 0, 0.5),
        ("uniform", 1, 0.5),
        ("gamma", 0, 1.0),
        ("beta", 0, 2.0 / 2.5**2),
    ],
)
def test_gradients_flow_to_the_parameters(name: str, place: int, expected: float, framework: str) -> None:
    """That of the mean of what is drawn is that of the distribution's mean."""
    parameters = list(CONTINUOUS[name][0])

    def mean(parameter: Any) -> Any:
        given = [parameter if i == place else other for i, other in enumerate(parameters)]
        return ops.mean(getattr(ops.random, name)((COUNT,), *given, key=KEYS[framework](5)))

    found = gradient(framework, mean, to_framework(numpy.array(parameters[place], "float32"), framework))
    assert abs(found - expected) < 0.05


@FRAMEWORKS
@pytest.mark.parametrize("hard", [False, True])
def test_gumbel_softmax_draws_by_the_probabilities_and_has_a_gradient(hard: bool, framework: str) -> None:
    logits = to_framework(numpy.tile(numpy.log([0.2, 0.5, 0.3]).astype("float32"), (COUNT, 1)), framework)
    samples = to_numpy(in_a_layer(lambda x: ops.gumbel_softmax(x, hard=hard), framework)(logits))
    chosen = numpy.bincount(samples.argmax(-1)) / COUNT
    assert numpy.abs(chosen - [0.2, 0.5, 0.3]).max() < 0.02
    assert (set(numpy.unique(samples.round(5))) == {0, 1}) is hard
    weights = tensor(framework, 1.0, 2.0, 3.0)

    def total(x: Any) -> Any:
        return ops.sum(in_a_layer(lambda x: ops.gumbel_softmax(x, hard=hard), framework)(x) * weights)

    found = gradient(framework, total, logits)
    assert found.shape == (COUNT, 3)
    assert abs(found.sum(-1)).max() < 1e-4
    assert found[:, 0].mean() < 0 < found[:, 2].mean()


@FRAMEWORKS
def test_rrelu_draws_slopes(framework: str) -> None:
    x = to_framework(numpy.full(COUNT, -1, "float32"), framework)
    slopes = -to_numpy(in_a_layer(lambda x: ops.rrelu(x, 0.1, 0.5, True), framework)(x))
    assert scipy.stats.kstest(slopes, scipy.stats.uniform(0.1, 0.4).cdf).pvalue > 1e-3


def test_a_key_says_the_framework() -> None:
    for framework, key in KEYS.items():
        assert framework_of(ops.random.normal((2,), key=key(1))) == framework
        assert framework_of(in_a_layer(lambda: ops.random.normal((2,)), framework)()) == framework
    assert framework_of(ops.random.normal((2,), numpy.zeros(2))) == "numpy"
    assert framework_of(in_a_layer(lambda: ops.random.normal((2,), numpy.zeros(2)), "jax")()) == "jax"


def test_what_is_no_key() -> None:
    mean = to_framework(numpy.zeros(2, "float32"), "jax")
    for framework, kind in (("torch", "torch.Generator"), ("jax", "jax.random.key"), ("tensorflow", "two integers")):
        with pytest.raises(TypeError, match=rf"ops.random.normal.*expected a key of an integer or .*{kind}, got str"):
            in_a_layer(lambda: ops.random.normal((2,), key="text"), framework)()
    with pytest.raises(TypeError, match="expected a key of an integer or of jax.random.key, got Generator"):
        ops.random.normal((2,), mean, key=torch.Generator())
    with pytest.raises(MixedFrameworksError, match=r"ops.random.normal got tensors of two frameworks: jax \(mean\)"):
        ops.random.normal((2,), mean, key=tf.constant([1, 2]))
    with pytest.raises(RuntimeError, match="a random op on JAX arrays needs a key: pass rng=jax.random.key"):
        ops.random.normal((2,), mean)


REFUSED = [
    ("normal", ((2,), 0.0, -1.0), "expected stddev not below 0, got -1.0"),
    ("gamma", ((2,), 0.0), "expected alpha above 0, got 0.0"),
    ("bernoulli", ((2,), 1.5), "expected p from 0 to 1, got 1.5"),
    ("binomial", ((2,), 3, -0.5), "expected probabilities from 0 to 1, got -0.5"),
    ("normal", ((3,), numpy.zeros((2, 3))), "expected a mean that broadcasts to shape .3,., got one of shape .2, 3."),
    ("normal", ((1,), numpy.zeros(2)), "expected a mean that broadcasts to shape"),
]


@FRAMEWORKS
@pytest.mark.parametrize(("name", "args", "text"), REFUSED)
def test_what_is_refused(name: str, args: Any, text: str, framework: str) -> None:
    with pytest.raises(ValueError, match=rf"^ops.random.{name}\(.*{text}"):
        getattr(ops.random, name)(*to_framework(args, framework), key=KEYS[framework](1))


@FRAMEWORKS
def test_bounds_without_a_number_between_them(framework: str) -> None:
    with pytest.raises((ValueError, RuntimeError), match=r"^ops.random.randint\("):
        ops.random.randint((2,), 5, 5, key=KEYS[framework](1))
