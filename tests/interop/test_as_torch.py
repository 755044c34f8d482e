"""Proves that a JAX function made a torch module runs, differentiates and trains as JAX says and as torch would."""

from __future__ import annotations

import copy
import io
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import pytest
import torch

from bridge import layers as nn
from bridge.interop import jax as bridge_jax
from tests.helpers import assert_close


def network(params: Any, x: jax.Array) -> jax.Array:
    hidden = jnp.tanh(x @ params["hidden"]["kernel"] + params["hidden"]["bias"])
    return hidden @ params["out"]["kernel"] + params["out"]["bias"]


def twins() -> tuple[Any, torch.nn.Module, Any]:
    """The parameters of `network`, and the same network of torch and as a module."""
    reference = torch.nn.Sequential(torch.nn.Linear(3, 5), torch.nn.Tanh(), torch.nn.Linear(5, 2))
    params = {
        name: {"kernel": jnp.array(layer.weight.detach().T.numpy()), "bias": jnp.array(layer.bias.detach().numpy())}
        for name, layer in (("hidden", reference[0]), ("out", reference[2]))
    }
    return params, reference, bridge_jax.as_torch(network, params)


def in_torchs_layout(module: torch.nn.Module, suffix: str = "") -> list[torch.Tensor]:
    tensors = [module.hidden.kernel, module.hidden.bias, module.out.kernel, module.out.bias]
    return [
        tensor.T if tensor.ndim == 2 else tensor for tensor in (getattr(t, suffix) if suffix else t for t in tensors)
    ]


def test_forward_and_gradients_are_torchs_and_jaxs() -> None:
    params, reference, module = twins()
    x = torch.randn(4, 3, requires_grad=True)
    twin_x = x.detach().clone().requires_grad_()
    weights = torch.randn(4, 2)
    output = module(x)
    assert_close(output, reference(twin_x), 1e-6)
    (output * weights).sum().backward()
    (reference(twin_x) * weights).sum().backward()
    assert_close(x.grad, twin_x.grad, 1e-5)
    assert_close(in_torchs_layout(module, "grad"), [parameter.grad for parameter in reference.parameters()], 1e-5)

    array = jnp.array(x.detach().numpy())
    loss = lambda params, x: (network(params, x) * jnp.array(weights.numpy())).sum()  # noqa: E731
    of_params, of_x = jax.grad(loss, (0, 1))(params, array)
    assert_close(x.grad, of_x, 1e-6)
    assert_close(module.hidden.kernel.grad, of_params["hidden"]["kernel"], 1e-6)
    assert_close(module.out.bias.grad, of_params["out"]["bias"], 1e-6)


def test_an_optimizer_trains_it_as_it_trains_torchs() -> None:
    _, reference, module = twins()
    optimizers = [torch.optim.SGD(model.parameters(), 0.1, momentum=0.9) for model in (reference, module)]
    x, y = torch.randn(16, 3), torch.randn(16, 2)
    losses = []
    for _ in range(20):
        losses = []
        for model, optimizer in zip((reference, module), optimizers, strict=True):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        assert abs(losses[0] - losses[1]) < 1e-5
    assert_close(in_torchs_layout(module), list(reference.parameters()), 1e-4)


def test_parameters_are_named_by_their_paths() -> None:
    params = {"layers": [{"w": jnp.ones(1)}, {"w": jnp.ones(2)}], "a.b": jnp.ones(3), "count": jnp.arange(2)}
    module = bridge_jax.as_torch(lambda params, x: x, params)
    assert {name: tuple(tensor.shape) for name, tensor in module.named_parameters()} == {
        "layers.0.w": (1,),
        "layers.1.w": (2,),
        "a_b": (3,),
        "count": (2,),
    }
    assert not module.count.requires_grad
    single = bridge_jax.as_torch(lambda scale, x: x * scale, jnp.full((), 3.0))
    assert [name for name, _ in single.named_parameters()] == ["params"]
    assert single(torch.ones(2)).tolist() == [3, 3]


def test_the_arrays_given_are_copied() -> None:
    params, _, module = twins()
    with torch.no_grad():
        module.out.bias.add_(1)
    assert_close(params["out"]["bias"] + 1, module.out.bias)


def test_state_dict_and_deepcopy() -> None:
    _, reference, module = twins()
    x = torch.randn(4, 3)
    module(x)  # what has been compiled must not stand in the way
    twin = copy.deepcopy(module)
    with torch.no_grad():
        module.out.bias.zero_()
    assert_close(twin(x), reference(x), 1e-6)
    assert list(module.state_dict()) == ["hidden.bias", "hidden.kernel", "out.bias", "out.kernel"]
    module.load_state_dict(twin.state_dict())
    assert_close(module(x), reference(x), 1e-6)


