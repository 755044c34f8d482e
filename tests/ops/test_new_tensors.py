"""Proves where new tensors come from and where they lie: the framework, the device and the memory."""

from __future__ import annotations

from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch

from bridge import UnsupportedOpError, ops
from bridge.frameworks import framework_of
from tests.helpers import FRAMEWORKS, to_framework
from tests.ops.cells import in_a_layer

DEVICES = {"torch": "cpu", "jax": jax.devices()[0], "tensorflow": "CPU:0"}

CREATED = {
    "arange": (3,),
    "asarray": ([1.0],),
    "empty": (2,),
    "eye": (2,),
    "full": (2, 1.0),
    "geomspace": (1, 2),
    "identity": (2,),
    "linspace": (0, 1),
    "logspace": (0, 1),
    "ones": (2,),
    "tri": (2,),
    "zeros": (2,),
}

X = numpy.ones((2, 3), "float32")


@pytest.mark.parametrize("framework", DEVICES)
@pytest.mark.parametrize("name", CREATED)
def test_a_new_tensor_is_of_the_running_framework_and_lies_where_it_is_asked_to(name: str, framework: str) -> None:
    made = in_a_layer(lambda: getattr(ops, name)(*CREATED[name], device=DEVICES[framework]), framework)()
    assert framework_of(made) == framework
    assert "cpu" in str(made.device).lower()


@pytest.mark.parametrize("framework", DEVICES)
@pytest.mark.parametrize("name", ["empty_like", "full_like", "ones_like", "zeros_like"])
def test_a_tensor_like_another_lies_where_it_is_asked_to(name: str, framework: str) -> None:
    fill = (1,) if name == "full_like" else ()
    made = getattr(ops, name)(to_framework(X, framework), *fill, device=DEVICES[framework])
    assert framework_of(made) == framework
    assert "cpu" in str(made.device).lower()


@pytest.mark.parametrize("framework", DEVICES)
def test_a_cast_tensor_lies_where_it_is_asked_to(framework: str) -> None:
    cast = ops.astype(to_framework(X, framework), "int32", device=DEVICES[framework])
    assert ops.dtype(cast) == "int32"
    assert "cpu" in str(cast.device).lower()


@pytest.mark.parametrize("framework", DEVICES)
@pytest.mark.parametrize("name", ["fftfreq", "rfftfreq"])
def test_frequencies_lie_where_they_are_asked_to(name: str, framework: str) -> None:
    made = in_a_layer(lambda: getattr(ops.fft, name)(4, device=DEVICES[framework]), framework)()
    assert framework_of(made) == framework
    assert "cpu" in str(made.device).lower()


@pytest.mark.parametrize("framework", DEVICES)
def test_asarray_keeps_a_tensor_in_its_framework(framework: str) -> None:
    x = to_framework(X, framework)
    assert framework_of(ops.asarray(x)) == framework
    assert ops.dtype(ops.asarray(x, dtype="int32")) == "int32"


@pytest.mark.parametrize("framework", ["torch", "tensorflow"])
def test_numbers_are_read_in_double_precision(framework: str) -> None:
    made = in_a_layer(
        lambda: (
            ops.full((2,), 0.1, dtype="float64"),
            ops.arange(0.1, 1, dtype="float64")[:1],
            ops.linspace(0.1, 1, 2, dtype="float64")[:1],
            ops.pad(ops.zeros((1,), dtype="float64"), (1, 1), value=0.1)[:1],
        ),
        framework,
    )()
    assert [float(x[0]) for x in made] == [0.1] * 4


def test_asarray_shares_the_memory_of_a_numpy_array_unless_told_otherwise() -> None:
    x = numpy.zeros(2)
    shared, own = ops.asarray(x), ops.asarray(x, copy=True)
    x[0] = 1
    assert (shared[0], own[0]) == (1, 0)


def test_asarray_refuses_a_copy_that_is_not_wanted() -> None:
    with pytest.raises(ValueError, match=r"^ops.asarray\(.*TensorFlow makes this tensor of a list only by a copy"):
        in_a_layer(lambda: ops.asarray([1.0], copy=False), "tensorflow")()
    with pytest.raises(ValueError, match="copy"):
        ops.asarray([1.0], copy=False)


