"""Adapters put into a model, merged into its weights, and taken out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar

import torch

from bridge.layers.lora.adapters import Adapter, Besides, kind_for
from bridge.layers.lora.targets import Targets, chosen, is_named, pattern_value

__all__ = ["adapters", "apply", "merge", "remove", "unmerge"]

M = TypeVar("M", bound=torch.nn.Module)


def apply(
    model: M,
    rank: int,
    *,
    alpha: float | None = None,
    dropout: float = 0.0,
    targets: Targets = None,
    bias: Literal["none", "all", "lora_only"] = "none",
    use_rslora: bool = False,
    rank_pattern: Mapping[str, int] | None = None,
    alpha_pattern: Mapping[str, float] | None = None,
    modules_to_save: Sequence[str] = (),
) -> M:
    """Freezes a model and wraps the layers that are targets in adapters, in place; the outputs are as before.

    Only the adapters are trained from then on: `requires_grad` says it in PyTorch, and what it says goes for
    `bridge.interop.jax.partition` and the `trainable_variables` of `bridge.interop.tf.as_module`. A layer that stands
    in several places gets one adapter; of tied weights only that of the target is changed, in its answer.

    Args:
        model: any module that holds the targets; of `bridge.layers` if it is to run outside PyTorch.
        rank: the rank of the updates.
        alpha: the updates are scaled by `alpha / rank`; by default by 1.
        dropout: the probability of dropping an input of an update in training.
        targets: the layers, each a Linear, an Embedding or a convolution: a list of names, whole or their last parts
            (`["query", "value"]`), a regex that the whole name matches, or a predicate of name and module; by default
            every Linear, but for the one that a MultiheadAttention keeps and never calls.
        bias: which biases of the model are trained too: none, all, or those of the targets (`"lora_only"`).
        use_rslora: scale by `alpha / sqrt(rank)`.
        rank_pattern: other ranks, by a regex for the end of a name.
        alpha_pattern: other alphas, likewise.
        modules_to_save: names, or their last parts, of modules that are trained whole and saved with the adapters, such
            as a new head.

    Returns:
        The model given.

    Raises:
        ValueError: there is no such layer, or one that has no adapter; an option is out of range. The model is then as
            it was.

    >>> model = nn.Sequential(nn.Embedding(10, 4), nn.Linear(4, 4), nn.Linear(4, 2))
    >>> _ = nn.lora.apply(model, 2, targets=["0", "1"], modules_to_save=["2"])
    >>> [name for name, p in model.named_parameters() if p.requires_grad]
    ['0.lora_embedding_A', '0.lora_embedding_B', '1.lora_A.weight', '1.lora_B.weight', '2.weight', '2.bias']
    """
    if bias not in ("none", "all", "lora_only"):
        raise ValueError(f"lora.apply expected bias to be 'none', 'all' or 'lora_only', got {bias!r}")
    if adapters(model):
        raise ValueError("lora.apply got a model that has adapters already: call lora.remove(model) first")
    unknown = [name for name in modules_to_save if not any(is_named(n, [name]) for n, _ in model.named_modules())]
    if unknown:
        raise ValueError(f"lora.apply expected modules_to_save to name modules, got {', '.join(map(repr, unknown))}")
    made = {}
    for name, module in chosen(model, targets, modules_to_save).items():
        own_rank: Any = pattern_value(rank_pattern, name, rank)
        own_alpha = pattern_value(alpha_pattern, name, own_rank if alpha is None else alpha)
        made[name] = make(module, own_rank, alpha=own_alpha, dropout=dropout, use_rslora=use_rslora)
    install(model, made, Besides(bias, tuple(modules_to_save)))
    return model


def make(module: torch.nn.Module, rank: int, **options: Any) -> Adapter:
    """The adapter around a module, which is left as it is."""
    kind = kind_for(module)
    assert kind is not None, "what has no adapter was refused before"
    return kind(module, rank, **options)


def install(model: torch.nn.Module, made: Mapping[str, Adapter], besides: Besides) -> None:
    """Freezes a model and puts adapters in the places of the modules that they wrap."""
    wrapped = {id(adapter.base_layer): adapter for adapter in made.values()}
    model.requires_grad_(False)
    _replace(model, wrapped)
    for adapter in made.values():
        adapter.besides = besides
        for name, parameter in adapter.named_parameters():
            parameter.requires_grad_(not name.startswith("base_layer."))
        if besides.bias == "lora_only" and adapter.bias is not None:
            adapter.bias.requires_grad_(True)
    for name, module in model.named_modules():
        if is_named(name, besides.modules_to_save):
            module.requires_grad_(True)
    if besides.bias == "all":
        for name, parameter in model.named_parameters():
            if is_named(name, ["bias"]):
                parameter.requires_grad_(True)


def _replace(model: torch.nn.Module, replacements: Mapping[int, torch.nn.Module]) -> None:
    for parent in list(model.modules()):
        for name, child in list(parent._modules.items()):
            if id(child) in replacements:
                setattr(parent, name, replacements[id(child)])


def adapters(model: torch.nn.Module) -> dict[str, Adapter]:
    """The adapters in a model, by name.

    >>> nn.lora.adapters(nn.lora.apply(nn.Sequential(nn.Linear(3, 2), nn.Tanh()), 4))["0"].rank
    4
    """
    return {name: module for name, module in model.named_modules() if isinstance(module, Adapter)}


def merge(model: M) -> M:
    """Adds every update to the weight that it belongs to, so that the adapters cost nothing; `unmerge` goes back.

    With `remove` it is PEFT's `merge_and_unload`: `lora.remove(lora.merge(model))` is a plain model again.

    Args:
        model: a model with adapters.

    Returns:
        The model given.

    Raises:
        ValueError: there are no adapters, or one cannot be merged; then none is.

    >>> model = nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 4)
    >>> nn.lora.remove(nn.lora.merge(model))
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
    )
    """
    found = _found(model, "merge")
    faults = [f"{name!r}: {reason}" for name, each in found.items() if (reason := each.refuse_merge())]
    if faults:
        raise ValueError(f"lora.merge cannot merge {'; '.join(faults)}. Nothing was changed.")
    return _each(model, found.values(), Adapter.merge)


def unmerge(model: M) -> M:
    """Gives every layer the weight that it had before `merge`, to the bit, and lets the adapters act again.

    Args:
        model: a model with adapters; what is not merged stays as it is.

    Returns:
        The model given.

    Raises:
        ValueError: there are no adapters.

    >>> model = nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 4)
    >>> nn.lora.unmerge(nn.lora.merge(model))[0].merged
    False
    """
    return _each(model, _found(model, "unmerge").values(), Adapter.unmerge)


def remove(model: M) -> M:
    """Takes the adapters out: PEFT's `unload`, or its `merge_and_unload` after a `merge`.

    The layers keep the weights that they have, merged or not, and stay frozen: `requires_grad_` thaws them.

    Args:
        model: a model with adapters.

    Returns:
        The model given.

    Raises:
        ValueError: there are no adapters.

    >>> nn.lora.remove(nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 4))
    Sequential(
      (0): Linear(in_features=3, out_features=2, bias=True)
    )
    """
    found = _found(model, "remove").values()
    for adapter in found:
        adapter.base_layer.train(adapter.training)
    _replace(model, {id(adapter): adapter.base_layer for adapter in found})
    return model


def _found(model: torch.nn.Module, what: str) -> dict[str, Adapter]:
    if isinstance(model, Adapter):
        raise ValueError(f"lora.{what} expected a model that holds its adapters, got an adapter by itself")
    found = adapters(model)
    if not found:
        raise ValueError(f"lora.{what} found no adapters in {type(model).__name__}: lora.apply makes them")
    return found


def _each(model: M, found: Iterable[Adapter], act: Any) -> M:
    for adapter in found:
        act(adapter)
    return model
