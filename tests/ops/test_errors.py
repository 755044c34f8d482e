"""Proves what a wrong call is told: the class of the error and its text, which names the op, and what came."""

from __future__ import annotations

import inspect
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_map

from bridge import MixedFrameworksError, UnsupportedOpError, dispatch, ops
from bridge.errors import InputShapeError
from bridge.explain import BROADCASTING, op_name
from tests.helpers import FRAMEWORKS, to_framework
from tests.ops.case import Case
from tests.ops.groups import CASES, GROUP_OF, ids, resolve
from tests.ops.test_conformance import with_names

OTHERS = ("jax", "tensorflow")

X = numpy.ones((2, 3), "float32")
IMAGES = numpy.ones((1, 1, 4, 4), "float32")
WHOLE = numpy.ones(2, "int64")
LOGITS = numpy.ones((2, 3), "float32")
HEADS = numpy.ones((1, 3, 4), "float32")
FRAMES = numpy.ones((1, 3, 4), "float32")
MASK = numpy.ones((3, 3), bool)


BROADCASTING_OPS = {
    name
    for name in CASES
    if GROUP_OF[name] in BROADCASTING
    and any(len(c.args) == 2 and all(isinstance(a, numpy.ndarray) for a in c.args) for c in CASES[name])
    and not any(c.via for c in CASES[name])
}


def bound(name: str, example: Case) -> dict[str, Any]:
    """The arguments of a case, each with its name."""
    return inspect.signature(resolve(name)).bind(*example.args, **example.kwargs).arguments


WITH_AN_AXIS = sorted(
    name
    for name in CASES
    if any(not c.via and c.arrays() and isinstance(bound(name, c).get("axis"), int) for c in CASES[name])
)
TENSOR_FIRST = sorted(
    name
    for name in CASES
    if GROUP_OF[name] not in ("control", "transforms")
    and CASES[name][0].args
    and isinstance(CASES[name][0].args[0], numpy.ndarray)
    and not CASES[name][0].via
)


def raises(error: type[Exception], text: str) -> Any:
    return pytest.raises(error, match=re.escape(text))


@pytest.mark.parametrize(("first", "second"), [("torch", "jax"), ("jax", "tensorflow"), ("tensorflow", "torch")])
def test_two_frameworks_in_one_op(first: str, second: str) -> None:
    x, y = to_framework(X, first), to_framework(X, second)
    text = f"got tensors of two frameworks: {first} ({{}}) and {second} ({{}}). Give it tensors of one framework"
    with raises(MixedFrameworksError, "ops.add " + text.format("x1", "x2")):
        ops.add(x, y)
    with raises(TypeError, "ops.linear " + text.format("input", "weight")):
        ops.linear(x, weight=y)
    with raises(TypeError, "ops.concat " + text.format("arrays", "arrays")):
        ops.concat([x, y])


@pytest.mark.parametrize("framework", ["torch", *OTHERS])
def test_an_array_of_numpy_is_a_constant_beside_any_framework(framework: str) -> None:
    x = to_framework(X, framework)
    for total in (ops.add(x, X), ops.add(X, x)):
        assert isinstance(total, type(x))
        assert float(ops.sum(total)) == 12


@pytest.mark.parametrize(
    ("call", "received"),
    [
        (lambda: ops.add(1, 2.5), "int for x1, float for x2"),
        (lambda: ops.relu([1.0]), "list for input"),
        (lambda: ops.concat([]), "an empty list for arrays"),
        (lambda: ops.sum("text"), "str for x"),
    ],
)
def test_no_tensor(call: Callable[[], Any], received: str) -> None:
    expected = f"expected a tensor (a torch.Tensor, jax.Array, tf.Tensor or numpy.ndarray), got {received}. Make one"
    with raises(TypeError, expected):
        call()


UNSUPPORTED: list[tuple[str, tuple[Any, ...], dict[str, Any], str]] = [
    ("embedding", (WHOLE, X), {"max_norm": 1.0}, "embedding with max_norm. Leave max_norm at its default, or"),
]


