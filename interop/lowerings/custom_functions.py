"""A `torch.autograd.Function`, with its own backward: see `bridge.interop.custom_functions`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bridge import ops
from bridge.interop.lowerings import lowers
from bridge.running import running
from bridge.stateless import stateless_apply
from bridge.typing import Array


@lowers("bridge.custom_function")
def custom_function(tensors: Sequence[Array], number: int, *, call: Any) -> list[Array]:
    stream = running.random
    key = None if stream is None else stream.next_key()  # the gradient runs its forward again: it draws the same

    def run(layer: Any, *args: Any) -> Any:
        return stateless_apply(layer, {}, {}, *args, rng=key, training=False)[0]

    def with_gradient(*given: Array) -> tuple[Any, Any]:
        inputs = list(tensors)
        for place, tensor in zip(call.differentiable, given, strict=True):
            inputs[place] = tensor

        def gradient(*upstream: Array) -> Any:
            found = run(call.backward, inputs, [upstream[place] for place in call.differentiable_answers])
            return tuple(found) if len(found) > 1 else found[0]

        return tuple(run(call.forward, *inputs)), gradient

    return list(ops.custom_gradient(with_gradient)(*(tensors[place] for place in call.differentiable)))
