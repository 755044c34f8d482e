"""Adapters in files, in the format of Hugging Face's PEFT: `adapter_config.json` and `adapter_model.safetensors`."""

from __future__ import annotations

import collections
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import safetensors
import safetensors.torch as safetensors_torch
import torch

from bridge.files import aside, check_free, put
from bridge.layers.lora.adapters import Adapter, Besides
from bridge.layers.lora.config import CONFIG, WEIGHTS, read_config
from bridge.layers.lora.targets import is_named, pattern_value, unsupported
from bridge.layers.lora.transform import adapters, install, make

__all__ = ["load", "save"]

M = TypeVar("M", bound=torch.nn.Module)

PREFIX = "base_model.model."
"""What PEFT's own wrappers put before every name."""


def save(model: torch.nn.Module, folder: str | Path, *, overwrite: bool = False) -> None:
    """Writes the adapters of a model, with what was trained besides them, for `lora.load` and for PEFT.

    Args:
        model: a model with adapters, merged or not.
        folder: the folder to write; it appears whole or not at all.
        overwrite: replace what is at `folder`.

    Raises:
        FileExistsError: `folder` exists.
        ValueError: the model has no adapters.

    >>> nn.lora.save(nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 4), folder / "adapter")
    >>> sorted(file.name for file in (folder / "adapter").iterdir())
    ['adapter_config.json', 'adapter_model.safetensors']
    """
    folder, found = Path(folder), adapters(model)
    if not found or isinstance(model, Adapter):
        raise ValueError(f"lora.save expected a model that holds adapters, got a {type(model).__name__} without")
    check_free(folder, overwrite)
    tensors = {PREFIX + name: tensor.contiguous() for name, tensor in _saved(model, found).items()}
    with aside(folder) as temporary:
        finished = temporary / folder.name
        finished.mkdir()
        safetensors_torch.save_file(_apart(tensors), finished / WEIGHTS, metadata={"format": "pt"})
        (finished / CONFIG).write_text(json.dumps(_config(model, found), indent=2, sort_keys=True) + "\n")
        put(finished, folder, overwrite)


def _saved(model: torch.nn.Module, found: Mapping[str, Adapter]) -> dict[str, torch.Tensor]:
    besides = next(iter(found.values())).besides
    factors = {f"{name}.{factor}" for name, adapter in found.items() for factor in adapter.factors}
    biases = {f"{name}.base_layer.bias" for name in found}
    whole = [name for name, _ in model.named_modules() if is_named(name, besides.modules_to_save)]
    return {
        name: tensor
        for name, tensor in model.state_dict().items()
        if name in factors
        or (besides.bias == "all" and is_named(name, ["bias"]))
        or (besides.bias == "lora_only" and name in biases)
        or any(name.startswith(f"{each}.") for each in whole)
    }