@pytest.mark.parametrize("framework", OTHERS)
@pytest.mark.parametrize(("name", "args", "kwargs", "text"), UNSUPPORTED)
def test_what_only_torch_has(framework: str, name: str, args: Any, kwargs: Any, text: str) -> None:
    with raises(UnsupportedOpError, f"bridge.ops: {framework} has no {text}"):
        getattr(ops, name)(*to_framework(args, framework), **kwargs)


def test_what_tensorflow_lacks_over_dynamic_sizes() -> None:
    signature = [tf.TensorSpec((None, 1, None, None))]
    function = tf.function(lambda x: ops.adaptive_avg_pool2d(x, (2, 3)), input_signature=signature, autograph=False)
    expected = "bridge.ops: tensorflow has no adaptive_avg_pool2d from a dynamic size to (2, 3). Give the"
    with raises(UnsupportedOpError, expected):
        function.get_concrete_function()


def test_an_unsupported_op_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(UnsupportedOpError("lstm", "jax", "Use another.")))
    assert str(error) == "bridge.ops: jax has no lstm. Use another."
    assert (error.operation, error.framework, error.remedy) == ("lstm", "jax", "Use another.")
    assert isinstance(error, NotImplementedError)


def test_a_primitive_without_an_override(monkeypatch: pytest.MonkeyPatch) -> None:
    def unheard_of(x: Any, /) -> Any:
        """No backend has it."""

    monkeypatch.setattr(dispatch, "_primitives", {*dispatch._primitives})
    with raises(UnsupportedOpError, "torch has no unheard_of. Write it in bridge/backends/torch/test_errors.py, or"):
        dispatch.primitive(unheard_of)


REFUSED: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    (
        "mse_loss",
        (X, X),
        {"reduction": "avg"},
        ValueError,
        "expected a reduction of 'none', 'mean' or 'sum', got 'avg'",
    ),
    (
        "cross_entropy",
        (LOGITS, WHOLE),
        {"reduction": "avg"},
        ValueError,
        "expected a reduction of 'none', 'mean' or 'sum', got 'avg'",
    ),
    ("cross_entropy", (LOGITS, WHOLE), {"label_smoothing": 2}, ValueError, "a label_smoothing from 0 to 1, got 2"),
    ("dropout", (X, 1.5), {}, ValueError, "ops.dropout expected a probability p from 0 to 1, got 1.5"),
    ("conv2d", (IMAGES, IMAGES), {"padding": "full"}, ValueError, "expected a padding of 'valid', 'same' or numbers"),
    ("conv2d", (IMAGES, IMAGES), {"stride": (1, 1, 1)}, ValueError, "expected one number or 2, got (1, 1, 1)"),
    ("max_pool2d", (IMAGES, 2), {"padding": 2}, ValueError, "a padding of at most half the window (2, 2), got (2, 2)"),
    ("max_pool2d", (IMAGES, 7, 2), {"ceil_mode": True}, ValueError, "a pooling window of 7 does not fit in 4 elements"),
    ("layer_norm", (X, (4,)), {}, ValueError, "ops.layer_norm expected an input of shape (*, (4,)), got (2, 3)"),
    ("rms_norm", (X, (3, 3)), {}, ValueError, "ops.rms_norm expected an input of shape (*, (3, 3)), got (2, 3)"),
    (
        "scaled_dot_product_attention",
        (HEADS, HEADS, HEADS, MASK),
        {"is_causal": True},
        ValueError,
        "ops.scaled_dot_product_attention takes attn_mask or is_causal, not both",
    ),
    ("flatten", (X, 1, 0), {}, ValueError, "ops.flatten: start_axis 1 comes after end_axis 0"),
    ("moveaxis", (X, (0, 1), 0), {}, ValueError, "expected as many places as axes, each once, got source=(0, 1), dest"),
    ("rot90", (X, 1, (0, 0)), {}, ValueError, "expected two different axes, got (0, 0)"),
    (
        "pad",
        (X, (1, 1), "mirror"),
        {},
        ValueError,
        "expected a mode of 'constant', 'reflect', 'replicate' or 'circular'",
    ),
    ("pad", (X, (1, 1, 1)), {}, ValueError, "expected two counts for each of at most 2 axes, got (1, 1, 1)"),
    (
        "pad",
        (X, (3, 0), "reflect"),
        {},
        ValueError,
        "expected at most 2 elements beyond an axis of 3 to reflect, got (3",
    ),
    ("view_as_complex", (X,), {}, ValueError, "expected a last axis of size 2, got shape (2, 3)"),
    ("view_as_real", (X,), {}, TypeError, "expected complex numbers, got float32"),
    ("flatten", (X, 2), {}, IndexError, "expected start_axis from -2 to 1 for 2 dimensions, got 2"),
    ("add", (X, "text"), {}, TypeError, "expected a tensor or a number, got str"),
]


