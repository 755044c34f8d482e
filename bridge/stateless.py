"""Pure application: a module as a function of its parameters and buffers, for the arrays of any framework."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.compiler import is_dynamo_compiling

from bridge.autograph import unconverted
from bridge.diagnosis import torch_only
from bridge.dispatch import as_numpy, as_torch
from bridge.frameworks import common_framework
from bridge.idioms import refuse_idioms
from bridge.replica import bind, require_built, resolve, slots
from bridge.running import running_in
from bridge.stand_ins import refuse_cache
from bridge.transfer import from_torch, transfer_of
from bridge.typing import Array


@unconverted
def stateless_apply(
    module: torch.nn.Module,
    params: Mapping[str, Array],
    buffers: Mapping[str, Array],
    *args: Any,
    rng: Array | None = None,
    training: bool | None = None,
    **kwargs: Any,
) -> tuple[Any, dict[str, Array]]:
    """Runs `module` on the arrays given in place of its own, and changes nothing.

    It is to any framework what `torch.func.functional_call` is to torch; any number of threads may call it at once.

    Args:
        module: a `Layer`, or any `torch.nn.Module` whose forward is written in `bridge.ops` and `bridge.layers`.
        params: an array for each parameter, under the names of the `state_dict`.
        buffers: an array for each buffer, likewise; buffers that are not persistent may be left out.
        *args: what `forward` takes.
        rng: in JAX a key, in TensorFlow a seed of two integers, from which all random ops draw; torch draws from its
            own generator.
        training: the mode of every layer; by default the mode that each is in.
        **kwargs: what `forward` takes.

    Returns:
        What `forward` returns, and the buffers as they are after it: new arrays where training changes them.

    Raises:
        ValueError: parameters or buffers are missing, unexpected or misshapen; or a layer has not been built.
        MixedFrameworksError: tensors of two frameworks came.
        TypeError: an `rng` came with torch tensors.
        RuntimeError: `torch.nn.utils.parametrize.cached()` acts on a parametrized weight.
        UnsupportedOpError: `forward` reached for a function or a tensor method of PyTorch's own, or for one that means
            another thing in the other framework; the message names the line.

    >>> layer = bridge.layers.Linear(3, 2)
    >>> params = {name: jax.numpy.asarray(p.detach().numpy()) for name, p in layer.named_parameters()}
    >>> output, buffers = stateless_apply(layer, params, {}, jax.numpy.ones((4, 3)))
    >>> output.shape
    (4, 2)
    """
    name = type(module).__name__
    if not is_dynamo_compiling():
        require_built(module, f"{name}.stateless_apply")
    given = [*params.items(), *buffers.items()]
    inputs = [(f"argument {position}", value) for position, value in enumerate(args)] + list(kwargs.items())
    framework = common_framework([*inputs, *given], f"{name}.stateless_apply") or "torch"
    if framework == "numpy":
        outcome = stateless_apply(
            module, as_torch(params), as_torch(buffers), *as_torch(args), rng=rng, training=training, **as_torch(kwargs)
        )
        return as_numpy(outcome)
    arrays = resolve(module, params, buffers)
    own = dict(slots(module, "_buffers"))
    for tensor in own.values():
        if id(tensor) not in arrays:  # a buffer that is not persistent and was left out
            arrays[id(tensor)] = from_torch(tensor, framework)
    if framework == "torch":  # torch's ops write running statistics in place: never into what the caller gave
        arrays |= {id(tensor): arrays[id(tensor)].clone() for tensor in own.values()}
    return run_bound(module, arrays, framework, args, kwargs, rng=rng, training=training)


def run_bound(
    module: torch.nn.Module,
    arrays: dict[int, Array],
    framework: str,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    *,
    rng: Array | None,
    training: bool | None,
) -> tuple[Any, dict[str, Array]]:
    """Runs a replica bound to `arrays`, and gives its outputs and its buffers: see `bridge.replica.bind`."""
    refuse_cache(module, f"{type(module).__name__}.stateless_apply")
    if framework != "torch":
        refuse_idioms(module, framework)
    replica = bind(module, arrays, training)
    with running_in(framework, _stream(framework, rng)):
        output = _run(replica, framework, args, kwargs)
    return output, dict(slots(replica, "_buffers"))


def _run(replica: torch.nn.Module, framework: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    try:
        return replica(*args, **kwargs)
    except (TypeError, AttributeError, RuntimeError) as error:
        if framework != "torch" and (better := torch_only(error, framework)):
            raise better from error
        raise


def _stream(framework: str, rng: Array | None) -> Any:
    if rng is None:
        return None
    if framework == "torch":
        raise TypeError("rng is for JAX and TensorFlow; torch draws from its own generator: call torch.manual_seed")
    return transfer_of(framework).random_stream(rng)
