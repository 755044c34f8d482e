"""A module as a real `tf.Module`, whose variables a TensorFlow user trains, saves and serves."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

import torch

from bridge.interop.foreign import AnyModule
from bridge.interop.weights import write_back
from bridge.optional import require
from bridge.replica import require_built, slots

if TYPE_CHECKING:
    import tensorflow as tf
else:
    tf = require("tensorflow", extra="tf", purpose="bridge.interop.tf")

from bridge.backends.tensorflow import transfer

__all__ = ["TFModule", "VariableTree", "as_module", "load"]


class VariableTree(tf.Module):
    """The variables of one torch module and, as attributes under their torch names, those of its children.

    A name that `tf.Module` has for itself gets an underscore behind it.
    """

    def __init__(self, module: torch.nn.Module, name: str, variables: dict[int, tf.Variable]) -> None:
        super().__init__(name=name if name.isidentifier() else f"_{name}")
        with self.name_scope:
            for child_name, child in module.named_children():
                setattr(self, self._attribute(child_name), VariableTree(child, child_name, variables))
            for own, trainable in ((module._parameters, True), (module._buffers, False)):
                for own_name, tensor in own.items():
                    if tensor is not None:
                        variable = self._variable(own_name, tensor, trainable, variables)
                        setattr(self, self._attribute(own_name), variable)

    def _attribute(self, name: str) -> str:
        return f"{name}_" if hasattr(type(self), name) or hasattr(self, name) else name

    @staticmethod
    def _variable(name: str, tensor: torch.Tensor, trainable: bool, variables: dict[int, tf.Variable]) -> tf.Variable:
        if id(tensor) not in variables:  # else it is tied to one that stands elsewhere
            variables[id(tensor)] = tf.Variable(
                transfer.from_torch(tensor), trainable=trainable and tensor.requires_grad, name=name
            )
        return variables[id(tensor)]


@dataclasses.dataclass(frozen=True)
class _Held:
    """What TensorFlow's tracking must not see: it would save the weights twice, and wrap the dicts."""

    runs: AnyModule
    parameters: dict[str, tf.Variable]
    buffers: dict[str, tf.Variable]


class TFModule(VariableTree):
    """A torch module as a `tf.Module`; see `as_module`."""

    autograph_info__: ClassVar[dict[str, Any]] = {}  # as `bridge.autograph.unconverted` has it

    _held: _Held = None  # type: ignore[assignment] # set below; here, so that no parameter takes the name

    def __init__(self, module: torch.nn.Module, name: str | None = None) -> None:
        variables: dict[int, tf.Variable] = {}
        super().__init__(module, name or type(module).__name__, variables)
        self._held = _Held(
            AnyModule(module),
            {key: variables[id(tensor)] for key, tensor in module.named_parameters()},
            {key: variables[id(tensor)] for key, tensor in slots(module, "_buffers")},
        )

    @property
    def torch_module(self) -> torch.nn.Module:
        """The module that it was made of; its weights stay as they are."""
        return self._held.runs.module

    @property
    def parameters(self) -> dict[str, tf.Variable]:
        """The variable of each parameter, under its name in the `state_dict`."""
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
            self.parameters, self.buffers, *args, rng=rng, training=training, **kwargs
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
    >>> module.weight.assign(tf.zeros((2, 3))) is not None
    True
    >>> load(layer, module)
    >>> float(layer.weight.detach().sum())
    0.0
    """
    write_back(module, tf_module.parameters, tf_module.buffers, transfer.to_torch)
