"""A module as a real `tf.Module`, whose variables a TensorFlow user trains, saves and serves."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import torch

from bridge.interop.foreign import AnyModule
from bridge.interop.tf_layout import kernels_of
from bridge.interop.weights import write_back
from bridge.optional import require
from bridge.replica import require_built, resolve, slots
from bridge.typing import Array

if TYPE_CHECKING:
    import tensorflow as tf
else:
    tf = require("tensorflow", extra="tf", purpose="bridge.interop.tf")

from bridge.backends.tensorflow import transfer
from bridge.backends.tensorflow.kernels import Kernel, kernel_of

__all__ = ["TFModule", "VariableTree", "as_module", "assign", "load", "to_torch"]


class VariableTree(tf.Module):
    """The variables of one torch module and, as attributes under their torch names, those of its children.

    A name that `tf.Module` has for itself gets an underscore behind it.
    """

    def __init__(
        self, module: torch.nn.Module, name: str, variables: dict[int, tf.Variable], kernels: set[int]
    ) -> None:
        super().__init__(name=name if name.isidentifier() else f"_{name}")
        with self.name_scope:
            for child_name, child in module.named_children():
                setattr(self, self._attribute(child_name), VariableTree(child, child_name, variables, kernels))
            for own, trainable in ((module._parameters, True), (module._buffers, False)):
                for own_name, tensor in own.items():
                    if tensor is not None:
                        if id(tensor) not in variables:  # else it is tied to one that stands elsewhere
                            value = _as_it_lies(tensor, id(tensor) in kernels)
                            trained = trainable and tensor.requires_grad
                            variables[id(tensor)] = tf.Variable(value, trainable=trained, name=own_name)
                        setattr(self, self._attribute(own_name), variables[id(tensor)])

    def _attribute(self, name: str) -> str:
        return f"{name}_" if hasattr(type(self), name) or hasattr(self, name) else name


def _as_it_lies(tensor: torch.Tensor, is_kernel: bool) -> tf.Tensor:
    """The tensor in the order of axes that its variable has."""
    value = transfer.from_torch(tensor)
    return kernel_of(value) if is_kernel else value


@dataclasses.dataclass(frozen=True)
class _Held:
    """What TensorFlow's tracking must not see: it would save the weights twice, and wrap the dicts."""

    runs: AnyModule
    parameters: dict[str, tf.Variable]
    weights: dict[str, tf.Variable | Kernel]  # the same as torch has them
    buffers: dict[str, tf.Variable]


class TFModule(VariableTree):
    """A torch module as a `tf.Module`; see `as_module`."""

    autograph_info__: ClassVar[dict[str, Any]] = {}  # as `bridge.autograph.unconverted` has it

    _held: _Held = None  # type: ignore[assignment] # set below; here, so that no parameter takes the name

    def __init__(self, module: torch.nn.Module, name: str | None = None) -> None:
        variables: dict[int, tf.Variable] = {}
        kernels = kernels_of(module)
        super().__init__(module, name or type(module).__name__, variables, kernels)
        weights = variables | {key: Kernel(variables[key]) for key in kernels}
        named = dict(module.named_parameters())
        self._held = _Held(
            AnyModule(module),
            {key: variables[id(tensor)] for key, tensor in named.items()},
            {key: weights[id(tensor)] for key, tensor in named.items()},
            {key: variables[id(tensor)] for key, tensor in slots(module, "_buffers")},
        )

    @property
    def torch_module(self) -> torch.nn.Module:
        """The module that it was made of; its weights stay as they are."""
        return self._held.runs.module

    @property
    def parameters(self) -> dict[str, tf.Variable]:
        """The variable of each parameter, under its name in the `state_dict`; kernels lie as `as_module` says."""
        return self._held.parameters

    @property
    def buffers(self) -> dict[str, tf.Variable]:
        """The variable of each buffer, under its name in the `state_dict`."""
        return self._held.buffers

    def __call__(self, *args: Any, training: bool = False, rng: tf.Tensor | None = None, **kwargs: Any) -> Any:
        """Runs the module on TensorFlow tensors with the present variables.

        Args:
            *args: what the module's `forward` takes.
            training: whether dropout acts and running statistics move, in the variables.
            rng: a seed of two integers for random ops; by default one of TensorFlow's own generator, which follows
                `tf.random.set_seed`.
            **kwargs: what `forward` takes.
        """
        if training and rng is None:
            rng = transfer.own_key(traced=False)
        outputs, buffers = self._held.runs.apply(
            self._held.weights, self.buffers, *args, rng=rng, training=training, **kwargs
        )
        if training:
            for name, variable in self.buffers.items():
                if buffers[name] is not variable:
                    variable.assign(buffers[name])
        return outputs


