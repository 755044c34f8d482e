"""Modules that nobody wrote for Bridge, in JAX and TensorFlow, beside the same module in torch."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import threading
from typing import Any

import jax
import jax.numpy as jnp
import numpy
import pytest
import tensorflow as tf
import torch
from torch import nn
from torch.utils import _pytree

import bridge
from bridge import layers, ops
from bridge.interop import convert
from bridge.interop import jax as bridge_jax
from bridge.interop import tf as bridge_tf
from tests.helpers import assert_close, to_framework, to_numpy

FRAMEWORKS = ("jax", "tensorflow")
_each = pytest.mark.parametrize("framework", FRAMEWORKS)


def run(module: nn.Module, framework: str, *inputs: torch.Tensor, training: bool = False, rng: int = 0) -> Any:
    """The outputs and the buffers after a compiled call with the module's own weights."""
    arrays = to_framework(list(inputs), framework)
    if framework == "jax":
        apply, params, buffers = bridge_jax.functionalize(module)
        compiled = jax.jit(apply, static_argnames="training")
        return compiled(params, buffers, *arrays, rng=jax.random.key(rng), training=training)
    converted = bridge_tf.as_module(module)
    outputs = tf.function(converted)(*arrays, training=training, rng=tf.constant([rng, 1]))
    return outputs, converted.buffers