def test_saved_by_torch_and_loaded() -> None:
    _, reference, module = twins()
    x = torch.randn(4, 3)
    module(x)
    file = io.BytesIO()
    torch.save(module, file)
    file.seek(0)
    assert_close(torch.load(file, weights_only=False)(x), reference(x), 1e-6)


def test_pytrees_in_and_out() -> None:
    def function(params: Any, batch: Any, extra: Any) -> Any:
        first, (second, third) = batch["first"], batch["rest"]
        return {"sum": params * first + second, "parts": (third * extra, [first])}

    module = bridge_jax.as_torch(function, jnp.array(2.0))
    tensors = [torch.randn(3, requires_grad=True) for _ in range(3)]
    answer = module({"first": tensors[0], "rest": (tensors[1], tensors[2])}, torch.tensor(5.0))
    assert_close(answer["sum"], 2 * tensors[0] + tensors[1])
    assert_close(answer["parts"][0], 5 * tensors[2])
    assert isinstance(answer["parts"], tuple)
    assert isinstance(answer["parts"][1], list)
    (answer["sum"].sum() + answer["parts"][0].sum() + 3 * answer["parts"][1][0].sum()).backward()
    assert [tensor.grad.tolist() for tensor in tensors] == [[5] * 3, [1] * 3, [5] * 3]
    assert_close(module.params.grad, tensors[0].sum())


def test_integers_come_out_beside_what_has_gradients() -> None:
    module = bridge_jax.as_torch(lambda scale, x, ids: (x * scale, jnp.argmax(x, -1), ids + 1, x > 0), jnp.array(2.0))
    x = torch.tensor([[1.0, 3.0], [4.0, -2.0]], requires_grad=True)
    scaled, places, ids, positive = module(x, torch.tensor([1, 2]))
    assert places.tolist() == [1, 0]
    assert ids.tolist() == [2, 3]
    assert positive.tolist() == [[True, True], [True, False]]
    assert [tensor.requires_grad for tensor in (scaled, places, ids, positive)] == [True, False, False, False]
    scaled.sum().backward()
    assert x.grad.tolist() == [[2, 2], [2, 2]]
    assert module.params.grad == 6


def test_an_output_that_the_loss_leaves_out() -> None:
    module = bridge_jax.as_torch(lambda scale, x: (x * scale, x**2), jnp.array(2.0))
    x = torch.ones(3, requires_grad=True)
    module(x)[1].sum().backward()
    assert x.grad.tolist() == [2, 2, 2]
    assert module.params.grad == 0


def test_arguments_that_are_no_tensors() -> None:
    def function(params: Any, x: jax.Array, power: int, *, mode: str = "none") -> jax.Array:
        return params * x**power

    def by_mode(params: Any, x: jax.Array, mode: str | None) -> jax.Array:
        return x * params if mode == "scale" else x

    module = bridge_jax.as_torch(function, jnp.array(1.0))
    x = torch.tensor([1.0, 2.0, 3.0])
    assert module(x, 2).tolist() == [1, 4, 9]
    assert module(x, 3).tolist() == [1, 8, 27]
    assert module(x, 2).tolist() == [1, 4, 9]
    module = bridge_jax.as_torch(by_mode, jnp.array(3.0))
    assert module(x, "scale").tolist() == [3, 6, 9]
    assert module(x, None).tolist() == [1, 2, 3]


def test_a_number_that_equals_another_of_another_type() -> None:
    """1, 1.0 and True are one key of a dict, and three arguments of a function."""
    module = bridge_jax.as_torch(
        lambda params, x, number: x * params if number is True else x * 0 + len(str(number)), jnp.array(7.0)
    )
    x = torch.ones(1)
    assert [module(x, number).item() for number in (1, 1.0, True, 1)] == [1, 3, 7, 1]


def test_arrays_of_numpy_and_jax_as_arguments() -> None:
    module = bridge_jax.as_torch(lambda params, x, table: x * params + table, jnp.array(2.0))
    for table in (numpy.array([1.0, 2.0], "float32"), jnp.array([3.0, 4.0])):
        assert_close(module(torch.ones(2), table), table + 2)


def test_without_gradients() -> None:
    _, reference, module = twins()
    x = torch.randn(4, 3)
    with torch.no_grad():
        output = module(x)
    assert not output.requires_grad
    assert_close(output, reference(x), 1e-6)
    with torch.inference_mode():
        assert_close(module(x), output, 1e-6)