def as_module(module: torch.nn.Module, name: str | None = None) -> TFModule:
    """A module as a `tf.Module`, with variables that hold copies of its parameters and buffers.

    It goes where a `tf.Module` goes: `tf.function`, `tf.GradientTape`, `tf.train.Checkpoint`, `tf.saved_model.save`.
    A parameter that does not require grad is a variable that is not trainable; a tied one is one variable.

    Kernels lie as TensorFlow's operations take them, so that none is moved at each step: the weights of linear and
    recurrent layers and of their cells are `(in, out)`, those of convolutions `(*spatial, in, out)`, and of transposed
    ones `(*spatial, out, in)`. All else has torch's shape, also a linear layer's weight that is an embedding's too.
    `to_torch` brings variables and gradients into torch's shapes; `load` and `assign` carry all weights over.

    Compile a function that calls it, not itself: on each parameter with a default, here `training` and `rng`,
    `tf.function` spends 0.1 ms a call.

    Args:
        module: any `torch.nn.Module`; one whose forward is not written in `bridge.ops` and `bridge.layers` is
            converted: see `bridge.interop.convert`.
        name: the name scope of the variables; the module's class by default.

    >>> module = as_module(nn.Sequential(nn.Linear(3, 2)))
    >>> module(tf.ones((4, 3))).shape, [variable.name for variable in module.trainable_variables]
    (TensorShape([4, 2]), ['Sequential/_0/bias:0', 'Sequential/_0/weight:0'])
    """
    require_built(module, "as_module")
    return TFModule(module, name)


def load(module: torch.nn.Module, tf_module: TFModule) -> None:
    """Writes the variables of a `tf.Module` back into a module: what `as_module` took out.

    Raises:
        ValueError: names are missing or unexpected, or shapes differ; then nothing is written.

    >>> layer = nn.Linear(3, 2)
    >>> module = as_module(layer)
    >>> module.weight.assign(tf.zeros((3, 2))) is not None
    True
    >>> load(layer, module)
    >>> float(layer.weight.detach().sum())
    0.0
    """
    write_back(module, tf_module._held.weights, tf_module.buffers, transfer.to_torch)


def assign(tf_module: TFModule, module: torch.nn.Module) -> None:
    """Writes a module's weights into the variables of a `tf.Module`: the way back of `load`.

    Functions that were compiled with the `tf.Module` go on with the new values.

    Raises:
        ValueError: names are missing or unexpected, or shapes differ; then nothing is written.

    >>> layer = nn.Linear(3, 2)
    >>> module = as_module(layer)
    >>> torch.nn.init.ones_(layer.weight) is layer.weight
    True
    >>> assign(module, layer)
    >>> float(tf.reduce_sum(module.weight))
    6.0
    """
    own = tf_module.torch_module
    given = resolve(own, dict(module.named_parameters()), dict(slots(module, "_buffers")))
    variables, weights = tf_module.parameters | tf_module.buffers, tf_module._held.weights
    values = {
        name: _as_it_lies(given[id(tensor)], isinstance(weights.get(name), Kernel))
        for name, tensor in (*own.named_parameters(), *slots(own, "_buffers"))
        if id(tensor) in given  # else a buffer that is not in the state_dict, and that `module` lacks
    }
    for name, value in values.items():
        variables[name].assign(tf.cast(value, variables[name].dtype))


def to_torch(tf_module: TFModule, arrays: Mapping[str, Array | None]) -> dict[str, torch.Tensor | None]:
    """Variables of a `tf.Module`, or what lies like them, such as gradients, as torch tensors of torch's shapes.

    Args:
        tf_module: from `as_module`.
        arrays: under names of its `parameters` and `buffers`, all or some; `None`, which `tf.GradientTape` has for a
            gradient that there is not, stays `None`.

    >>> module = as_module(nn.Linear(3, 2))
    >>> module.weight.shape, to_torch(module, module.parameters)["weight"].shape
    (TensorShape([3, 2]), torch.Size([2, 3]))
    """
    weights = tf_module._held.weights

    def one(name: str, array: Array) -> torch.Tensor:
        tensor = tf.convert_to_tensor(array)  # the gradient of a look-up is tf.IndexedSlices
        return transfer.to_torch(Kernel(tensor) if isinstance(weights.get(name), Kernel) else tensor)

    return {name: None if array is None else one(name, array) for name, array in arrays.items()}