class Ordinary(nn.Module):
    """Views, in-place updates, scratch tensors and constants, einsum, a tied weight: what people write."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(11, 8)
        self.norm = nn.LayerNorm(8)
        self.mix = nn.Parameter(torch.randn(2, 4, 4))
        self.head = nn.Linear(8, 11, bias=False)
        self.head.weight = self.table.weight
        self.register_buffer("scale", torch.tensor(0.5), persistent=False)

    def forward(self, tokens: torch.Tensor, *, shift: int = 1) -> dict[str, torch.Tensor]:
        x = self.norm(self.table(tokens)) * self.scale
        heads = x.view(*x.shape[:2], 2, 4).transpose(1, 2)
        heads = torch.einsum("bhlk,hkm->bhlm", heads, self.mix)
        x = heads.transpose(1, 2).reshape(x.shape)
        scratch = torch.zeros_like(x)
        scratch[:, shift:] = x[:, :-shift]
        scratch[:, 0] += torch.tensor([1.0, -1.0]).repeat(4)
        x = x.add_(scratch).clamp_(-3, 3)
        keep = torch.arange(x.shape[1]) % 2 == 0
        x = x.masked_fill(~keep[None, :, None], 0.25)
        return {"logits": self.head(x), "hidden": x}


def tokens(batch: int = 3, length: int = 5) -> torch.Tensor:
    return torch.arange(batch * length).reshape(batch, length) % 11


@_each
def test_an_ordinary_module(framework):
    module = Ordinary().eval()
    outputs, _ = run(module, framework, tokens())
    expected = module(tokens())
    assert outputs.keys() == expected.keys()  # JAX sorts them
    assert_close([outputs[name] for name in expected], list(expected.values()))


@_each
def test_it_has_the_modules_own_state(framework):
    module = Ordinary()
    converted = convert(module)
    assert list(converted.state_dict()) == list(module.state_dict())
    assert dict(converted.named_parameters()).keys() == dict(module.named_parameters()).keys()
    assert converted.head.weight is module.table.weight
    module.eval()
    assert not converted.training
    converted.train()
    assert module.training
    assert module.norm.training
    assert convert(converted) is converted
    with torch.no_grad():
        module.mix.mul_(2)
    arrays = to_framework(tokens(), framework)
    assert_close(converted.eval()(arrays), module(tokens()))
    assert_close(converted(tokens()), module(tokens()))


@_each
@pytest.mark.parametrize("training", [False, True])
def test_gradients_are_torchs(framework, training):
    module = Ordinary().train(training)
    weight = torch.rand(3, 5, 11)
    (module(tokens())["logits"] * weight).sum().backward()
    expected = {name: parameter.grad for name, parameter in module.named_parameters()}
    arrays, factor = to_framework([tokens(), weight], framework)
    if framework == "jax":
        apply, params, buffers = bridge_jax.functionalize(module)

        def loss(params):
            return (apply(params, buffers, arrays, training=training)[0]["logits"] * factor).sum()

        gradients = jax.jit(jax.grad(loss))(params)
    else:
        converted = bridge_tf.as_module(module)
        with tf.GradientTape() as tape:
            value = tf.reduce_sum(converted(arrays, training=training)["logits"] * factor)
        gradients = bridge_tf.to_torch(converted, tape.gradient(value, converted.parameters))
    assert gradients.keys() == expected.keys()
    assert_close([gradients[name] for name in expected], list(expected.values()), 1e-4)


@_each
@pytest.mark.parametrize("momentum", [0.1, None])
@pytest.mark.parametrize("kind", [nn, layers], ids=["torch.nn", "bridge.layers"])
def test_batch_norm_moves_its_statistics(kind, momentum, framework):
    norms = kind.BatchNorm2d(3, momentum=momentum), kind.BatchNorm1d(27, momentum=momentum)
    module = nn.Sequential(nn.Conv2d(2, 3, 3), norms[0], nn.ReLU(), nn.Flatten(), norms[1])
    images = torch.randn(4, 2, 5, 5)
    module(2 * images)
    twin = copy.deepcopy(module)
    before = copy.deepcopy(module.state_dict())
    outputs, buffers = run(module, framework, images, training=True)
    assert_close(outputs, twin.train()(images))
    for name, buffer in twin.named_buffers():
        assert_close(buffers[name], buffer)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


@_each
def test_a_cumulative_average_that_is_switched_off_stays(framework):
    module = nn.Sequential(nn.Linear(4, 3), nn.BatchNorm1d(3, momentum=None), nn.Softplus())
    module[1].track_running_stats = False
    x = torch.randn(5, 4)
    twin = copy.deepcopy(module)
    outputs, buffers = run(module, framework, x, training=True)
    assert_close(outputs, twin.train()(x))
    for name, buffer in twin.named_buffers():
        assert_close(buffers[name], buffer)


class Drops(nn.Module):
    """Dropout of its own, and inside attention."""

    def __init__(self) -> None:
        super().__init__()
        self.dropout = nn.Dropout(0.5)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        attended = nn.functional.scaled_dot_product_attention(x, x, x, dropout_p=0.5 if self.training else 0.0)
        return self.dropout(x), attended


@_each
def test_dropout_follows_rng(framework):
    x = torch.rand(2, 16, 8) + 1
    (first, attended), _ = to_numpy(run(Drops(), framework, x, training=True, rng=1))
    (again, attended_again), _ = to_numpy(run(Drops(), framework, x, training=True, rng=1))
    (other, attended_otherwise), _ = to_numpy(run(Drops(), framework, x, training=True, rng=2))
    numpy.testing.assert_array_equal(first, again)
    numpy.testing.assert_array_equal(attended, attended_again)
    assert (first != other).any()
    assert (attended != attended_otherwise).any()
    kept = first != 0
    assert 0.3 < kept.mean() < 0.7
    assert_close(first[kept], (2 * x.numpy())[kept])
    (still, _), _ = run(Drops(), framework, x, training=False)
    assert_close(still, x)


class Masked(nn.Module):
    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return nn.functional.scaled_dot_product_attention(x, x, x, attn_mask=mask[:, None, :])


@_each
def test_a_fully_masked_row_is_zero(framework):
    x, mask = torch.randn(2, 3, 4), torch.tensor([[True, True, False], [False, False, False]])
    outputs, _ = run(Masked(), framework, x, mask)
    assert_close(outputs, Masked()(x, mask))
    assert not numpy.asarray(outputs[1]).any()


class Overwrites(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x[:, 0] = 7
        return x * 2


@_each
def test_the_callers_input_stays_as_it_is(framework):
    array = to_framework(torch.ones(2, 3), framework)
    assert_close(convert(Overwrites())(array), Overwrites()(torch.ones(2, 3)))
    assert_close(array, torch.ones(2, 3))


@dataclasses.dataclass
class Answer:
    """A structure that PyTorch has been told of, and JAX has not."""

    logits: Any
    parts: list[Any]


_pytree.register_pytree_node(
    Answer,
    lambda answer: ([answer.logits, answer.parts], None),
    lambda children, _: Answer(*children),
    serialized_type_name="tests.Answer",
)


class Structured(nn.Module):
    def forward(self, x: torch.Tensor) -> Answer:
        return Answer(x + 1, [x * 2, None, 3])


@_each
def test_the_modules_own_structure_comes_out(framework):
    array = to_framework(torch.ones(2), framework)
    converted = convert(Structured())
    if framework == "jax":
        answer = jax.jit(lambda x: converted.stateless_apply({}, {}, x)[0])(array)
    else:
        answer = converted(array)
    assert type(answer) is Answer
    assert_close([answer.logits, answer.parts[0]], [torch.full((2,), 2.0), torch.full((2,), 2.0)])
    assert answer.parts[1] is None
    assert int(answer.parts[2]) == 3


class Branches(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if x.sum() > 0:
            return x
        return -x


@_each
def test_a_branch_on_values_is_named(framework):
    with pytest.raises(bridge.ConversionError, match=r"Branches cannot be converted.*test_convert\.py") as caught:
        convert(Branches())(to_framework(torch.ones(2), framework))
    assert "if x.sum() > 0:" in str(caught.value)
    assert "torch.cond" in str(caught.value)


class Conditional(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.linear = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cond(x.sum() > 0, lambda x: self.linear(x), lambda x: x.sin(), (x,))


@_each
@pytest.mark.parametrize("sign", [1, -1])
def test_a_branch_by_cond(framework, sign):
    module, x = Conditional(), sign * torch.rand(2, 3)
    outputs, _ = run(module, framework, x)
    assert_close(outputs, module(x))


class ConditionalWithoutGradient(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        def weighted(x: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                weight = x.exp()
            return x * weight

        return torch.cond(x.sum() > 0, weighted, lambda x: x.sin(), (x,)).sum()


@_each
def test_no_grad_in_a_branch(framework):
    x = torch.rand(3) + 1
    converted, array = convert(ConditionalWithoutGradient()), to_framework(x, framework)
    gradient = ops.grad(lambda x: converted.stateless_apply({}, {}, x)[0])(array)
    assert_close(gradient, x.exp())


class Loops(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(3)])

    def forward(self, xs: list[torch.Tensor]) -> list[torch.Tensor]:
        return [layer(x) for layer, x in zip(self.layers, xs, strict=True) if layer.out_features]


@_each
def test_a_loop_over_lists(framework):
    module, xs = Loops(), [torch.randn(2, 3) for _ in range(3)]
    assert_close(convert(module)(to_framework(xs, framework)), module(xs))


class WithoutGradient(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            weight = x.exp()
        return (x * weight + x.detach()).sum()


@_each
def test_no_grad_and_detach(framework):
    x = torch.randn(3, requires_grad=True)
    WithoutGradient()(x).backward()
    converted, array = convert(WithoutGradient()), to_framework(x.detach(), framework)
    gradient = ops.grad(lambda x: converted.stateless_apply({}, {}, x)[0])(array)
    assert_close(gradient, x.grad)


@torch.library.custom_op("bridge_tests::triple", mutates_args=())
def triple(x: torch.Tensor) -> torch.Tensor:
    """An operation that nothing but torch knows."""
    return x * 3


@triple.register_fake
def _(x: torch.Tensor) -> torch.Tensor:
    return torch.empty_like(x)


class Exotic(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = triple(x)
        return torch._foobar(y) if x.ndim > 9 else triple(y + 1)


@_each
def test_an_operation_that_nobody_lowers(framework):
    with pytest.raises(bridge.UnsupportedOpError, match=r"no lowering of bridge_tests\.triple\.default") as caught:
        convert(Exotic())(to_framework(torch.ones(2), framework))
    assert "y = triple(x)" in str(caught.value)
    assert "triple(y + 1)" in str(caught.value)


@_each
def test_other_sizes_take_one_open_graph(framework):
    module = Ordinary().eval()
    converted = convert(module)
    for batch, length in [(3, 5), (2, 7), (4, 6), (5, 9)]:
        assert_close(converted(to_framework(tokens(batch, length), framework)), module(tokens(batch, length)))
    (graphs,) = converted._graphs._graphs.values()
    assert len(graphs) == 2


def test_unknown_sizes_of_a_tf_function():
    module = Ordinary().eval()
    function = tf.function(bridge_tf.as_module(module), input_signature=[tf.TensorSpec([None, None], tf.int64)])
    for batch, length in [(3, 5), (1, 2), (4, 9)]:
        assert_close(function(tf.constant(tokens(batch, length).numpy())), module(tokens(batch, length)))


class TakesAnything(nn.Module):
    def forward(self, x: torch.Tensor, **options: Any) -> torch.Tensor:
        return x * options["factor"] if options["scaled"] else x


@_each
def test_open_sizes_beside_keywords_without_a_name(framework):
    converted = convert(TakesAnything())
    for length in (2, 3, 4):
        x, factor = torch.randn(2, length), torch.randn(length)
        received = converted(to_framework(x, framework), factor=to_framework(factor, framework), scaled=True)
        assert_close(received, x * factor)
    (graphs,) = converted._graphs._graphs.values()
    assert len(graphs) == 2


class Counts(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.histc(x, bins=7, min=0, max=6) + torch.histc(x, bins=7, min=-0.3, max=5.1)


@_each
def test_a_histogram_counts_at_its_edges(framework):
    edges = torch.cat([torch.arange(-1.0, 8.0), torch.linspace(0, 6, 8), torch.linspace(-0.3, 5.1, 8)])
    x = torch.cat(
        [edges, torch.nextafter(edges, torch.tensor(9.0)), torch.rand(2000) * 9 - 1, torch.tensor([torch.nan])]
    )
    outputs, _ = run(Counts(), framework, x)
    assert_close(outputs, Counts()(x))


def test_tensorflows_int32_indices():
    x, index = torch.randn(3, 4), torch.tensor([[1, 0], [2, 3], [0, 0]])

    class Gathers(nn.Module):
        def forward(self, x: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
            return x.gather(1, index)

    received = convert(Gathers())(tf.constant(x.numpy()), tf.constant(index.numpy(), tf.int32))
    assert_close(received, x.gather(1, index))


@_each
def test_a_part_of_a_model_of_our_own(framework):
    class Whole(layers.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = convert(Ordinary())
            self.out = layers.Linear(8, 2)

        def forward(self, tokens: Any) -> Any:
            return self.out(self.encoder(tokens)["hidden"])

    whole = Whole().eval()
    outputs, _ = run(whole, framework, tokens())
    assert_close(outputs, whole(tokens()))


class Mixed(nn.Module):
    """Written in bridge.layers, but for one function of torch."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = layers.Linear(3, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.logit(torch.sigmoid(self.linear(x)))


