"""Overrides of `bridge.ops.random` for PyTorch, which draws from its own generator where no key is given."""

from typing import Any

import torch

from bridge.dtypes import torch_dtype
from bridge.typing import Array, DType, Shape

_CUT = 0.9544997361036416
"""The share of a normal distribution that lies within two standard deviations: `erf(sqrt(2))`."""


def draw_uniform(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    return torch.rand(shape, dtype=_optional(dtype), **_source(key, *beside))


def draw_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    return torch.randn(shape, dtype=_optional(dtype), **_source(key, *beside))


def draw_truncated_normal(
    shape: int | Shape, beside: tuple[Any, ...] = (), *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    # The inverse of the distribution function, as torch.nn.init.trunc_normal_ has it.
    quantiles = torch.rand(shape, dtype=_computed(dtype), **_source(key, *beside)) * (2 * _CUT) - _CUT
    return (torch.erfinv(quantiles) * 2**0.5).clamp(-2, 2).to(_known(dtype))


def exponential(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> torch.Tensor:
    source = _source(key)
    empty = torch.empty(shape, dtype=_optional(dtype), device=source["device"])
    return empty.exponential_(generator=source.get("generator"))


def gumbel(shape: int | Shape, *, dtype: DType | None = None, key: Any = None) -> torch.Tensor:
    return -exponential(shape, dtype=dtype, key=key).log()


def draw_gamma(
    shape: int | Shape, alpha: float | Array, *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    source = _source(key, alpha)
    spread = _spread(alpha, shape, _computed(dtype), source["device"])
    return torch._standard_gamma(spread, generator=source.get("generator")).to(_known(dtype))


def draw_beta(
    shape: int | Shape, alpha: float | Array, beta: float | Array, *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    source = _source(key, alpha, beta)
    both = [_spread(parameter, shape, _computed(dtype), source["device"]) for parameter in (alpha, beta)]
    drawn = torch._standard_gamma(torch.stack(both), generator=source.get("generator"))
    return (drawn[0] / drawn.sum(0)).to(_known(dtype))


def draw_binomial(
    shape: int | Shape,
    counts: float | Array,
    probabilities: float | Array,
    *,
    dtype: DType | None = None,
    key: Any = None,
) -> torch.Tensor:
    source = _source(key, counts, probabilities)
    trials, chances = (
        _spread(parameter, shape, _computed(dtype), source["device"]) for parameter in (counts, probabilities)
    )
    return torch.binomial(trials, chances, generator=source.get("generator")).to(_known(dtype))


def randint(
    shape: int | Shape, minval: int, maxval: int, *, dtype: DType | None = None, key: Any = None
) -> torch.Tensor:
    sizes = shape if isinstance(shape, tuple) else (shape,)
    return torch.randint(minval, maxval, sizes, dtype=_optional(dtype), **_source(key))


def categorical(logits: Array, num_samples: int, *, key: Any = None) -> torch.Tensor:
    rows = torch.softmax(logits, -1).reshape(-1, logits.shape[-1])
    drawn = torch.multinomial(rows, num_samples, replacement=True, generator=_source(key, logits).get("generator"))
    return drawn.reshape(*logits.shape[:-1], num_samples)


def draw_order(count: Any, beside: tuple[Any, ...] = (), *, key: Any = None) -> torch.Tensor:
    return torch.randperm(count, **_source(key, *beside))


def _source(key: Any, *beside: Any) -> dict[str, Any]:
    """The generator to draw from, and the device to draw on: that of the tensors given, else the generator's."""
    device = next((given.device for given in beside if isinstance(given, torch.Tensor)), None)
    if key is None:
        return {"device": device}  # a generator of None would choose an overload that has no symbolic sizes
    if isinstance(key, torch.Generator):
        return {"generator": key, "device": key.device if device is None else device}
    if isinstance(key, int):
        device = torch.get_default_device() if device is None else device
        return {"generator": torch.Generator(device).manual_seed(key), "device": device}
    raise TypeError(f"expected a key of an integer or a torch.Generator, got {type(key).__name__}")


def _spread(parameter: float | Array, shape: int | Shape, dtype: torch.dtype, device: Any) -> torch.Tensor:
    return torch.as_tensor(parameter, dtype=dtype, device=device).broadcast_to(shape)


def _known(dtype: DType | None) -> torch.dtype:
    return torch.get_default_dtype() if dtype is None else torch_dtype(dtype)


def _computed(dtype: DType | None) -> torch.dtype:
    """What to compute in: the samplers of the CPU have no half precision."""
    return torch.float32 if _known(dtype).itemsize < 4 else _known(dtype)


def _optional(dtype: DType | None) -> torch.dtype | None:
    return None if dtype is None else torch_dtype(dtype)
