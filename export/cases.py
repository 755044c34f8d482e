"""Inputs to compare on: several sizes of each dynamic axis, and what torch itself answers to them."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy
import torch

from bridge import InputSpec
from bridge.dtypes import torch_dtype
from bridge.replica import require_built

DEFAULT_SIZES = (1, 2, 7)

Arrays = dict[str, numpy.ndarray]


@dataclasses.dataclass(frozen=True)
class Case:
    """One comparison: the sizes of the dynamic axes, the inputs, and torch's outputs by name."""

    sizes: dict[str, int]
    inputs: dict[str, torch.Tensor]
    outputs: Arrays


def axis_name(spec: InputSpec, axis: int) -> str | None:
    """The name of a dynamic axis; one that was given as `None` is called by its input and place."""
    size = spec.shape[axis]
    return None if isinstance(size, int) else size or f"{spec.name}_axis_{axis}"


def evaluation_copy(model: torch.nn.Module) -> torch.nn.Module:
    """A copy in eval mode: what is exported, so that the model stays as it is.

    Raises:
        ValueError: a layer has not been built; the copy would get weights that the model never has.
    """
    require_built(model, "an export")
    return copy.deepcopy(model).eval()


def cases(
    model: torch.nn.Module, specs: Sequence[InputSpec], sizes: Mapping[str, Sequence[int]] | None
) -> tuple[Case, ...]:
    """Runs `model` at several sizes of each dynamic axis.

    Args:
        model: in eval mode.
        specs: its inputs, in the order of `forward`.
        sizes: for a dynamic axis, by name, the sizes to try in place of 1, 2 and 7.

    Raises:
        TypeError: `specs` is no list of InputSpec, or the model returns something else than tensors.
        ValueError: two inputs have one name, `sizes` names no axis, or the model itself fails at a size.
    """
    if not isinstance(specs, list | tuple) or not all(isinstance(spec, InputSpec) for spec in specs):
        raise TypeError(f"an export expected a list of InputSpec, one for each input, got {specs!r}")
    names = [spec.name for spec in specs]
    if not specs or len(set(names)) != len(names):
        raise ValueError(f"an export expected a list of InputSpec, each with a name of its own, got {names}")
    axes = list(dict.fromkeys(axis_name(spec, axis) for spec in specs for axis in range(len(spec.shape))))
    dynamic = [axis for axis in axes if axis is not None]
    unknown = sorted(set(sizes or {}) - set(dynamic))
    if unknown:
        raise ValueError(f"sizes expected names of dynamic axes, {dynamic}, got {unknown}")
    tried = {axis: tuple((sizes or {}).get(axis, DEFAULT_SIZES)) for axis in dynamic}
    count = max((len(values) for values in tried.values()), default=1)
    # Every size of every axis comes up, and axes differ from each other where they can.
    chosen = [
        {axis: values[(turn + place) % len(values)] for place, (axis, values) in enumerate(tried.items())}
        for turn in range(count)
    ]
    generator = torch.Generator().manual_seed(0)
    return tuple(_run(model, specs, case, generator) for case in chosen)


def _run(model: torch.nn.Module, specs: Sequence[InputSpec], sizes: dict[str, int], generator: torch.Generator) -> Case:
    inputs = {spec.name: _example(model, spec, sizes, generator) for spec in specs}
    try:
        with torch.no_grad():
            outputs = model(*(tensor.clone() for tensor in inputs.values()))
    except Exception as error:
        shapes = {name: tuple(tensor.shape) for name, tensor in inputs.items()}
        if not sizes:
            raise ValueError(f"{type(model).__name__} does not take inputs of the shapes {shapes}: {error}") from error
        raise ValueError(
            f"{type(model).__name__} cannot vary its dynamic axes to {sizes}: torch itself fails on inputs of the "
            f"shapes {shapes}: {error}\nGive the axis a fixed size in its InputSpec, or pass sizes={{axis: [...]}} "
            f"with sizes that the model takes; nothing was written."
        ) from error
    named = named_outputs(outputs)
    others = {name: type(value).__name__ for name, value in named.items() if not isinstance(value, torch.Tensor)}
    if others or not named:
        raise TypeError(f"an export expected that {type(model).__name__} returns tensors, got {others or outputs}")
    return Case(sizes, inputs, {name: tensor.detach().numpy() for name, tensor in named.items()})


def _example(
    model: torch.nn.Module, spec: InputSpec, sizes: dict[str, int], generator: torch.Generator
) -> torch.Tensor:
    shape = [
        sizes[axis_name(spec, axis) or ""] if not isinstance(size, int) else size
        for axis, size in enumerate(spec.shape)
    ]
    dtype = torch_dtype(spec.dtype)
    if dtype.is_floating_point or dtype.is_complex:
        return torch.randn(shape, generator=generator).to(dtype)
    if spec.name.endswith("mask") and shape:
        # As padding masks are: what is masked stands last, and not all of it is, for which attention has no answer.
        kept = torch.randint(1, shape[-1] + 1, (*shape[:-1], 1), generator=generator) if shape[-1] else torch.tensor(0)
        return (torch.arange(shape[-1]) < kept).to(dtype)
    if dtype == torch.bool:
        return torch.rand(shape, generator=generator) < 0.5
    # Integers are mostly indices: they stay within the smallest table that the model looks up.
    tables = [module.num_embeddings for module in model.modules() if isinstance(module, torch.nn.Embedding)]
    return torch.randint(min(tables, default=2), shape, generator=generator, dtype=dtype)


def named_outputs(outputs: Any) -> dict[str, Any]:
    """The tensors of a model's answer by name: `output`, or `output_0` and on, or the keys of a mapping."""
    if isinstance(outputs, Mapping):
        return {
            f"{key}" if inner == "output" else f"{key}_{inner.removeprefix('output_')}": tensor
            for key, value in outputs.items()
            for inner, tensor in named_outputs(value).items()
        }
    if isinstance(outputs, list | tuple):
        return {
            name if inner == "output" else f"{name}_{inner.removeprefix('output_')}": tensor
            for place, value in enumerate(outputs)
            for name in [f"output_{place}"]
            for inner, tensor in named_outputs(value).items()
        }
    return {} if outputs is None else {"output": outputs}
