"""The adapters: layers that wrap a layer and add a low-rank update to what it answers."""

from __future__ import annotations

import dataclasses
import math
from typing import Any, ClassVar

import torch

from bridge import Layer, ops
from bridge.layers.dropout import Dropout
from bridge.layers.linear import Linear
from bridge.layers.shaping import Identity
from bridge.typing import Array

__all__ = ["Adapter", "Besides", "LoRAConv", "LoRAEmbedding", "LoRALinear", "kind_for"]


@dataclasses.dataclass(frozen=True)
class Besides:
    """What is trained besides the adapters, in PEFT's words."""

    bias: str = "none"
    modules_to_save: tuple[str, ...] = ()


class Adapter(Layer):
    """What the adapters share: the scale, the sum, and merging.

    Attributes:
        base_layer: the layer that is wrapped.
        rank: the rank of the update.
        alpha: the update is scaled by `alpha / rank`, or by `alpha / sqrt(rank)` with `use_rslora`.
        merged: whether the update stands in the weight of `base_layer`, and is no longer added to its answer.
    """

    wraps: ClassVar[tuple[type[torch.nn.Module], ...]] = ()
    exposed: ClassVar[tuple[str, ...]] = ()
    factors: ClassVar[tuple[str, str]] = ("lora_A.weight", "lora_B.weight")

    base_layer: Any
    lora_A: Any  # noqa: N815 (PEFT's names, which its files have)
    lora_B: Any  # noqa: N815
    padding_idx: Any

    def __init__(
        self,
        base_layer: torch.nn.Module,
        rank: int,
        *,
        alpha: float | None = None,
        dropout: float = 0.0,
        use_rslora: bool = False,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if not isinstance(base_layer, self.wraps):
            kinds = " or ".join(f"torch.nn.{kind.__name__}" for kind in self.wraps)
            raise TypeError(f"{name} expected a {kinds} to wrap, got {type(base_layer).__name__}")
        if isinstance(rank, bool) or not isinstance(rank, int) or rank < 1:
            raise ValueError(f"{name} expected a rank of at least 1, got {rank!r}")
        if not 0 <= dropout < 1:
            raise ValueError(f"{name} expected a dropout of at least 0 and below 1, got {dropout!r}")
        self.base_layer = base_layer
        self.rank = rank
        self.alpha = rank if alpha is None else alpha
        self.use_rslora = use_rslora
        self.scaling = self.alpha / (math.sqrt(rank) if use_rslora else rank)
        self.lora_dropout = Dropout(dropout) if dropout else Identity()
        self.merged = False
        self.besides = Besides()
        self._unmerged: tuple[torch.nn.Parameter, ...] = ()
        for attribute in self.exposed:
            setattr(self, attribute, getattr(base_layer, attribute))
        weight: Any = base_layer.weight
        half = weight.dtype in (torch.float16, torch.bfloat16)  # too coarse for the steps of an optimizer
        self._create(rank, {"device": weight.device, "dtype": torch.float32 if half else weight.dtype})
        self.train(base_layer.training)

    def _create(self, rank: int, options: dict[str, Any]) -> None:
        raise NotImplementedError

    def _update(self, input: Array) -> Array:
        """What is added to the answer, before it is scaled."""
        hidden = self.lora_A(self.lora_dropout(ops.astype(input, self.lora_A.weight.dtype)))
        return self.lora_B(hidden)

    def _delta(self) -> Array:
        """What is added to the weight, before it is scaled."""
        raise NotImplementedError

    def forward(self, input: Array) -> Array:
        """The answer of the layer that is wrapped, with the update."""
        result = self.base_layer(input)
        if self.merged:
            return result
        return ops.astype(ops.add(result, self._update(input) * self.scaling), result.dtype)

    @property
    def weight(self) -> Array:
        """The weight that the layer acts with, for a module that reads it: the base's, with the update."""
        weight = self.base_layer.weight
        return weight if self.merged else ops.astype(ops.add(weight, self._delta() * self.scaling), weight.dtype)

    @property
    def bias(self) -> Array | None:
        """The bias of the layer that is wrapped."""
        return getattr(self.base_layer, "bias", None)

    def refuse_merge(self) -> str | None:
        """Why the update cannot be merged; `None` if it can."""
        return None

    def merge(self) -> None:
        """Adds the update to the weight of `base_layer`, which keeps a copy of the one that it had."""
        if not self.merged:
            with torch.no_grad():
                merged = torch.nn.Parameter(self.weight.detach(), requires_grad=False)
            self._unmerged = (self.base_layer.weight,)
            self.base_layer.weight = merged
            self.merged = True

    def unmerge(self) -> None:
        """Gives `base_layer` the weight that it had before it was merged, to the bit."""
        if self.merged:
            (original,), merged = self._unmerged, self.base_layer.weight
            original.data = original.data.to(device=merged.device, dtype=merged.dtype)
            self.base_layer.weight, self._unmerged = original, ()
            self.merged = False

    def extra_repr(self) -> str:
        """The numbers that the adapter was made with."""
        return f"rank={self.rank}, alpha={self.alpha}" + (", use_rslora=True" if self.use_rslora else "")


class LoRALinear(Adapter):
    """`base_layer(input) + B(A(dropout(input))) * alpha / rank`, around a `torch.nn.Linear`.

    Args:
        base_layer: the layer to wrap, which is left as it is.
        rank: the rank of the update.
        alpha: the scale of the update, times `rank`; by default `rank`.
        dropout: the probability of dropping an input of the update in training.
        use_rslora: scale by `alpha / sqrt(rank)` (Kalajdzievski, 2023, arXiv:2312.03732).

    Shape:
        As the layer that is wrapped.

    >>> layer = nn.lora.LoRALinear(nn.Linear(3, 2), 1)
    >>> layer(torch.ones(4, 3)).shape, layer.lora_A.weight.shape, layer.lora_B.weight.shape
    (torch.Size([4, 2]), torch.Size([1, 3]), torch.Size([2, 1]))
    """

    wraps = (torch.nn.Linear,)
    exposed = ("in_features", "out_features")

    def _create(self, rank: int, options: dict[str, Any]) -> None:
        self.lora_A = Linear(self.base_layer.in_features, rank, bias=False, **options)
        self.lora_B = Linear(rank, self.base_layer.out_features, bias=False, **options)
        torch.nn.init.zeros_(self.lora_B.weight)

    def _delta(self) -> Array:
        return ops.matmul(self.lora_B.weight, self.lora_A.weight)


class LoRAConv(Adapter):
    """`base_layer(input) + B(A(dropout(input))) * alpha / rank`, around a convolution over one to three axes.

    `A` has the kernel, stride, padding and dilation of the layer, `B` a kernel of one. The groups of the layer are
    those of `B` alone, as in PEFT; such an adapter is no change of the weight, and cannot be merged.

    Args:
        base_layer: the layer to wrap, which is left as it is.
        rank: the rank of the update, a multiple of the layer's groups.
        alpha: the scale of the update, times `rank`; by default `rank`.
        dropout: the probability of dropping an input of the update in training.
        use_rslora: scale by `alpha / sqrt(rank)` (Kalajdzievski, 2023, arXiv:2312.03732).

    Shape:
        As the layer that is wrapped.

    >>> layer = nn.lora.LoRAConv(nn.Conv2d(2, 3, 3, padding=1), 1)
    >>> layer(torch.ones(1, 2, 5, 5)).shape, layer.lora_A.weight.shape, layer.lora_B.weight.shape
    (torch.Size([1, 3, 5, 5]), torch.Size([1, 2, 3, 3]), torch.Size([3, 1, 1, 1]))
    """

    wraps = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
    exposed = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups")

    def _create(self, rank: int, options: dict[str, Any]) -> None:
        base = self.base_layer
        if rank % base.groups:
            raise ValueError(f"LoRAConv expected a rank that {base.groups} groups divide, got {rank}")
        kind = _own_kind(base)
        kernel = base.kernel_size, base.stride, base.padding, base.dilation
        options = {"bias": False, **options}
        self.lora_A = kind(base.in_channels, rank, *kernel, padding_mode=base.padding_mode, **options)
        self.lora_B = kind(rank, base.out_channels, 1, groups=base.groups, **options)
        torch.nn.init.zeros_(self.lora_B.weight)

    def _delta(self) -> Array:
        if reason := self.refuse_merge():
            raise ValueError(reason)
        outer = ops.reshape(self.lora_B.weight, (self.out_channels, self.rank))
        return ops.tensordot(outer, self.lora_A.weight, 1)

    def refuse_merge(self) -> str | None:
        """Groups: `A` mixes channels that the weight of the layer keeps apart."""
        if self.groups == 1:
            return None
        return f"its {self.groups} groups keep channels apart that the update mixes"


class LoRAEmbedding(Adapter):
    """`base_layer(input) + B(A[input]) * alpha / rank`, around a `torch.nn.Embedding`; there is no dropout in it.

    Args:
        base_layer: the layer to wrap, which is left as it is; without `max_norm`.
        rank: the rank of the update.
        alpha: the scale of the update, times `rank`; by default `rank`.
        dropout: as PEFT, it is taken and does nothing.
        use_rslora: scale by `alpha / sqrt(rank)` (Kalajdzievski, 2023, arXiv:2312.03732).

    Shape:
        As the layer that is wrapped.

    >>> layer = nn.lora.LoRAEmbedding(nn.Embedding(10, 3), 1)
    >>> layer(torch.tensor([[1, 2]])).shape, layer.lora_embedding_A.shape, layer.lora_embedding_B.shape
    (torch.Size([1, 2, 3]), torch.Size([1, 10]), torch.Size([3, 1]))
    """

    wraps = (torch.nn.Embedding,)
    exposed = ("num_embeddings", "embedding_dim", "padding_idx")
    factors = ("lora_embedding_A", "lora_embedding_B")

    def _create(self, rank: int, options: dict[str, Any]) -> None:
        base = self.base_layer
        if base.max_norm is not None:
            raise ValueError(f"LoRAEmbedding expected an Embedding without max_norm, got max_norm={base.max_norm}")
        self.lora_embedding_A = torch.nn.Parameter(torch.zeros(rank, base.num_embeddings, **options))
        self.lora_embedding_B = torch.nn.Parameter(torch.randn(base.embedding_dim, rank, **options))

    def _update(self, input: Array) -> Array:
        rows = ops.embedding(input, ops.matrix_transpose(self.lora_embedding_A), self.padding_idx)
        return ops.matmul(rows, ops.matrix_transpose(self.lora_embedding_B))

    def _delta(self) -> Array:
        return ops.matrix_transpose(ops.matmul(self.lora_embedding_B, self.lora_embedding_A))


def _own_kind(module: torch.nn.Module) -> Any:
    """The class of layers that a module is of: ours or torch's own, not one derived from it elsewhere."""
    homes = ("bridge.layers.", "torch.nn.modules.")
    return next(kind for kind in type(module).__mro__ if kind.__module__.startswith(homes))


def kind_for(module: torch.nn.Module) -> type[Adapter] | None:
    """The adapter that wraps a module; `None` if none does."""
    kinds: tuple[type[Adapter], ...] = (LoRALinear, LoRAConv, LoRAEmbedding)
    return next((kind for kind in kinds if isinstance(module, kind.wraps)), None)