def _apart(tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Tensors without shared memory, which safetensors refuses."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in tensors.items():
        apart[name] = tensor.clone() if tensor.data_ptr() in seen else tensor
        seen.add(tensor.data_ptr())
    return apart


def _config(model: torch.nn.Module, found: Mapping[str, Adapter]) -> dict[str, Any]:
    first = next(iter(found.values()))
    rank = _most_common(adapter.rank for adapter in found.values())
    alpha = _most_common(adapter.alpha for adapter in found.values())
    return {
        "peft_type": "LORA",
        "task_type": None,
        "base_model_name_or_path": None,
        "inference_mode": True,
        "r": rank,
        "lora_alpha": _number(alpha),
        "lora_dropout": getattr(first.lora_dropout, "p", 0.0),
        "target_modules": _target_modules(model, found),
        "bias": first.besides.bias,
        "use_rslora": first.use_rslora,
        "use_dora": False,
        "fan_in_fan_out": False,
        "init_lora_weights": True,
        "modules_to_save": list(first.besides.modules_to_save) or None,
        "rank_pattern": {_exactly(name): each.rank for name, each in found.items() if each.rank != rank},
        "alpha_pattern": {_exactly(name): _number(each.alpha) for name, each in found.items() if each.alpha != alpha},
    }


def _most_common(values: Iterable[Any]) -> Any:
    return collections.Counter(values).most_common(1)[0][0]


def _number(alpha: float) -> float:
    return int(alpha) if float(alpha).is_integer() else float(alpha)


def _exactly(name: str) -> str:
    return f"^{re.escape(name)}"


def _target_modules(model: torch.nn.Module, found: Mapping[str, Adapter]) -> list[str] | str:
    """The names, or a regex where PEFT would find other modules too under one of them."""
    inside = tuple(f"{name}." for name in found)
    names = [name for name, _ in model.named_modules() if not name.startswith(inside)]
    if any(is_named(name, found) and name not in found for name in names):
        return f"(?:{'|'.join(map(re.escape, found))})"
    return sorted(found)


def load(model: M, folder: str | Path, *, trainable: bool = False) -> M:
    """Puts the adapters of a folder that `lora.save` or PEFT wrote into a model, in place.

    Which layers get one, the names in the file say; `fan_in_fan_out` makes no difference to layers of `torch.nn`. What
    was trained besides, biases and `modules_to_save`, is written into the model.

    Args:
        model: a model without adapters, with the names that the one saved had.
        folder: what was saved.
        trainable: whether training goes on; else everything is frozen.

    Returns:
        The model given.

    Raises:
        FileNotFoundError: there is no such folder, or a file is missing in it.
        ValueError: a file is damaged, the model does not fit, or it is of a kind that is not supported here, such as
            DoRA; then nothing is changed.

    >>> model = nn.lora.apply(nn.Sequential(nn.Linear(3, 2)), 4)
    >>> nn.lora.save(model, folder / "adapter")
    >>> fresh = nn.lora.load(nn.Sequential(nn.Linear(3, 2)), folder / "adapter")
    >>> torch.equal(fresh[0].lora_A.weight, model[0].lora_A.weight)
    True
    """
    folder = Path(folder)
    config = read_config(folder)
    tensors = _read_tensors(folder / WEIGHTS)
    if adapters(model):
        raise ValueError("lora.load got a model that has adapters already: call lora.remove(model) first")
    modules, state = dict(model.named_modules(remove_duplicate=False)), model.state_dict()
    faults: list[str] = []
    factors, others = _sorted_out(tensors, faults)
    made: dict[str, Adapter] = {}
    for name, given in factors.items():
        if fault := _misfit(name, modules.get(name), given, config, made):
            faults.append(fault)
    written = {name.replace(".base_layer.", "."): tensor for name, tensor in others.items()}
    for name, tensor in written.items():
        if name not in state:
            faults.append(f"{name!r} is in the file and not in the model")
        elif state[name].shape != tensor.shape:
            faults.append(f"{name!r} expected shape {tuple(state[name].shape)}, got {tuple(tensor.shape)}")
    whole = config["modules_to_save"] or []
    expected = [name for name in state if any(is_named(name[: -len(rest)], whole) for rest in _tails(name))]
    faults += [f"{name!r} is of modules_to_save and not in the file" for name in expected if name not in written]
    if faults or not made:
        listed = "\n  ".join(faults or ["there are no adapters in it"])
        raise ValueError(f"{folder} does not fit {type(model).__name__}:\n  {listed}\nNothing was changed.")
    with torch.no_grad():
        for name, adapter in made.items():
            for factor, tensor in factors[name].items():
                adapter.get_parameter(factor).copy_(tensor)
        for name, tensor in written.items():
            state[name].copy_(tensor)
    install(model, made, Besides(config["bias"], tuple(whole)))
    if not trainable:
        model.requires_grad_(False)
    return model


def _tails(name: str) -> list[str]:
    """For `a.b.weight` what stands behind each module in it: `.b.weight` and `.weight`."""
    parts = name.split(".")
    return ["." + ".".join(parts[start:]) for start in range(1, len(parts))]


def _read_tensors(path: Path) -> dict[str, torch.Tensor]:
    if not path.exists():
        raise FileNotFoundError(
            f"{path} is missing. Adapters are read from safetensors alone, as nothing is ever unpickled: save them "
            f"with safe_serialization=True."
        )
    try:
        return safetensors_torch.load_file(path)
    except safetensors.SafetensorError as error:
        raise ValueError(f"{path} is not a whole safetensors file ({error}). Get the file again.") from error


def _sorted_out(
    tensors: Mapping[str, torch.Tensor], faults: list[str]
) -> tuple[dict[str, dict[str, torch.Tensor]], dict[str, torch.Tensor]]:
    """The factors of each adapter by its name, and the tensors that are no factors."""
    factors: dict[str, dict[str, torch.Tensor]] = {}
    others = {}
    for key, tensor in tensors.items():
        name = key.removeprefix(PREFIX)
        match = re.fullmatch(r"(.+)\.(lora_[AB]\.weight|lora_embedding_[AB])", name)
        if match:
            factors.setdefault(match[1], {})[match[2]] = tensor
        elif ".lora_" in name:
            faults.append(f"{name!r} is a part of an adapter that is not supported")
        else:
            others[name] = tensor
    return factors, others


def _misfit(
    name: str,
    module: torch.nn.Module | None,
    given: Mapping[str, torch.Tensor],
    config: Mapping[str, Any],
    made: dict[str, Adapter],
) -> str | None:
    """Makes the adapter of a name; says why it cannot be made, if so."""
    if module is None:
        return f"{name!r} has an adapter in the file and is not in the model"
    if fault := unsupported(name, module):
        return fault
    rank: Any = pattern_value(config["rank_pattern"], name, config["r"])
    alpha = pattern_value(config["alpha_pattern"], name, config["lora_alpha"])
    try:
        adapter = make(module, rank, alpha=alpha, dropout=config["lora_dropout"], use_rslora=config["use_rslora"])
    except ValueError as error:
        return f"{name!r}: {error}"
    wanted = {factor: tuple(adapter.get_parameter(factor).shape) for factor in adapter.factors}
    received = {factor: tuple(tensor.shape) for factor, tensor in given.items()}
    if wanted != received:
        return f"{name!r} of rank {rank} expected {wanted}, got {received}"
    made[name] = adapter
    return None