@pytest.mark.parametrize("framework", DEVICES)
@pytest.mark.parametrize("other", FRAMEWORKS)
def test_dlpack_brings_a_tensor_into_the_running_framework(framework: str, other: str) -> None:
    x: Any = to_framework(X, other)
    made = in_a_layer(lambda: ops.from_dlpack(x), framework)()
    assert framework_of(made) == framework
    numpy.testing.assert_array_equal(ops.convert_to_numpy(made), X)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_copy_has_its_own_memory(framework: str) -> None:
    x = to_framework(X, framework)
    for copy in (ops.copy(x), ops.astype(x, "float32", copy=True), ops.reshape(x, (3, 2), copy=True)):
        assert copy is not x
        if framework in ("torch", "numpy"):
            copy[0, 0] = 5
            assert x[0, 0] == 1


def test_the_limits_of_dtypes() -> None:
    assert ops.finfo(jax.numpy.float32).dtype is torch.float32
    assert ops.finfo(tf.bfloat16).bits == 16
    assert ops.finfo(numpy.ones(2, "complex64")).smallest_normal == numpy.finfo("float32").smallest_normal
    assert ops.iinfo(to_framework(numpy.ones(2, "int32"), "tensorflow")).max == 2**31 - 1


def test_the_namespace_describes_torch() -> None:
    info = ops.__array_namespace_info__()
    assert info.default_device() in info.devices()
    assert info.default_dtypes() == {
        "real floating": torch.float32,
        "complex floating": torch.complex64,
        "integral": torch.int64,
        "indexing": torch.int64,
    }
    assert set(info.dtypes(kind=("bool", "signed integer"))) == {"bool", "int8", "int16", "int32", "int64"}


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
def test_the_namespace_describes_the_running_framework(framework: str) -> None:
    def made() -> Any:
        return ops.ones(2, device=ops.__array_namespace_info__().devices()[0])

    assert framework_of(in_a_layer(made, framework)()) == framework


def test_an_unknown_size_gives_way_to_a_known_one() -> None:
    assert ops.broadcast_shapes((None, 1), (4, None)) == (4, None)


def test_the_constants() -> None:
    assert (ops.e, ops.pi, ops.inf, ops.newaxis) == (numpy.e, numpy.pi, numpy.inf, None)
    assert numpy.isnan(ops.nan)


def test_a_view_as_64_bit_numbers_needs_x64() -> None:
    with pytest.raises(UnsupportedOpError, match="jax has no view as int64 without x64. Set jax_enable_x64, or"):
        ops.view(to_framework(X, "jax"), "int64")


UNKNOWN = {
    "rearrange": lambda x: ops.rearrange(x, "b (h d) -> b h d", h=3),
    "pad": lambda x: ops.pad(x, (1, 1), "circular"),
    "roll": lambda x: ops.roll(x, 1),
    "tile": lambda x: ops.tile(x, (2, 1, 2)),
    "array_split": lambda x: ops.array_split(x, 2)[0],
    "meshgrid": lambda x: ops.meshgrid(x[:, 0], x[0])[0],
    "broadcast_arrays": lambda x: ops.broadcast_arrays(x, x[:1])[1],
    "put_along_axis": lambda x: ops.put_along_axis(x, numpy.zeros((1, 1), "int64"), 7.0, axis=1),
    "take_along_axis": lambda x: ops.take_along_axis(x, numpy.zeros((1, 1), "int64"), axis=1),
    "slice_update": lambda x: ops.slice_update(x, (1, 0), x[:1]),
    "scatter_add": lambda x: ops.scatter_add(x, numpy.array([[-1, 0]]), numpy.ones(1, "float32")),
    "get_item": lambda x: ops.get_item(x, (numpy.array([0, -1]), 0)),
    "repeat_interleave": lambda x: ops.repeat_interleave(x, 2, axis=0),
    "size": lambda x: ops.asarray(ops.size(x)),
    "segment_sum": lambda x: ops.segment_sum(x, numpy.array([0, 2])),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_sizes_that_tensorflow_does_not_know(name: str) -> None:
    function = tf.function(UNKNOWN[name], input_signature=[tf.TensorSpec((None, None))], autograph=False)
    x = numpy.arange(6, dtype="float32").reshape(2, 3)
    numpy.testing.assert_array_equal(function(x), UNKNOWN[name](torch.tensor(x)))
