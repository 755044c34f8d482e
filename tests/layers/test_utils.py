"""`nn.utils` on our layers: weights that are computed from others, in every framework; PyTorch is the reference."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import pytest
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from tests.layers.steps import STEPS, Call, assert_near_torch, in_each_framework, torch_step

pytestmark = pytest.mark.filterwarnings("ignore:`torch.nn.utils.weight_norm` is deprecated:FutureWarning")


class Symmetric(nn.Module):
    """A parametrization of one's own."""

    def forward(self, x: Any) -> Any:
        return ops.triu(x) + ops.matrix_transpose(ops.triu(x, k=1))


class Doubled(nn.Module):
    def forward(self, x: Any) -> Any:
        return x * 2


P = nn.utils.parametrizations
prune = nn.utils.prune

NORMS: dict[str, tuple[Callable[[Any], torch.nn.Module], tuple[int, ...]]] = {
    "weight_norm": (lambda n: P.weight_norm(n.Linear(3, 4)), (2, 3)),
    "weight_norm-conv": (lambda n: P.weight_norm(n.Conv2d(2, 3, 3), dim=1), (2, 2, 5, 5)),
    "weight_norm-whole": (lambda n: P.weight_norm(n.Linear(3, 4), dim=None), (2, 3)),
    "weight_norm-lstm": (lambda n: P.weight_norm(n.LSTM(3, 4), "weight_hh_l0"), (5, 2, 3)),
    "spectral_norm": (lambda n: P.spectral_norm(n.Linear(3, 4)), (2, 3)),
    "spectral_norm-conv": (lambda n: P.spectral_norm(n.Conv2d(2, 3, 3), n_power_iterations=3, dim=1), (2, 2, 5, 5)),
    "spectral_norm-vector": (lambda n: P.spectral_norm(n.LayerNorm(3)), (2, 3)),
    "orthogonal-matrix_exp": (lambda n: P.orthogonal(n.Linear(3, 3)), (2, 3)),
    "orthogonal-householder": (lambda n: P.orthogonal(n.Linear(3, 5)), (2, 3)),
    "orthogonal-householder-wide": (lambda n: P.orthogonal(n.Linear(5, 3), use_trivialization=False), (2, 5)),
    "orthogonal-matrix_exp-tall": (lambda n: P.orthogonal(n.Linear(3, 5), orthogonal_map="matrix_exp"), (2, 3)),
    "orthogonal-cayley": (lambda n: P.orthogonal(n.Linear(5, 3), orthogonal_map="cayley"), (2, 5)),
    "old-weight_norm": (lambda n: nn.utils.weight_norm(n.Linear(3, 4)), (2, 3)),
    "old-spectral_norm": (lambda n: nn.utils.spectral_norm(n.Linear(3, 4), n_power_iterations=2), (2, 3)),
    "pruned": (lambda n: prune.l1_unstructured(n.Linear(3, 4), "weight", amount=0.5), (2, 3)),
    "pruned-twice": (
        lambda n: prune.ln_structured(prune.l1_unstructured(n.Linear(3, 4), "weight", 3), "weight", 0.3, n=2, dim=0),
        (2, 3),
    ),
}


def _moved(module: torch.nn.Module) -> torch.nn.Module:
    """Away from the initialisation, where an orthogonal weight is the identity."""
    torch.manual_seed(4)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return module


def _pair(name: str, training: bool) -> tuple[torch.nn.Module, torch.nn.Module, Call]:
    build, shape = NORMS[name]
    built = []
    for namespace in (nn, torch.nn):
        torch.manual_seed(1)
        built.append(_moved(build(namespace)).train(training))
    torch.manual_seed(2)
    return built[0], built[1], Call((torch.randn(shape),), {})


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@pytest.mark.parametrize("name", NORMS)
def test_torch_is_equal_bit_for_bit(name, training):
    ours, theirs, call = _pair(name, training)
    assert list(ours.state_dict()) == list(theirs.state_dict())
    for _ in range(2):
        (received, _), (expected, _) = torch_step(ours, call), torch_step(theirs, call)
        for one, other in zip(
            received.outputs + received.gradients, expected.outputs + expected.gradients, strict=True
        ):
            assert torch.isfinite(other).all()
            assert torch.equal(one, other)
    assert all(torch.equal(one, theirs.state_dict()[key]) for key, one in ours.state_dict().items())


@pytest.mark.parametrize("training", [False, True], ids=["eval", "train"])
@in_each_framework
@pytest.mark.parametrize("name", NORMS)
def test_other_frameworks_agree_with_torch(name, framework, modes, training):
    ours, _, call = _pair(name, training)
    before = copy.deepcopy(ours.state_dict())
    for compiled in modes:
        _, theirs, _ = _pair(name, training)  # anew, as the step moves its buffers
        expected, cotangents = torch_step(theirs, call)
        assert_near_torch(STEPS[framework](ours, call, cotangents, training=training, compiled=compiled), expected)
    assert all(torch.equal(tensor, before[key]) for key, tensor in ours.state_dict().items())


