"""What PyTorch's own parametrizations and hooks on weights are in other frameworks.

`torch.nn.utils` registers them on a layer; a bound replica takes these in their place, with the same attributes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import torch
from torch.nn.utils import parametrizations, parametrize, prune
from torch.nn.utils.spectral_norm import SpectralNorm
from torch.nn.utils.weight_norm import WeightNorm

from bridge import ops
from bridge.typing import Array


def stand_in(module: torch.nn.Module) -> type[torch.nn.Module]:
    """The class of the module's replica."""
    return _MODULES.get(type(module), type(module))


def stand_ins_of_hooks(hooks: dict[int, Callable[..., Any]]) -> dict[int, Callable[..., Any]]:
    """A module's hooks before its forward, with those of PyTorch that compute a weight in `bridge.ops`."""
    return OrderedDict((key, _hook(hook)) for key, hook in hooks.items())  # PyTorch refers to it weakly


def refuse_cache(module: torch.nn.Module, where: str) -> None:
    """Checks that `parametrize.cached()` does not act, which would hand on a weight of other arrays.

    Raises:
        RuntimeError: it does, and a weight of the module is parametrized.
    """
    if parametrize._cache_enabled and any(map(parametrize.is_parametrized, module.modules())):
        raise RuntimeError(
            f"{where} expected to run outside torch.nn.utils.parametrize.cached(), which keeps weights from call to "
            f"call. Leave that context first."
        )


class _WeightNorm(parametrizations._WeightNorm):
    def forward(self, weight_g: Array, weight_v: Array) -> Array:
        return _weight_normed(weight_g, weight_v, self.dim)


class _SpectralNorm(parametrizations._SpectralNorm):
    def forward(self, weight: Array) -> Array:
        if weight.ndim == 1:
            return ops.normalize(weight, axis=0, eps=self.eps)
        matrix = _as_matrix(weight, self.dim)
        u, v = self._buffers["_u"], self._buffers["_v"]
        if self.training:
            u, v = _power_iterations(matrix, u, v, self.n_power_iterations, self.eps)
            self._buffers |= {"_u": u, "_v": v}
        return weight / _spectral_value(matrix, u, v)


class _Orthogonal(parametrizations._Orthogonal):
    def forward(self, X: Array) -> Array:  # noqa: N803  # torch's name
        transposed = X.shape[-2] < X.shape[-1]
        tall = ops.matrix_transpose(X) if transposed else X
        orthogonal = self._householder(tall) if self.orthogonal_map.name == "householder" else self._of_skew(tall)
        if "base" in self._buffers:
            orthogonal = ops.matmul(self._buffers["base"], orthogonal)
        return ops.matrix_transpose(orthogonal) if transposed else orthogonal

    def _of_skew(self, tall: Array) -> Array:
        rows, columns = tall.shape[-2:]
        lower = ops.tril(tall)
        square = ops.pad(lower, (0, rows - columns)) if rows != columns else lower
        skew = square - ops.conj(ops.matrix_transpose(square))
        if self.orthogonal_map.name == "matrix_exp":
            return ops.linalg.matrix_exp(skew)[..., :columns]
        one = _identity_like(skew)
        return ops.solve(one - skew / 2, one + skew / 2)[..., :columns]

    def _householder(self, tall: Array) -> Array:
        """The first columns of the product of the reflections, the last one applied first."""
        columns = tall.shape[-1]
        lower = ops.tril(tall, k=-1)
        scales = 2.0 / (1.0 + ops.sum(lower * lower, axis=-2))
        product = _identity_like(lower)
        vectors = lower + product
        for column in reversed(range(columns)):
            vector = vectors[..., :, column : column + 1]
            along = ops.matmul(ops.matrix_transpose(vector), product)
            product = product - scales[..., column : column + 1, None] * ops.matmul(vector, along)
        signs = ops.stop_gradient(ops.trunc(ops.linalg.diagonal(tall)))
        return product * ops.expand_dims(signs, -2)


_MODULES: dict[type[torch.nn.Module], type[torch.nn.Module]] = {
    parametrizations._WeightNorm: _WeightNorm,
    parametrizations._SpectralNorm: _SpectralNorm,
    parametrizations._Orthogonal: _Orthogonal,
}


def _hook(hook: Callable[..., Any]) -> Callable[..., Any]:
    if isinstance(hook, prune.BasePruningMethod):
        return lambda module, inputs: _set(module, hook._tensor_name, _pruned(module, hook._tensor_name))
    if isinstance(hook, WeightNorm):
        return lambda module, inputs: _set(module, hook.name, _hooked_weight_norm(module, hook))
    if isinstance(hook, SpectralNorm):
        return lambda module, inputs: _set(module, hook.name, _hooked_spectral_norm(module, hook))
    return hook


def _set(module: torch.nn.Module, name: str, weight: Array) -> None:
    module.__dict__[name] = weight


def _pruned(module: torch.nn.Module, name: str) -> Array:
    mask, original = getattr(module, f"{name}_mask"), getattr(module, f"{name}_orig")
    return ops.astype(mask, original.dtype) * original


def _hooked_weight_norm(module: torch.nn.Module, hook: WeightNorm) -> Array:
    return _weight_normed(getattr(module, f"{hook.name}_g"), getattr(module, f"{hook.name}_v"), hook.dim)


def _hooked_spectral_norm(module: torch.nn.Module, hook: SpectralNorm) -> Array:
    weight, u, v = (getattr(module, f"{hook.name}_{part}") for part in ("orig", "u", "v"))
    matrix = _as_matrix(weight, hook.dim)
    if module.training:
        # In this order, which is not that of the parametrization.
        for _ in range(hook.n_power_iterations):
            fixed = ops.stop_gradient(matrix)
            v = ops.normalize(ops.matmul(ops.matrix_transpose(fixed), u), axis=0, eps=hook.eps)
            u = ops.normalize(ops.matmul(fixed, v), axis=0, eps=hook.eps)
        module._buffers |= {f"{hook.name}_u": u, f"{hook.name}_v": v}
    return weight / _spectral_value(matrix, u, v)


def _identity_like(x: Array) -> Array:
    return ops.tril(ops.triu(ops.ones_like(x)))


def _weight_normed(magnitude: Array, direction: Array, axis: int) -> Array:
    """`g * v / |v|`, the norm over all axes but one, or over all."""
    rank = direction.ndim
    axes = None if axis == -1 else tuple(place for place in range(rank) if place != axis % rank)
    return direction * (magnitude / ops.sqrt(ops.sum(ops.square(direction), axis=axes, keepdims=axis != -1)))


def _as_matrix(weight: Array, axis: int) -> Array:
    first = ops.moveaxis(weight, axis, 0)
    return ops.reshape(first, (first.shape[0], -1))


def _power_iterations(matrix: Array, u: Array, v: Array, count: int, eps: float) -> tuple[Array, Array]:
    """Better approximations of the first singular vectors."""
    fixed = ops.stop_gradient(matrix)
    for _ in range(count):
        u = ops.normalize(ops.matmul(fixed, v), axis=0, eps=eps)
        v = ops.normalize(ops.matmul(ops.conj(ops.matrix_transpose(fixed)), u), axis=0, eps=eps)
    return u, v


def _spectral_value(matrix: Array, u: Array, v: Array) -> Array:
    return ops.vdot(ops.stop_gradient(u), ops.matmul(matrix, ops.stop_gradient(v)))
