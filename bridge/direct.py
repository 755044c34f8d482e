"""A layer called directly with JAX, TensorFlow or NumPy arrays: it answers in kind, with its present weights."""

from __future__ import annotations

from typing import Any

import torch

from bridge.dispatch import as_numpy, as_torch
from bridge.frameworks import framework_of, leaves
from bridge.replica import is_lazy, slots
from bridge.stateless import run_bound
from bridge.transfer import transfer_of


def call_directly(module: torch.nn.Module, framework: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Runs `module` on arrays of `framework`.

    Layers that wait for their first input are built by it. In training mode it moves running statistics as with torch
    tensors, and draws from torch's generator (in TensorFlow from its own), so long as the arrays hold values.

    Raises:
        RuntimeError: running statistics would move while `framework` is tracing, where they can't be written back.
    """
    if framework == "numpy":
        with torch.no_grad():
            return as_numpy(module(*as_torch(args), **as_torch(kwargs)))
    transfer = transfer_of(framework)
    traced = any(framework_of(leaf) == framework and transfer.is_traced(leaf) for leaf in leaves((args, kwargs)))
    present = (*module.parameters(), *module.buffers())
    arrays = {id(tensor): transfer.from_torch(tensor) for tensor in present if not is_lazy(tensor)}
    draws = module.training or any(getattr(layer, "draws_in_eval", False) for layer in module.modules())
    rng = transfer.own_key(traced) if draws else None
    output, new_buffers = run_bound(module, arrays, framework, args, kwargs, rng=rng, training=None)
    own = dict(slots(module, "_buffers"))
    changed = [name for name in own if new_buffers[name] is not arrays[id(own[name])]]
    if changed and traced:
        raise RuntimeError(
            f"{type(module).__name__} in training mode would change {', '.join(changed)} while {framework} traces a "
            f"call. Use stateless_apply, or bridge.interop, which hand the new buffers out; or call eval() first."
        )
    with torch.no_grad():
        for name in changed:
            own[name].copy_(transfer.to_torch(new_buffers[name]))
    return output
