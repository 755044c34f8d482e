"""PyTorch's own samples of its modules through our layers: bit for bit in torch, near in JAX and TensorFlow."""

from __future__ import annotations

import copy
import dataclasses
import warnings
from typing import Any

import jax
import numpy
import pytest
import tensorflow as tf
import torch
from torch.utils._pytree import tree_flatten, tree_leaves, tree_map, tree_unflatten

import bridge
from bridge import layers
from bridge.interop import jax as bridge_jax
from bridge.transfer import from_torch
from tests.helpers import assert_close, to_numpy

with warnings.catch_warnings():  # torch says that it would like hypothesis
    warnings.simplefilter("ignore", ImportWarning)
    from torch.testing._internal.common_modules import module_db

# torch says it of its own LSTM.
pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN:UserWarning")

_AT_MOST = 6

WITHOUT_ENTRY = {
    "Dropout": "random: tests/layers/test_torch_drop_in.py holds it to torch.nn.Dropout's own numbers",
    "Flatten": "module_db has no entry",
    "Identity": "module_db has no entry",
    **dict.fromkeys(["ModuleDict", "ModuleList", "ParameterDict", "ParameterList", "Sequential"], "a container"),
}
"""Layers that PyTorch has no samples of."""


@dataclasses.dataclass(frozen=True)
class Sample:
    """What a module is constructed with and called with."""

    label: str
    name: str
    training: bool
    construction: Any
    call: Any

    def modules(self) -> tuple[torch.nn.Module, torch.nn.Module]:
        """The layer, and torch's own with the same weights."""
        args, kwargs = copy.deepcopy((self.construction.args, self.construction.kwargs))
        theirs = getattr(torch.nn, self.name)(*args, **kwargs).train(self.training)
        ours = getattr(layers, self.name)(*args, **kwargs).train(self.training)
        ours.load_state_dict(theirs.state_dict(), strict=True)
        return ours, theirs

    def inputs(self) -> tuple[list[Any], Any]:
        """New copies of the arguments, flat, and how to nest them into (args, kwargs)."""
        fresh = tree_map(_fresh, (tuple(self.call.args), dict(self.call.kwargs)))
        return tree_flatten(fresh)


def _fresh(leaf: Any) -> Any:
    if not torch.is_tensor(leaf):
        return leaf
    return leaf.detach().clone().requires_grad_(leaf.is_floating_point())


def _samples() -> list[Sample]:
    found = []
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for info in module_db:
            name = info.module_cls.__name__
            if name not in layers.__all__ or info.module_cls is not getattr(torch.nn, name):
                continue
            for training in (False, True):
                every = list(info.module_inputs_func(info, "cpu", torch.float32, True, training))
                chosen = sorted({round(place) for place in numpy.linspace(0, len(every) - 1, _AT_MOST)})
                for place in chosen:
                    label = f"{name}-{'train' if training else 'eval'}-{place}"
                    found.append(
                        Sample(label, name, training, every[place].constructor_input, every[place].forward_input)
                    )
    return found


SAMPLES = _samples()
_each = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.label for sample in SAMPLES])


def test_every_layer_has_samples_or_a_reason():
    sampled = {sample.name for sample in SAMPLES}
    assert sampled | set(WITHOUT_ENTRY) == set(layers.__all__) - {"Module", "Parameter", "init"}
    assert not sampled & set(WITHOUT_ENTRY)


def test_no_sample_draws_random_numbers_in_training():
    # Were there dropout, other frameworks could not draw torch's numbers: those samples would need a list of their own.
    for sample in SAMPLES:
        assert not getattr(sample.modules()[0], "dropout", 0)


def _step(module: torch.nn.Module, sample: Sample) -> tuple[Any, list[torch.Tensor], list[torch.Tensor]]:
    """torch's outputs, and its gradients by parameters and inputs, for cotangents that are drawn from one seed."""
    flat, structure = sample.inputs()
    args, kwargs = tree_unflatten(flat, structure)
    outputs = module(*args, **kwargs)
    roots = [leaf for leaf in tree_leaves(outputs) if leaf is not None and leaf.requires_grad]
    torch.manual_seed(1)
    cotangents = [torch.randn_like(leaf) for leaf in roots]
    wanted = [*module.parameters(), *(leaf for leaf in flat if _is_float(leaf))]
    found = torch.autograd.grad(roots, wanted, cotangents, allow_unused=True)
    return outputs, cotangents, [torch.zeros_like(x) if g is None else g for x, g in zip(wanted, found, strict=True)]


def _is_float(leaf: Any) -> bool:
    return torch.is_tensor(leaf) and leaf.is_floating_point()


