"""One way to construct a layer, run it and compare it: what every test of layers is made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import torch
from torch.nn.parameter import is_lazy


def call(module: torch.nn.Module, *inputs: Any) -> Any:
    """Runs a module as it is usually run."""
    return module(*inputs)


@dataclasses.dataclass(frozen=True)
class Case:
    """How to build a layer from `torch.nn` or `bridge.layers`, how to run it, and new inputs for it.

    Attributes:
        name: the class of `bridge.layers`; a class of `torch.nn` too, unless the layer is our own.
        build: makes the layer of the namespace given.
        inputs: new inputs, torch tensors.
        run: calls the layer with the inputs, of any framework.
        refused: what torch.nn's own class cannot do ("compile", "export", "vmap", "hooks", "dtypes", "deepcopy"), with
            words of the error, which ours must fail with too; "dtypes" is bfloat16.
        beyond: what torch.nn's own class cannot do ("compile", "export"), with words of the error, and ours does, to
            rounding, by another way than torch's.
        lacking: frameworks in which ours cannot do it, each with the reason that the page gives; it must fail there.
        random: whether training draws random numbers, so that no two frameworks agree in it.
        tolerance: largest difference of the outputs on other frameworks, relative to the largest value.
    """

    name: str
    build: Callable[[ModuleType], torch.nn.Module]
    inputs: Callable[[], tuple[torch.Tensor, ...]]
    run: Callable[..., Any] = call
    refused: Mapping[str, str] = dataclasses.field(default_factory=dict)
    lacking: Mapping[str, str] = dataclasses.field(default_factory=dict)
    random: bool = False
    tolerance: float = 1e-5
    beyond: Mapping[str, str] = dataclasses.field(default_factory=dict)


def case(
    name: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    inputs: Any,
    run: Callable[..., Any] = call,
    *,
    lacking: Mapping[str, str] | None = None,
    random: bool = False,
    tolerance: float = 1e-5,
    beyond: Mapping[str, str] | None = None,
    **refused: str,
) -> Case:
    """A case of `nn.<name>(*args, **kwargs)`.

    Args:
        name: the class.
        args: what it is constructed with.
        kwargs: what it is constructed with, by name.
        inputs: a shape, a list of shapes, or a function that makes the tensors.
        run: as in `Case`, like the rest.
        lacking: as in `Case`.
        random: as in `Case`.
        tolerance: as in `Case`.
        beyond: as in `Case`.
        **refused: as in `Case`.
    """
    if not callable(inputs):
        shapes = inputs if isinstance(inputs, list) else [inputs]
        inputs = lambda: tuple(torch.randn(shape) for shape in shapes)  # noqa: E731
    return Case(
        name,
        lambda nn: getattr(nn, name)(*args, **kwargs),
        inputs,
        run,
        refused,
        lacking or {},
        random,
        tolerance,
        beyond or {},
    )


class Runner(torch.nn.Module):
    """A layer with the way to run it, as containers have no forward; on copies, into which a layer may write."""

    def __init__(self, layer: torch.nn.Module, run: Callable[..., Any]) -> None:
        super().__init__()
        self.layer = layer
        self.run = run

    def forward(self, *inputs: Any) -> Any:
        return self.run(self.layer, *(x.clone() if isinstance(x, torch.Tensor) else x for x in inputs))


def settle(module: torch.nn.Module, *args: Any, **kwargs: Any) -> None:
    """Gives lazy layers their weights, by a call in eval mode; without any it does nothing."""
    if not any(map(is_lazy, (*module.parameters(), *module.buffers()))):
        return
    training = module.training
    with torch.no_grad():
        module.eval()(*args, **kwargs)
    module.train(training)


@dataclasses.dataclass(frozen=True)
class Lacking:
    """Samples of `module_db` that a framework cannot run, and must fail at.

    Attributes:
        frameworks: where.
        reason: what the page says.
        holds: tells such a sample by what the class is constructed and called with: `(args, kwargs)` of each.
    """

    frameworks: tuple[str, ...]
    reason: str
    holds: Callable[[tuple[Any, ...], dict[str, Any], tuple[Any, ...], dict[str, Any]], bool]
