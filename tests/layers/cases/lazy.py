"""Cases of the layers in `layers/lazy.py`: each takes its size from the first input that a test gives it."""

from __future__ import annotations

from typing import Any

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = []


def add(*args: Any, **kwargs: Any) -> None:
    CASES.append(case(*args, **kwargs))


_SPACE = {1: (5,), 2: (4, 5), 3: (4, 3, 4)}
for _shape, _kwargs in (((2, 4), {}), ((2, 3, 4), {"bias": False})):
    add("LazyLinear", (3,), _kwargs, _shape)
for _axes, _sizes in _SPACE.items():
    add(f"LazyConv{_axes}d", (4, 3), {"padding": 1, "padding_mode": "replicate"}, (2, 2, *_sizes))
    add(f"LazyConv{_axes}d", (4, 3), {"bias": False, "groups": 2}, (2, *_sizes))
    add(f"LazyConvTranspose{_axes}d", (4, 3), {"stride": 2, "output_padding": 1}, (2, 2, *_sizes))
    add(f"LazyConvTranspose{_axes}d", (4, 3), {"bias": False, "groups": 2}, (2, *_sizes))
    for _kwargs in ({}, {"affine": False}, {"track_running_stats": False, "bias": False}):
        _refused = {} if "track_running_stats" in _kwargs else {"deepcopy": "use an uninitialized parameter"}
        add(f"LazyBatchNorm{_axes}d", (), _kwargs, (4, 2, *_sizes), **_refused)
        add(f"LazyInstanceNorm{_axes}d", (), _kwargs, (2, 3, *_sizes), **_refused)

_SPATIAL = {1: "L", 2: "H, W", 3: "D, H, W"}
WRONG_SHAPES: dict[str, Any] = {"LazyLinear": (lambda: nn.LazyLinear(3), [()], "(*, in_features)")}
for _axes, _names in _SPATIAL.items():
    WRONG_SHAPES |= {
        f"LazyConv{_axes}d": (
            lambda axes=_axes: getattr(nn, f"LazyConv{axes}d")(4, 3),
            [(2,)],
            f"(N, C_in, {_names}) or (C_in, {_names})",
        ),
        f"LazyConvTranspose{_axes}d": (
            lambda axes=_axes: getattr(nn, f"LazyConvTranspose{axes}d")(4, 3),
            [(2,)],
            f"(N, C_in, {_names}) or (C_in, {_names})",
        ),
        f"LazyBatchNorm{_axes}d": (
            lambda axes=_axes: getattr(nn, f"LazyBatchNorm{axes}d")(),
            [(2,)],
            "(N, C) or (N, C, L)" if _axes == 1 else f"(N, C, {_names})",
        ),
        f"LazyInstanceNorm{_axes}d": (
            lambda axes=_axes: getattr(nn, f"LazyInstanceNorm{axes}d")(),
            [(2,)],
            f"(N, C, {_names}) or (C, {_names})",
        ),
    }

_NORMS = [f"Lazy{kind}Norm{axes}d" for kind in ("Batch", "Instance") for axes in _SPACE]
WITHOUT_ENTRY = dict.fromkeys(["LazyLinear", *_NORMS], "module_db has no entry")