@_each
def test_torch_is_equal_bit_for_bit(sample):
    ours, theirs = sample.modules()
    (outputs, _, gradients), (expected, _, wanted) = _step(ours, sample), _step(theirs, sample)
    for received, reference in (
        (outputs, expected),
        (gradients, wanted),
        (list(ours.state_dict().values()), list(theirs.state_dict().values())),
    ):
        received, reference = tree_leaves(received), tree_leaves(reference)
        assert len(received) == len(reference)
        for mine, torchs in zip(received, reference, strict=True):
            assert (mine is None) == (torchs is None)
            assert torchs is None or (torch.isfinite(torchs).all() and torch.equal(mine, torchs))


def _jax_step(ours: torch.nn.Module, sample: Sample, cotangents: Any) -> tuple[Any, dict[str, Any], Any]:
    convert = bridge_jax.from_torch
    flat, structure = sample.inputs()
    params, buffers = convert(dict(ours.named_parameters())), convert(dict(ours.named_buffers()))
    places = [place for place, leaf in enumerate(flat) if _is_float(leaf)]
    arrays = [convert(leaf) for leaf in flat]

    def apply(params: Any, inputs: Any) -> Any:
        given = list(arrays)
        for place, value in zip(places, inputs, strict=True):
            given[place] = value
        args, kwargs = tree_unflatten(given, structure)
        outputs, new = bridge.stateless_apply(ours, params, buffers, *args, training=sample.training, **kwargs)
        outputs = [leaf for leaf in tree_leaves(outputs) if leaf is not None]
        return [leaf for leaf in outputs if jax.numpy.issubdtype(leaf.dtype, jax.numpy.floating)], (outputs, new)

    _, back, (outputs, new) = jax.vjp(apply, params, [arrays[place] for place in places], has_aux=True)
    by_params, by_inputs = back([convert(cotangent) for cotangent in cotangents])
    return outputs, new, [*(by_params[name] for name, _ in ours.named_parameters()), *by_inputs]


def _tensorflow_step(ours: torch.nn.Module, sample: Sample, cotangents: Any) -> tuple[Any, dict[str, Any], Any]:
    def convert(leaf: Any) -> Any:
        return from_torch(leaf, "tensorflow") if torch.is_tensor(leaf) else leaf

    flat, structure = sample.inputs()
    params = {name: convert(tensor) for name, tensor in ours.named_parameters()}
    buffers = {name: convert(tensor) for name, tensor in ours.named_buffers()}
    arrays = [convert(leaf) for leaf in flat]
    wanted = [*params.values(), *(array for array, leaf in zip(arrays, flat, strict=True) if _is_float(leaf))]
    with tf.GradientTape() as tape:
        tape.watch(wanted)
        args, kwargs = tree_unflatten(arrays, structure)
        outputs, new = bridge.stateless_apply(ours, params, buffers, *args, training=sample.training, **kwargs)
        outputs = [leaf for leaf in tree_leaves(outputs) if leaf is not None]
    gradients = tape.gradient(
        [leaf for leaf in outputs if leaf.dtype.is_floating],
        wanted,
        [convert(cotangent) for cotangent in cotangents],
        unconnected_gradients="zero",
    )
    return outputs, new, [tf.convert_to_tensor(gradient) for gradient in gradients]


@_each
@pytest.mark.parametrize("step", [_jax_step, _tensorflow_step], ids=["jax", "tensorflow"])
def test_other_frameworks_agree_with_torch(sample, step):
    ours, theirs = sample.modules()
    expected, cotangents, wanted = _step(theirs, sample)
    before = copy.deepcopy(ours.state_dict())
    outputs, buffers, gradients = step(ours, sample, cotangents)
    references = [leaf for leaf in tree_leaves(expected) if leaf is not None]
    for received, reference in zip(outputs, references, strict=True):
        _assert_near(received, reference, 1e-5, [reference])
    for received, reference in zip(gradients, wanted, strict=True):  # one that cancels to zero is rounding alone
        _assert_near(received, reference, 1e-4, wanted)
    assert sorted(buffers) == sorted(dict(theirs.named_buffers()))
    for name, buffer in theirs.named_buffers():
        assert_close(buffers[name], buffer)
    assert all(torch.equal(tensor, before[name]) for name, tensor in ours.state_dict().items())


def _assert_near(received: Any, reference: torch.Tensor, tolerance: float, scale: list[torch.Tensor]) -> None:
    """Within `tolerance` of the largest value in `scale`.

    A gelu at -5 and the slope of a tanh at 8 are what the rounding of numbers near 1 leaves: hence the least scale.
    """
    received, reference = to_numpy(received), to_numpy(reference)
    assert received.shape == reference.shape
    assert numpy.isfinite(received).all()
    assert numpy.isfinite(reference).all()
    largest = max([1e-2, *(float(tensor.detach().abs().max()) for tensor in scale if tensor.numel())])
    numpy.testing.assert_allclose(received, reference, rtol=0, atol=tolerance * largest)