@pytest.mark.parametrize("framework", STEPS)
def test_a_parametrization_of_ones_own_and_one_upon_another(framework):
    torch.manual_seed(1)
    layer = nn.Linear(3, 3)
    for each in (Symmetric(), Doubled()):
        nn.utils.parametrize.register_parametrization(layer, "weight", each)
    assert torch.equal(layer.weight, layer.weight.T)
    call = Call((torch.randn(2, 3),), {})
    expected, cotangents = torch_step(layer, call)
    by_hand = call.args[0] @ layer.weight.T + layer.bias
    torch.testing.assert_close(expected.outputs[0], by_hand)
    assert_near_torch(STEPS[framework](layer, call, cotangents, training=True, compiled=True), expected)


def test_a_direct_call_in_training_moves_the_vectors_of_the_power_iteration():
    ours, theirs, call = _pair("spectral_norm", True)
    theirs(*call.args)
    ours(jnp.asarray(call.args[0].numpy()))
    for key, tensor in theirs.state_dict().items():
        torch.testing.assert_close(ours.state_dict()[key], tensor)


def test_a_cache_of_weights_is_refused():
    ours, _, call = _pair("weight_norm", False)
    with (
        nn.utils.parametrize.cached(),
        pytest.raises(RuntimeError, match=r"^ParametrizedLinear.stateless_apply expected to run outside .*cached\(\)"),
    ):
        ours(jnp.asarray(call.args[0].numpy()))
    with nn.utils.parametrize.cached():
        assert nn.Linear(3, 2)(jnp.ones((1, 3))).shape == (1, 2)


def test_parametrizations_and_pruning_are_removed_again():
    ours, _, call = _pair("spectral_norm", False)
    answer = ours(*call.args)
    nn.utils.parametrize.remove_parametrizations(ours, "weight")
    assert type(ours) is nn.Linear
    torch.testing.assert_close(ours(*call.args), answer)
    assert ours(jnp.asarray(call.args[0].numpy())).shape == (2, 4)
    pruned = prune.remove(prune.random_unstructured(nn.Linear(3, 4), "weight", amount=5), "weight")
    assert int((pruned.weight == 0).sum()) == 5
    assert pruned(jnp.ones((2, 3))).shape == (2, 4)


def test_vectors_of_parameters_and_clipped_gradients():
    layer = nn.Linear(3, 2)
    vector = nn.utils.parameters_to_vector(layer.parameters())
    nn.utils.vector_to_parameters(vector * 2, layer.parameters())
    torch.testing.assert_close(nn.utils.parameters_to_vector(layer.parameters()), vector * 2)
    layer(torch.full((1, 3), 100.0)).sum().backward()
    total = nn.utils.clip_grad_norm_(layer.parameters(), 1.0)
    assert total > 100
    torch.testing.assert_close(nn.utils.get_total_norm([p.grad for p in layer.parameters()]), torch.tensor(1.0))
    nn.utils.clip_grad_value_(layer.parameters(), 0.1)
    assert max(p.grad.abs().max() for p in layer.parameters()) <= 0.1


def test_a_convolution_takes_in_its_batch_normalisation():
    torch.manual_seed(1)
    conv, norm = nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3)
    x = torch.randn(2, 2, 5, 5)
    norm(conv(x))
    fused = nn.utils.fuse_conv_bn_eval(conv.eval(), norm.eval())
    assert type(fused) is nn.Conv2d
    torch.testing.assert_close(fused(x), norm(conv(x)))
    torch.testing.assert_close(torch.tensor(fused(x.numpy())), norm(conv(x)))
    answer = jax.device_get(fused(jnp.asarray(x.numpy())))
    torch.testing.assert_close(torch.tensor(answer), norm(conv(x)).detach(), rtol=1e-4, atol=1e-5)


def test_a_layer_is_made_without_initialisation():
    layer = nn.utils.skip_init(nn.Linear, 3, 2)
    assert type(layer) is nn.Linear
    assert layer.weight.device.type == "cpu"
    assert layer.get_config()["in_features"] == 3


@pytest.mark.parametrize("name", ["Linear", "Conv2d", "LayerNorm", "MultiheadAttention"])
def test_a_class_has_the_signature_of_its_constructor(name):
    assert inspect.signature(getattr(nn, name)) == inspect.signature(getattr(torch.nn, name))
    assert "in_features" not in inspect.signature(nn.Linear(3, 2)).parameters


def test_every_function_of_torch_is_here():
    assert set(torch.nn.utils.__all__) <= set(nn.utils.__all__)
    assert all(getattr(nn.utils, name) is getattr(torch.nn.utils, name) for name in nn.utils.__all__)
    assert bridge.layers.utils is nn.utils
