"""Reading an exported file back."""

from __future__ import annotations

from pathlib import Path
from typing import overload

import torch

from bridge.export.openvino_format import load_openvino
from bridge.export.runtime import Runtime
from bridge.export.safetensors_format import load_safetensors
from bridge.export.saved_model_format import load_saved_model


@overload
def load(path: str | Path) -> Runtime: ...
@overload
def load(path: str | Path, model: torch.nn.Module) -> torch.nn.Module: ...
def load(path: str | Path, model: torch.nn.Module | None = None) -> Runtime | torch.nn.Module:
    """Opens an exported file, whose format is known by what is there.

    Args:
        path: the folder of a SavedModel, the `.xml` of an OpenVINO model, or a safetensors file.
        model: for a safetensors file, the module to write the weights into.

    Returns:
        A function from NumPy arrays to NumPy arrays in the format's own runtime; for safetensors, `model`.

    Raises:
        FileNotFoundError: nothing is there.
        TypeError: a `model` is missing, or one came for a format that needs none.
        ValueError: it is none of the formats, or the file is damaged or has other names and shapes; then the model
            is as it was.

    >>> report = bridge.export.safetensors(nn.Linear(3, 2), folder / "weights.safetensors")
    >>> bridge.export.load(folder / "weights.safetensors", nn.Linear(3, 2))
    Linear(in_features=3, out_features=2, bias=True)
    """
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"{path} does not exist")
    if path.suffix == ".safetensors":
        if model is None:
            raise TypeError(f"{path} holds weights alone: pass the model to load them into, load(path, model)")
        load_safetensors(path, model)
        return model
    if model is not None:
        raise TypeError(f"only a safetensors file is loaded into a model; {path} is not one: call load(path)")
    if (path / "saved_model.pb").is_file():
        return load_saved_model(path)
    if path.suffix == ".xml":
        return load_openvino(path)
    raise ValueError(f"{path} is neither a SavedModel's folder, nor an .xml of OpenVINO, nor a .safetensors file")
