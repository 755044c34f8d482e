"""`stateless_apply`: pure, strict about names and shapes, right from any number of threads."""

from concurrent.futures import ThreadPoolExecutor

import jax
import numpy
import pytest
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from bridge.interop import jax as bridge_jax
from tests.helpers import assert_close, to_framework


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU())
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        return self.head(ops.mean(self.body(x), axis=(2, 3)))


def arrays_of(module, framework):
    params = to_framework({name: p.detach() for name, p in module.named_parameters()}, framework)
    return params, to_framework(dict(module.named_buffers()), framework)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow", "numpy"])
@pytest.mark.parametrize("training", [False, True])
def test_it_equals_torch_and_leaves_the_module_alone(framework, training):
    module, x = Net(), torch.randn(5, 1, 6, 6)
    params, buffers = arrays_of(module, framework)
    before = {name: tensor.clone() for name, tensor in module.state_dict().items()}
    output, new_buffers = module.stateless_apply(params, buffers, to_framework(x, framework), training=training)
    assert all(torch.equal(before[name], tensor) for name, tensor in module.state_dict().items())
    assert module.training
    reference = torch.nn.Sequential(torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU())
    reference.load_state_dict(module.body.state_dict())
    reference.train(training)
    expected = torch.nn.functional.linear(reference(x).mean((2, 3)), module.head.weight, module.head.bias)
    assert_close(output, expected)
    assert_close(
        {name.removeprefix("body."): value for name, value in new_buffers.items()}, dict(reference.named_buffers())
    )


def test_torch_buffers_that_are_given_are_not_written_to():
    module = nn.BatchNorm1d(3)
    params, buffers = arrays_of(module, "torch")
    _, new_buffers = module.stateless_apply(params, buffers, torch.randn(4, 3), training=True)
    assert torch.equal(buffers["running_mean"], torch.zeros(3))
    assert int(buffers["num_batches_tracked"]) == 0
    assert int(new_buffers["num_batches_tracked"]) == 1
    assert not torch.equal(new_buffers["running_mean"], torch.zeros(3))


def test_every_fault_is_in_one_error():
    module = Net()
    params, buffers = arrays_of(module, "jax")
    params["wrong"] = params.pop("head.bias")
    params["head.weight"] = params["head.weight"].T
    del buffers["body.1.running_var"]
    with pytest.raises(ValueError, match="Net cannot take these parameters and buffers") as caught:
        module.stateless_apply(params, buffers, jax.numpy.ones((2, 1, 6, 6)))
    text = str(caught.value)
    assert "missing parameter 'head.bias' of shape (2,)" in text
    assert "unexpected parameter 'wrong'" in text
    assert "parameter 'head.weight' expected shape (2, 4), got (4, 2)" in text
    assert "missing buffer 'body.1.running_var' of shape (4,)" in text
    assert "nothing was changed" in text


def test_tied_parameters_stay_tied_under_either_name():
    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False)
            self.second.weight = self.first.weight

        def forward(self, x):
            return self.second(self.first(x))

    module, x = Tied(), torch.randn(2, 3)
    for name in ("first.weight", "second.weight"):
        output, _ = module.stateless_apply({name: 2 * module.first.weight.detach()}, {}, x)
        assert_close(output, 4 * module(x))


def test_a_buffer_that_is_not_persistent_may_be_left_out():
    class Scaled(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("scale", torch.tensor([2.0]), persistent=False)

        def forward(self, x):
            return x * self.scale

    output, _ = Scaled().stateless_apply({}, {}, jax.numpy.ones(3))
    assert_close(output, numpy.full(3, 2.0, "float32"))


def test_a_tensor_that_is_no_buffer_is_named_as_such():
    class Constant(nn.Module):
        def forward(self, x):
            return ops.multiply(x, torch.ones(3))

    with pytest.raises(bridge.MixedFrameworksError, match="must be one of its parameters or buffers"):
        Constant().stateless_apply({}, {}, jax.numpy.ones(3))


def test_torch_takes_no_rng():
    with pytest.raises(TypeError, match=r"rng is for JAX and TensorFlow; .* torch\.manual_seed"):
        nn.Dropout().stateless_apply({}, {}, torch.ones(3), rng=torch.Generator())


def test_eight_threads_agree_with_one():
    module = Net().eval()
    apply, params, buffers = bridge_jax.functionalize(module)
    inputs = [torch.randn(3, 1, 6, 6) for _ in range(16)]
    expected = [module(x).detach() for x in inputs]
    torch_arrays = arrays_of(module, "torch")

    def both(x):
        stateless, _ = apply(params, buffers, bridge_jax.from_torch(x))
        scaled, _ = module.stateless_apply({k: 2 * v for k, v in torch_arrays[0].items()}, torch_arrays[1], x)
        return stateless, module(x).detach(), scaled.detach()

    single = [both(x) for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            for threaded, alone, wanted in zip(pool.map(both, inputs), single, expected, strict=True):
                assert_close(threaded[0], wanted)
                assert torch.equal(threaded[1], wanted)
                assert_close(threaded[2], alone[2])


def test_eight_threads_train_statelessly_at_once():
    module = Net()
    apply, params, buffers = bridge_jax.functionalize(module)
    inputs = [jax.random.normal(jax.random.key(seed), (3, 1, 6, 6)) for seed in range(8)]

    def train(x):
        return apply(params, buffers, x, training=True)

    alone = [train(x) for x in inputs]
    with ThreadPoolExecutor(8) as pool:
        for threaded, single in zip(pool.map(train, inputs), alone, strict=True):
            assert_close(threaded, single)


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((("batch", 1.5),), TypeError, "expected sizes that are int, str or None, got 1.5"),
        (((-1, 2),), ValueError, "expected sizes of at least 0, got -1"),
        ((("not a name", 2),), ValueError, "expected an axis name that is an identifier, got 'not a name'"),
        (((2,), "float33"), TypeError, "expected a dtype, such as torch.float32 or 'float32', got 'float33'"),
        (((2,), "float32", "a b"), ValueError, "expected a name that is an identifier, got 'a b'"),
    ],
)
def test_a_wrong_input_spec_says_what_is_wrong(arguments, error, text):
    with pytest.raises(error, match=text):
        bridge.InputSpec(*arguments)