@_each
def test_a_torch_function_in_the_forward_is_found_at_the_call(framework):
    module, x = Mixed(), torch.randn(4, 3)
    outputs, _ = run(module, framework, x)
    assert_close(outputs, module(x))


@_each
def test_many_threads_call_for_the_first_time(framework):
    module = Ordinary().eval()
    converted, arrays = convert(module), to_framework(tokens(), framework)
    received: list[Any] = []
    threads = [threading.Thread(target=lambda: received.append(converted(arrays))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(received) == 6
    for outputs in received:
        assert_close(outputs, module(tokens()))
    assert [len(graphs) for graphs in converted._graphs._graphs.values()] == [1]


def test_it_copies_and_pickles():
    module = Ordinary().eval()
    converted = convert(module)
    expected = converted(to_framework(tokens(), "jax"))
    for twin in (copy.deepcopy(converted), pickle.loads(pickle.dumps(converted))):
        assert twin.original.table.weight is twin.table.weight
        assert twin.table.weight is not module.table.weight
        assert_close(twin(to_framework(tokens(), "jax")), to_numpy(expected))


def test_new_weights_of_torch_in_a_stateless_call():
    module = Ordinary().eval()
    params = {name: parameter.detach() * 2 for name, parameter in module.named_parameters()}
    outputs, _ = bridge.stateless_apply(convert(module), params, {}, tokens())
    assert_close(outputs, torch.func.functional_call(module, params, (tokens(),)))


class ChangesItsParameter(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3), requires_grad=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.weight.mul_(2)
        return x * self.weight


@_each
def test_a_parameter_that_the_forward_changes(framework):
    with pytest.raises(
        bridge.UnsupportedOpError, match="no forward that changes the parameter weight. Make it a buffer"
    ):
        convert(ChangesItsParameter())(to_framework(torch.ones(3), framework))


def test_whole_numbers_that_jax_does_not_hold():
    class Offsets(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("offset", torch.tensor([2**40]))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return x + self.offset

    with pytest.raises(OverflowError, match=r"JAX without x64 holds int64 in 32 bits.*Set jax_enable_x64"):
        bridge_jax.functionalize(Offsets())
    assert int(convert(Offsets())(tf.constant([1], tf.int64))[0]) == 2**40 + 1


def test_keywords_and_options_are_part_of_the_kind():
    module = Ordinary().eval()
    converted = convert(module)
    for shift in (1, 2):
        assert_close(converted(jnp.asarray(tokens().numpy()), shift=shift), module(tokens(), shift=shift))


class Sum(nn.Module):
    def forward(self, x: torch.Tensor, *, less: torch.Tensor, scale: float) -> torch.Tensor:
        return (x - less) * scale


def test_the_order_of_keywords_is_no_part_of_it():
    converted, x = convert(Sum()), jnp.ones(3)
    for named in ({"less": x, "scale": 2.0}, {"scale": 2.0, "less": x}):
        assert_close(converted(2 * x, **named), torch.full((3,), 2.0))
    assert len(converted._graphs._graphs) == 1
