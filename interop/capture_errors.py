"""What to say when a module's forward cannot be taken down as a graph."""

from __future__ import annotations

import linecache
import re
import traceback
from pathlib import Path

import torch

from bridge.errors import ConversionError

_TORCH = str(Path(torch.__file__).parent)
_BRIDGE = str(Path(__file__).parent)

_REMEDIES = (
    (
        re.compile(r"data-dependent|GuardOnDataDependent|\.item\(\)|aten\._local_scalar_dense"),
        "What it does there depends on the values of a tensor, which a graph does not have: choose between two results "
        "by torch.where, between two computations by torch.cond, or take the decision outside the module.",
    ),
    (
        re.compile(r"Unsupported (?:output|input) type|register_pytree_node|pytree_"),
        "Tell PyTorch how to flatten it: torch.utils._pytree.register_pytree_node, or return tensors in tuples, lists, "
        "dicts or dataclasses that are registered.",
    ),
)


def explained(module: torch.nn.Module, error: Exception) -> ConversionError:
    """An error that names the module, the line of its source and what to do, in place of one of `torch.export`."""
    line = model_line(error)
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    remedy = next((text for pattern, text in _REMEDIES if pattern.search(f"{type(error).__name__} {error}")), "")
    where = f" at {line}" if line else ""
    return ConversionError(
        f"{type(module).__name__} cannot be converted: torch.export stopped{where}: {reason}"
        + (f"\n{remedy}" if remedy else "")
    )


def asks_for_values(error: Exception) -> bool:
    """Whether JAX raised it because a size follows from values, which `jax.jit` and `jax.grad` do not show it."""
    return type(error).__module__ == "jax.errors" or (
        isinstance(error, IndexError) and "Slice entries must be static integers" in str(error)
    )


def without_values(operation: str, source: str) -> ConversionError:
    """The error of an operation whose answer has a size that follows from values, where there are none."""
    return ConversionError(
        f"{operation} cannot be run under jax.jit: the size of its answer follows from the values of a tensor. It was "
        f"used at {source}\nGive it a size that does not, as torch.nonzero_static does, choose by torch.where, or "
        f"call it outside jax.jit."
    )


def model_line(error: BaseException) -> str | None:
    """The innermost line of neither PyTorch nor Bridge, as `file:line: code`."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith((_TORCH, _BRIDGE, "<"))
    ]
    named = re.findall(r'File "([^"]+)", line (\d+)', str(error))  # the user's stack, which the message may quote
    frames += [(name, int(line)) for name, line in named if not name.startswith((_TORCH, _BRIDGE, "<"))]
    if not frames:
        return None
    name, line = frames[-1]
    return f"{name}:{line}: {linecache.getline(name, line).strip()}"