@pytest.mark.parametrize("framework", OTHERS)
@pytest.mark.parametrize(("name", "args", "kwargs", "error", "text"), REFUSED)
def test_what_is_refused(framework: str, name: str, args: Any, kwargs: Any, error: type[Exception], text: str) -> None:
    with raises(error, text):
        getattr(ops, name)(*to_framework(args, framework), **kwargs)


@pytest.mark.parametrize(("name", "args", "kwargs", "error", "text"), REFUSED)
def test_torch_refuses_the_same_in_its_own_words(
    name: str, args: Any, kwargs: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises((ValueError, IndexError, RuntimeError, TypeError)):
        getattr(ops, name)(*to_framework(args, "torch"), **kwargs)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_what_every_framework_refuses(framework: str) -> None:
    x = to_framework(X, framework)
    with raises(TypeError, "expected a dtype, such as torch.float32 or 'float32', got 'float31'"):
        ops.astype(x, "float31")
    with pytest.raises(ValueError, match="size (1, got shape \\(2, 3\\)|not equal to one, got shape=\\(2, 3\\))"):
        ops.squeeze(x, 0)
    with pytest.raises(ValueError, match="equal (parts, got \\(2, 3\\)|division)"):
        ops.split(x, 2, axis=1)


REFUSED_EVERYWHERE: list[tuple[str, tuple[Any, ...], dict[str, Any], type[Exception], str]] = [
    ("expand_dims", (X, (0, 0)), {}, ValueError, "expected each new axis once, got (0, 0)"),
    ("slice", (X, (0, 2), (1, 2)), {}, ValueError, "expected a block of (1, 2) to fit in (2, 3), got one from (0, 2)"),
    ("slice", (X, (0,), (1, 2)), {}, ValueError, "expected 2 places to start at, got 1"),
    ("slice_update", (X, (0, 0), WHOLE), {}, ValueError, "expected a block of 2 axes, got (2,)"),
    ("vsplit", (WHOLE, 2), {}, ValueError, "expected a tensor of two axes or more, got 1"),
    ("vander", (X,), {}, ValueError, "expected a tensor of one axis, got 2"),
    ("meshgrid", (WHOLE,), {"indexing": "yx"}, ValueError, "expected an indexing of 'xy' or 'ij', got 'yx'"),
    ("meshgrid", (X,), {}, ValueError, "expected tensors of one axis, got [2] axes"),
    ("rearrange", (X, "a b c -> a b c"), {}, ValueError, "Error while processing rearrange-reduction pattern"),
    (
        "reduce",
        (X, "a b -> a", "median"),
        {},
        ValueError,
        "expected a reduction of sum, mean, prod, max, min, any, all",
    ),
    ("repeat", (X, "a b -> a b c"), {"axis": 1}, TypeError, "axis and total_repeat_length go with counts, got the pat"),
    ("repeat", (X, 2), {"c": 2}, TypeError, "sizes of axes go with a pattern, got c with counts"),
    ("ctc_decode", (FRAMES, WHOLE[:1], "best"), {}, ValueError, "expected the strategy 'greedy' or 'beam_search', got"),
    ("ctc_decode", (FRAMES, WHOLE[:1]), {"mask_index": 4}, ValueError, "expected a mask_index from -4 to 3, got 4"),
    (
        "ctc_decode",
        (FRAMES, WHOLE[:1], "beam_search", 2, 3),
        {},
        ValueError,
        "expected top_paths from 1 to the beam_width of 2, got 3",
    ),
    ("linear_cross_entropy", (WHOLE, X[:, None], WHOLE), {}, ValueError, "expected input (in_features,) or (N, in_f"),
    (
        "linear_cross_entropy",
        (LOGITS, X, X[:, :2]),
        {"ignore_index": 1},
        ValueError,
        "expected no ignore_index for a target of probabilities, got 1",
    ),
]


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize(("name", "args", "kwargs", "error", "text"), REFUSED_EVERYWHERE)
def test_what_is_refused_everywhere(
    framework: str, name: str, args: Any, kwargs: Any, error: type[Exception], text: str
) -> None:
    with pytest.raises(error, match=rf"^ops\.{name}\(.*{re.escape(text)}"):
        getattr(ops, name)(*to_framework(args, framework), **kwargs)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: ops.geomspace(-1, 1), ValueError, "ops.geomspace expected ends of one sign that are not zero, got -1"),
        (lambda: ops.broadcast_shapes((2,), (3,)), InputShapeError, "ops.broadcast_shapes: sizes of one axis must be"),
        (lambda: ops.isdtype("int8", "whole"), ValueError, "ops.isdtype expected a kind of bool, signed integer, uns"),
        (lambda: ops.result_type(), ValueError, "ops.result_type expected a tensor, a dtype or a number"),
    ],
)
def test_what_is_refused_without_a_tensor(call: Callable[[], Any], error: type[Exception], text: str) -> None:
    with raises(error, text):
        call()