def test_frozen_parameters_get_no_gradient() -> None:
    _, _, module = twins()
    module.hidden.requires_grad_(False)
    module(torch.randn(4, 3)).pow(2).sum().backward()
    assert module.hidden.kernel.grad is None
    assert float(module.out.kernel.grad.abs().max()) > 0


def test_updates_between_forward_and_backward_do_not_reach_the_gradient() -> None:
    """A product keeps its factors, as they came in, for the gradient."""
    module = bridge_jax.as_torch(lambda scale, x: scale * x, jnp.full((16,), 2.0))
    x = torch.full((16,), 3.0, requires_grad=True)
    output = module(x)
    with torch.no_grad():
        x.fill_(100.0)
        module.params.fill_(100.0)
    output.sum().backward()
    assert x.grad.tolist() == [2] * 16
    assert module.params.grad.tolist() == [3] * 16


def test_used_twice_in_one_graph() -> None:
    _, reference, module = twins()
    x = torch.randn(4, 3)
    for model in (module, reference):
        (model(x) * model(2 * x)).sum().backward()
    assert_close(in_torchs_layout(module, "grad"), [parameter.grad for parameter in reference.parameters()], 1e-5)


def test_backward_twice_through_a_graph_that_is_kept() -> None:
    _, reference, module = twins()
    x = torch.randn(4, 3)
    for model in (module, reference):
        loss = (model(x) ** 2).sum()
        loss.backward(retain_graph=True)
        loss.backward()
    assert_close(in_torchs_layout(module, "grad"), [parameter.grad for parameter in reference.parameters()], 1e-5)


def test_new_shapes_and_views() -> None:
    _, reference, module = twins()
    wide = torch.randn(6, 7)
    for x in (wide[:, :3], wide[::2, 1:4], wide[:1, :3].expand(5, 3), wide[:0, :3]):
        assert_close(module(x), reference(x), 1e-6)
        module(x).sum().backward()  # whose gradient is a broadcast
        reference(x).sum().backward()
    assert_close(in_torchs_layout(module, "grad"), [parameter.grad for parameter in reference.parameters()], 1e-5)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64], ids=str)
def test_gradients_come_in_the_dtype_of_the_input(dtype: torch.dtype) -> None:
    module = bridge_jax.as_torch(lambda scale, x: x * scale.astype(x.dtype), jnp.array(2.0))
    x = torch.ones(3, dtype=dtype, requires_grad=True)
    output = module(x)
    assert output.dtype == (torch.float32 if dtype == torch.float64 else dtype)  # JAX without x64 has no float64
    output.sum().backward()
    assert x.grad.dtype == dtype
    assert x.grad.tolist() == [2, 2, 2]
    assert module.params.grad == 3


def test_inside_sequential_with_bridge_layers_before_and_behind() -> None:
    _, reference, module = twins()
    first, last = nn.Linear(4, 3), nn.Linear(2, 1)
    whole, expected = (
        torch.nn.Sequential(first, module, last),
        torch.nn.Sequential(copy.deepcopy(first), reference, copy.deepcopy(last)),
    )
    x = torch.randn(5, 4)
    for model in (whole, expected):
        model(x).pow(2).sum().backward()
    assert_close(whole(x), expected(x), 1e-5)
    for layer, twin in ((whole[0], expected[0]), (whole[2], expected[2])):
        assert_close(layer.weight.grad, twin.weight.grad, 1e-5)
    assert_close(in_torchs_layout(module, "grad"), [parameter.grad for parameter in reference.parameters()], 1e-5)


def test_a_bridge_layer_inside_the_function() -> None:
    """A module functionalised for JAX, and made a torch module again, is the module."""
    layer = nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.GELU())
    apply, params, buffers = bridge_jax.functionalize(layer)
    module = bridge_jax.as_torch(lambda params, x: apply(params, buffers, x)[0], params)
    x = torch.randn(2, 3)
    assert_close(module(x), layer(x), 1e-5)
    for model in (module, layer):
        model(x).pow(2).sum().backward()
    gradients = {name.replace("_", "."): tensor.grad for name, tensor in module.named_parameters()}
    for name, tensor in layer.named_parameters():
        assert_close(gradients[name], tensor.grad, 1e-4)


def test_compiled_once_for_one_shape() -> None:
    traces = []

    def function(params: Any, x: jax.Array) -> jax.Array:
        traces.append(None)
        return params * x

    module = bridge_jax.as_torch(function, jnp.array(1.0))
    for _ in range(3):
        module(torch.ones(2)).sum().backward()
    assert len(traces) == 1
    module(torch.ones(3))
    assert len(traces) == 2


def test_an_error_in_the_function_is_jaxs_own() -> None:
    _, _, module = twins()
    with pytest.raises(TypeError, match="dot_general"):
        module(torch.ones(4, 7))
