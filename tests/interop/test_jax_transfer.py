"""Proves that tensors cross between torch and JAX whole: as copies, or sharing memory where that is asked for."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy
import pytest
import torch

from bridge.interop.jax import from_torch, to_torch

KEPT = [torch.float32, torch.float16, torch.bfloat16, torch.bool, torch.uint8, torch.int32, torch.complex64]
NARROWED = {torch.int64: "int32", torch.float64: "float32", torch.complex128: "complex64"}
BOTH = pytest.mark.parametrize("share", [False, True])


def tensor_of(dtype: torch.dtype, shape: tuple[int, ...] = (3, 4)) -> torch.Tensor:
    values = torch.arange(torch.Size(shape).numel(), dtype=torch.float64).reshape(shape) - (
        0 if dtype == torch.uint8 else 5
    )
    return (values * 1.5 * (1 - 2j) if dtype.is_complex else values * 1.5).to(dtype)


def bits(values: Any) -> bytes:
    if isinstance(values, torch.Tensor):
        values = values.detach().resolve_conj().resolve_neg().contiguous().reshape(-1)
        return values.view(torch.uint8).numpy().tobytes()
    return numpy.asarray(values).tobytes()


@BOTH
@pytest.mark.parametrize("dtype", KEPT, ids=str)
def test_there_and_back_keeps_every_bit(dtype: torch.dtype, share: bool) -> None:
    tensor = tensor_of(dtype)
    array = from_torch(tensor, share=share)
    assert isinstance(array, jax.Array)
    assert f"torch.{array.dtype}" == str(dtype)
    assert array.shape == (3, 4)
    assert bits(array) == bits(tensor)
    returned = to_torch(array, share=share)
    assert returned.dtype == dtype
    assert torch.equal(returned, tensor)


@BOTH
@pytest.mark.parametrize("dtype", NARROWED, ids=str)
def test_64_bits_become_32(dtype: torch.dtype, share: bool) -> None:
    tensor = tensor_of(dtype)
    array = from_torch(tensor, share=share)
    assert array.dtype == NARROWED[dtype]
    numpy.testing.assert_array_equal(array, tensor.numpy())
    assert (array + array).dtype == NARROWED[dtype]


@BOTH
@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(12.0).reshape(3, 4).T,
        torch.arange(24.0).reshape(2, 3, 4).permute(2, 0, 1),
        torch.arange(12.0).reshape(3, 4)[:, 1::2],
        torch.arange(5.0)[1:],
        torch.ones(1, 3).expand(4, 3),
        torch.zeros(0, 3),
        torch.tensor(2.5),
        torch.tensor([1 + 2j, 3j]).conj(),
        torch.tensor([1 + 2j, 3j]).conj().imag,
        torch.ones(2, 3, requires_grad=True),
        torch.nn.Parameter(torch.ones(2, 3)),
    ],
    ids=[
        "transposed",
        "permuted",
        "strided",
        "unaligned",
        "expanded",
        "empty",
        "scalar",
        "conj",
        "neg",
        "grad",
        "parameter",
    ],
)
def test_any_layout(tensor: torch.Tensor, share: bool) -> None:
    array = from_torch(tensor, share=share)
    assert array.shape == tuple(tensor.shape)
    assert bits(array) == bits(tensor)
    returned = to_torch(array, share=share)
    assert not returned.requires_grad
    assert torch.equal(returned, tensor)


def test_the_default_is_a_copy() -> None:
    tensor = torch.zeros(4)
    array = from_torch(tensor)
    tensor.add_(1)
    assert array.unsafe_buffer_pointer() != tensor.data_ptr()
    assert (array == 0).all()
    returned = to_torch(array)
    returned.add_(1)
    assert returned.data_ptr() != array.unsafe_buffer_pointer()
    assert (array == 0).all()


@pytest.mark.parametrize("dtype", KEPT, ids=str)
def test_share_gives_the_same_memory(dtype: torch.dtype) -> None:
    tensor = tensor_of(dtype, (16, 16))
    array = from_torch(tensor, share=True)
    assert array.unsafe_buffer_pointer() == tensor.data_ptr()
    assert to_torch(array, share=True).data_ptr() == tensor.data_ptr()


def test_shared_memory_outlives_its_first_owner() -> None:
    array = from_torch(torch.arange(1000.0), share=True)
    tensor = to_torch(jnp.arange(1000.0), share=True)
    torch.full((1000,), -1.0)  # what would come into the memory, were it free
    numpy.testing.assert_array_equal(array, numpy.arange(1000.0))
    numpy.testing.assert_array_equal(tensor, numpy.arange(1000.0))


class Pair(NamedTuple):
    first: Any
    second: Any


def test_pytrees_keep_their_structure_and_other_leaves() -> None:
    tree = {"a": [torch.ones(2), 3], "b": Pair(torch.zeros(1), None), "c": ("text", numpy.ones(2))}
    arrays = from_torch(tree)
    assert jax.tree.structure(arrays) == jax.tree.structure(tree)
    assert isinstance(arrays["a"][0], jax.Array)
    assert isinstance(arrays["b"], Pair)
    assert isinstance(arrays["b"].first, jax.Array)
    assert (arrays["a"][1], arrays["c"][0]) == (3, "text")
    assert arrays["c"][1] is tree["c"][1]
    tensors = to_torch(arrays)
    assert torch.equal(tensors["a"][0], torch.ones(2))
    assert torch.equal(tensors["b"].first, torch.zeros(1))
    assert isinstance(tensors["b"], Pair)


def test_with_x64_nothing_is_narrowed() -> None:
    with jax.enable_x64(True):
        for dtype in NARROWED:
            array = from_torch(tensor_of(dtype))
            assert f"torch.{array.dtype}" == str(dtype)
            assert torch.equal(to_torch(array), tensor_of(dtype))
