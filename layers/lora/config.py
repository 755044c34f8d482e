"""PEFT's `adapter_config.json`: read, and refused where it asks for what is not here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["CONFIG", "WEIGHTS", "read_config"]

CONFIG = "adapter_config.json"
WEIGHTS = "adapter_model.safetensors"

DEFAULTS: dict[str, Any] = {
    "r": 8,
    "lora_alpha": 8,
    "lora_dropout": 0.0,
    "bias": "none",
    "use_rslora": False,
    "rank_pattern": {},
    "alpha_pattern": {},
    "modules_to_save": None,
}
"""What is read, with what PEFT takes where a file says nothing."""

KINDS: dict[str, tuple[type, ...]] = {
    "r": (int,),
    "lora_alpha": (int, float),
    "lora_dropout": (int, float),
    "bias": (str,),
    "use_rslora": (bool,),
    "rank_pattern": (dict,),
    "alpha_pattern": (dict,),
    "modules_to_save": (list, type(None)),
}

WITHOUT_EFFECT = {
    *("auto_mapping", "base_model_name_or_path", "inference_mode", "peft_type", "peft_version", "revision"),
    *("task_type", "target_modules", "exclude_modules", "layers_to_transform", "layers_pattern"),  # the names say it
    *("fan_in_fan_out", "megatron_core", "loftq_config", "qalora_group_size", "runtime_config", "ensure_weight_tying"),
    *("eva_config", "lora_ga_config", "corda_config", "init_lora_weights"),
}
"""What makes no difference to adapters that are trained; `init_lora_weights` is looked at by itself."""

KEEPS_WEIGHTS = (True, False, "gaussian", "eva", "orthogonal")
"""The initialisations of PEFT that leave the weights of the model as they are."""


def read_config(folder: Path) -> dict[str, Any]:
    """What a folder's configuration says, checked.

    Raises:
        FileNotFoundError: there is none.
        ValueError: it is damaged, not of LoRA, or asks for what is not supported here.
    """
    path = folder / CONFIG
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: lora.load expected a folder that lora.save or PEFT wrote")
    try:
        read: Any = json.loads(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not whole JSON ({error}). Get the file again.") from error
    if not isinstance(read, Mapping) or read.get("peft_type") != "LORA":
        kind = read.get("peft_type") if isinstance(read, Mapping) else type(read).__name__
        raise ValueError(f"{path} expected the peft_type LORA, got {kind!r}")
    faults = _unsupported(read)
    if faults:
        raise ValueError(f"{path} asks for what bridge.layers.lora does not support: {', '.join(faults)}")
    config = {name: read.get(name) if read.get(name) is not None else value for name, value in DEFAULTS.items()}
    for name, kinds in KINDS.items():
        if not isinstance(config[name], kinds) or (isinstance(config[name], bool) and bool not in kinds):
            raise ValueError(f"{path} has a {name} that is no {kinds[0].__name__}: {config[name]!r}")
    if config["bias"] not in ("none", "all", "lora_only"):
        raise ValueError(f"{path} expected a bias of 'none', 'all' or 'lora_only', got {config['bias']!r}")
    return config


def _unsupported(read: Mapping[str, Any]) -> list[str]:
    known = DEFAULTS.keys() | WITHOUT_EFFECT
    faults = [f"{name}={value!r}" for name, value in read.items() if name not in known and value]
    if read.get("init_lora_weights", True) not in KEEPS_WEIGHTS:
        faults.append(
            f"init_lora_weights={read['init_lora_weights']!r}, which changes the weights of the model; let PEFT "
            f"convert it by save_pretrained(path_initial_model_for_weight_conversion=...)"
        )
    return faults