KEYLESS = {
    "jax": "a random op on JAX arrays needs a key: pass rng=jax.random.key(0) to stateless_apply",
    "tensorflow": "a random op on TensorFlow tensors needs a seed: pass rng=tf.constant([1, 2]) to stateless_apply",
}


@pytest.mark.parametrize("framework", OTHERS)
def test_random_ops_without_a_key(framework: str) -> None:
    x = to_framework(X, framework)
    for draw in (lambda: ops.dropout(x, 0.5), lambda: ops.bernoulli_mask(x, 0.5)):
        with raises(RuntimeError, KEYLESS[framework]):
            draw()


def test_the_framework_s_own_words_come_through() -> None:
    with pytest.raises(RuntimeError) as ours:
        ops.matmul(torch.ones(2, 3), torch.ones(4, 5))
    with pytest.raises(RuntimeError) as theirs:
        torch.matmul(torch.ones(2, 3), torch.ones(4, 5))
    assert str(ours.value) == f"ops.matmul(x1=float32 (2, 3), x2=float32 (4, 5)): {theirs.value}"


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_keyword_that_the_op_does_not_take(framework: str) -> None:
    with raises(TypeError, "ops.sum(x, /, *, axis=None, dtype=None, keepdims=False): got an unexpected keyword"):
        ops.sum(to_framework(X, framework), axs=1)
    with raises(TypeError, "ops.matmul(x1, x2, /): missing a required"):
        ops.matmul(to_framework(X, framework))


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_shapes_that_do_not_broadcast(framework: str) -> None:
    x, y = to_framework(X, framework), to_framework(numpy.ones((4, 5), "float32"), framework)
    for name in sorted(BROADCASTING_OPS):
        given = r"\(\w+=float32 \(2, 3\), \w+=float32 \(4, 5\)\): the shapes do not broadcast"
        with pytest.raises(InputShapeError, match=rf"^{op_name(resolve(name))}{given}"):
            resolve(name)(x, y)


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("name", WITH_AN_AXIS, ids=ids)
def test_an_axis_that_is_not_there(name: str, framework: str) -> None:
    example = next(c for c in CASES[name] if not c.via and c.arrays() and "axis" in bound(name, c))
    arguments = with_names(name, example)
    wrong = arguments.but(kwargs=arguments.kwargs | {"axis": 99})
    with pytest.raises((ValueError, IndexError), match=rf"^{op_name(resolve(name))}\(.*axis.*99"):
        wrong.of_arrays(resolve(name))(*to_framework(wrong.arrays(), framework))


@pytest.mark.parametrize("name", TENSOR_FIRST, ids=ids)
def test_what_is_no_tensor(name: str) -> None:
    example = CASES[name][0]
    first = next(iter(inspect.signature(resolve(name)).parameters.values()))
    args, kwargs = tree_map(
        lambda leaf: None if isinstance(leaf, numpy.ndarray) else leaf, (example.args, example.kwargs)
    )
    with pytest.raises(TypeError, match=rf"^{op_name(resolve(name))} expected a tensor .* got object for {first.name}"):
        resolve(name)(object(), *args[1:], **kwargs)
