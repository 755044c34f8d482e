"""What to say when a model reaches for PyTorch's own functions, or sizes, while it runs in another framework."""

from __future__ import annotations

import linecache
import re
import traceback
from pathlib import Path
from types import FrameType

import torch

from bridge.errors import TorchOnlyError
from bridge.frameworks import framework_of
from bridge.shapes import static_shape

_TORCH = str(Path(torch.__file__).parent)
_BRIDGE = str(Path(__file__).parent)
_REFUSED_BY_TORCH = re.compile(r"^(\w+)\(\).* must be (?:Tensor|tuple of Tensors|a Tensor)\b")
_MET_BY_TORCHS_OWN = re.compile(
    r"(?:unsupported operand type\(s\) for (\S+?):? |'([<>]=?)' not supported between instances of )"
    r".*'(?:Tensor|Parameter)'"
)
_MISSING_METHOD = re.compile(r"has no attribute '?(\w+)")
_OPEN_SIZE = "number for a size that is left open"


def torch_only(error: Exception, framework: str) -> TorchOnlyError | None:
    """An error that names the operation and the line of the model that used it; `None` if that is not what happened.

    Args:
        error: what `forward` raised on arrays of `framework`.
        framework: not torch.
    """
    frames = list(traceback.walk_tb(error.__traceback__))
    operation = _OPEN_SIZE if _calculates_with_none(error, frames[-1][0]) else _operation(error, framework)
    if operation is None:
        return None
    modules = [frame.f_locals["self"] for frame, _ in frames if isinstance(frame.f_locals.get("self"), torch.nn.Module)]
    innermost = type(modules[-1])
    if innermost.__module__.startswith("torch.nn."):
        remedy = (
            f"It comes from torch.nn.{innermost.__name__}, which runs in PyTorch alone: take it from bridge.layers, "
            f"or run the model as it is by bridge.interop.convert."
        )
    elif operation == _OPEN_SIZE:
        remedy = "Take it from bridge.ops.shape, or run the model as it is by bridge.interop.convert."
    else:
        remedy = "Write it in bridge.ops, or run the model as it is by bridge.interop.convert."
    lines = [
        f"{frame.f_code.co_filename}:{line}: {linecache.getline(frame.f_code.co_filename, line).strip()}"
        for frame, line in frames
        if not frame.f_code.co_filename.startswith((_TORCH, _BRIDGE, "<"))
        and isinstance(frame.f_locals.get("self"), torch.nn.Module)
    ]
    return TorchOnlyError(operation, framework, f"{remedy} Used at {lines[-1]}" if lines else remedy)


def _calculates_with_none(error: Exception, frame: FrameType) -> bool:
    """Whether a forward took a size from a tensor of TensorFlow that has none for it, and reckoned with that."""
    tensors = [value for value in frame.f_locals.values() if framework_of(value) == "tensorflow"]
    is_open = any(None in (static_shape(tensor) or ()) for tensor in tensors)
    return is_open and any(words in str(error) for words in ("NoneType", "len is not well defined"))


def _operation(error: Exception, framework: str) -> str | None:
    if isinstance(error, TypeError) and (found := _REFUSED_BY_TORCH.match(str(error))):
        return f"torch function {found[1]}"
    if isinstance(error, TypeError) and (found := _MET_BY_TORCHS_OWN.match(str(error))):
        return f"operator {found[1] or found[2]} with a tensor of PyTorch"
    if isinstance(error, RuntimeError) and str(error).startswith("Can't call numpy() on Tensor that requires grad"):
        return "operator with a tensor of PyTorch"
    if not isinstance(error, AttributeError) or framework_of(getattr(error, "obj", None)) != framework:
        return None
    missing = _MISSING_METHOD.search(str(error))
    return f"tensor method {missing[1]}" if missing and hasattr(torch.Tensor, missing[1]) else None
