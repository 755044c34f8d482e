"""Transformers of encoders and decoders."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F

from bridge import Layer, ops
from bridge.layers.adoption import adopt, adopted
from bridge.running import running
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = [
    "Transformer",
    "TransformerDecoder",
    "TransformerDecoderLayer",
    "TransformerEncoder",
    "TransformerEncoderLayer",
]


class _TransformerLayer(Layer):
    """What the layers of encoder and decoder share: their parts, the feed-forward block, and the check of the input."""

    self_attn: Any
    linear1: Any
    linear2: Any
    dropout: Any
    activation: Callable[[Array], Array]
    last_dropout: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        adopt(self)

    def _ff_block(self, x: Array) -> Array:
        if not self.is_replica:
            return super()._ff_block(x)  # type: ignore[misc]
        hidden = self.dropout(_in_ops(self.activation)(self.linear1(x)))
        return getattr(self, self.last_dropout)(self.linear2(hidden))

    def _check_features(self, *inputs: Array) -> None:
        """Names this layer, before its attention is named, where an ordinary tensor has other features."""
        size = self.self_attn.embed_dim
        if any(not getattr(x, "is_nested", False) and (x.ndim not in (2, 3) or x.shape[-1] != size) for x in inputs):
            self.check_shapes(*inputs)

    def _expect_features(self, **named: Array) -> None:
        size = self.self_attn.embed_dim
        for (name, tensor), length in zip(named.items(), "LS", strict=False):
            shape = static_shape(tensor)
            axes = f"N, {length}" if self.self_attn.batch_first else f"{length}, N"
            self.expect(
                shape is None or (len(shape) in (2, 3) and shape[-1] in (None, size)),
                f"({axes}, {size}) or ({length}, {size}) as its {name}",
                tensor,
                f"Make the last axis of {name} {size} long, or build the layer with another d_model.",
            )


class TransformerEncoderLayer(_TransformerLayer, torch.nn.TransformerEncoderLayer):
    """Self-attention and a feed-forward network: `torch.nn.TransformerEncoderLayer` for every framework.

    torch tensors take torch's own forward, with its fused path for inference and nested tensors. As the `activation`
    a function of PyTorch stands for the op of its name; any other must run in the framework at hand.

    Shape:
        Input and output `(L, N, d_model)`, `(N, L, d_model)` with `batch_first`, or `(L, d_model)`. Masks as
        `MultiheadAttention` takes them: `src_mask` `(L, L)` or `(N * nhead, L, L)`, `src_key_padding_mask` `(N, L)`.

    Raises:
        InputShapeError: the input has other axes, or another number of features.

    >>> nn.TransformerEncoderLayer(8, 2, 16)(torch.ones(5, 2, 8)).shape
    torch.Size([5, 2, 8])
    """

    last_dropout = "dropout2"

    def forward(
        self,
        src: Array,
        src_mask: Array | None = None,
        src_key_padding_mask: Array | None = None,
        is_causal: bool = False,
    ) -> Array:
        if not self.is_replica:
            self._check_features(src)
            return super().forward(src, src_mask, src_key_padding_mask, is_causal)
        if self.norm_first:
            x = src + self._sa_block(self.norm1(src), src_mask, src_key_padding_mask, is_causal)
            return x + self._ff_block(self.norm2(x))
        x = self.norm1(src + self._sa_block(src, src_mask, src_key_padding_mask, is_causal))
        return self.norm2(x + self._ff_block(x))

    def check_shapes(self, src: Array, *args: Any, **kwargs: Any) -> None:
        self._expect_features(src=src)


class TransformerDecoderLayer(_TransformerLayer, torch.nn.TransformerDecoderLayer):
    """Self-attention, attention to a memory, a feed-forward network: `torch.nn.TransformerDecoderLayer` everywhere.

    As the `activation` a function of PyTorch stands for the op of its name; any other must run in the framework at
    hand.

    Shape:
        `tgt` and the output `(L, N, d_model)`, `memory` `(S, N, d_model)`, with the batch first if `batch_first`;
        without a batch `(L, d_model)` and so on. `tgt_mask` is `(L, L)`, `memory_mask` `(L, S)`,
        `tgt_key_padding_mask` `(N, L)`, `memory_key_padding_mask` `(N, S)`.

    Raises:
        InputShapeError: an input has other axes, or another number of features.

    >>> nn.TransformerDecoderLayer(8, 2, 16)(torch.ones(5, 2, 8), torch.ones(3, 2, 8)).shape
    torch.Size([5, 2, 8])
    """

    last_dropout = "dropout3"

    def forward(
        self,
        tgt: Array,
        memory: Array,
        tgt_mask: Array | None = None,
        memory_mask: Array | None = None,
        tgt_key_padding_mask: Array | None = None,
        memory_key_padding_mask: Array | None = None,
        tgt_is_causal: bool = False,
        memory_is_causal: bool = False,
    ) -> Array:
        if not self.is_replica:
            self._check_features(tgt, memory)
        return super().forward(  # it only calls the parts
            tgt,
            memory,
            tgt_mask,
            memory_mask,
            tgt_key_padding_mask,
            memory_key_padding_mask,
            tgt_is_causal,
            memory_is_causal,
        )

    def check_shapes(self, tgt: Array, memory: Array, *args: Any, **kwargs: Any) -> None:
        self._expect_features(tgt=tgt, memory=memory)


class TransformerEncoder(Layer, torch.nn.TransformerEncoder):
    """A stack of encoder layers: `torch.nn.TransformerEncoder` for every framework.

    torch tensors take torch's own forward: in inference, with `enable_nested_tensor` and a padding mask, its fused
    path leaves out what is padding, where it answers 0 before `norm`. Elsewhere padding is computed like the rest.

    Shape:
        As its layers have it.

    >>> layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
    >>> nn.TransformerEncoder(layer, num_layers=2)(torch.ones(2, 5, 8)).shape
    torch.Size([2, 5, 8])
    """

    def __init__(
        self,
        encoder_layer: torch.nn.Module,
        num_layers: int,
        norm: torch.nn.Module | None = None,
        enable_nested_tensor: bool = True,
        mask_check: bool = True,
    ) -> None:
        super().__init__(encoder_layer, num_layers, adopted(norm), enable_nested_tensor, mask_check)  # type: ignore[arg-type]
        adopt(self.layers)

    def forward(
        self,
        src: Array,
        mask: Array | None = None,
        src_key_padding_mask: Array | None = None,
        is_causal: bool | None = None,
    ) -> Array:
        if not self.is_replica:
            return super().forward(src, mask, src_key_padding_mask, is_causal)
        for layer in self.layers:
            src = layer(src, src_mask=mask, src_key_padding_mask=src_key_padding_mask, is_causal=bool(is_causal))
        return src if self.norm is None else self.norm(src)


class TransformerDecoder(Layer, torch.nn.TransformerDecoder):
    """A stack of decoder layers: `torch.nn.TransformerDecoder` for every framework.

    Shape:
        As its layers have it.

    >>> decoder = nn.TransformerDecoder(nn.TransformerDecoderLayer(8, 2, 16), num_layers=2)
    >>> decoder(torch.ones(5, 2, 8), torch.ones(3, 2, 8)).shape
    torch.Size([5, 2, 8])
    """

    def __init__(self, decoder_layer: torch.nn.Module, num_layers: int, norm: torch.nn.Module | None = None) -> None:
        super().__init__(decoder_layer, num_layers, adopted(norm))  # type: ignore[arg-type]
        adopt(self.layers)

    def forward(
        self,
        tgt: Array,
        memory: Array,
        tgt_mask: Array | None = None,
        memory_mask: Array | None = None,
        tgt_key_padding_mask: Array | None = None,
        memory_key_padding_mask: Array | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Array:
        masks = tgt_mask, memory_mask, tgt_key_padding_mask, memory_key_padding_mask
        if not self.is_replica:
            return super().forward(tgt, memory, *masks, tgt_is_causal, memory_is_causal)
        for layer in self.layers:
            tgt = layer(tgt, memory, *masks, bool(tgt_is_causal), memory_is_causal)
        return tgt if self.norm is None else self.norm(tgt)


class Transformer(Layer, torch.nn.Transformer):
    """An encoder and a decoder that attends to it: `torch.nn.Transformer` for every framework.

    Shape:
        `src` `(S, N, d_model)`, `tgt` and the output `(L, N, d_model)`, with the batch first if `batch_first`; without
        a batch `(S, d_model)` and `(L, d_model)`. Masks as in the encoder and decoder layers.

    Raises:
        InputShapeError: an input has other axes, another number of features, or another batch.

    >>> model = nn.Transformer(8, 2, num_encoder_layers=1, num_decoder_layers=1, dim_feedforward=16, batch_first=True)
    >>> model(torch.ones(2, 3, 8), torch.ones(2, 5, 8)).shape
    torch.Size([2, 5, 8])
    """

    def __init__(
        self,
        d_model: int = 512,
        nhead: int = 8,
        num_encoder_layers: int = 6,
        num_decoder_layers: int = 6,
        dim_feedforward: int = 2048,
        dropout: float = 0.1,
        activation: str | Callable[[Array], Array] = F.relu,
        custom_encoder: torch.nn.Module | None = None,
        custom_decoder: torch.nn.Module | None = None,
        layer_norm_eps: float = 1e-5,
        batch_first: bool = False,
        norm_first: bool = False,
        bias: bool = True,
        device: Any = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        sizes = d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward
        super().__init__(
            *sizes,
            dropout,
            activation,
            custom_encoder,
            custom_decoder,
            layer_norm_eps,
            batch_first,
            norm_first,
            bias,
            device,
            dtype,
        )
        if custom_encoder is None:
            adopt(self.encoder)
        if custom_decoder is None:
            adopt(self.decoder)

    def forward(
        self,
        src: Array,
        tgt: Array,
        src_mask: Array | None = None,
        tgt_mask: Array | None = None,
        memory_mask: Array | None = None,
        src_key_padding_mask: Array | None = None,
        tgt_key_padding_mask: Array | None = None,
        memory_key_padding_mask: Array | None = None,
        src_is_causal: bool | None = None,
        tgt_is_causal: bool | None = None,
        memory_is_causal: bool = False,
    ) -> Array:
        padding = src_key_padding_mask, tgt_key_padding_mask, memory_key_padding_mask
        if not self.is_replica:
            hints = src_is_causal, tgt_is_causal, memory_is_causal
            return super().forward(src, tgt, src_mask, tgt_mask, memory_mask, *padding, *hints)
        memory = self.encoder(src, src_mask, src_key_padding_mask, src_is_causal)
        return self.decoder(tgt, memory, tgt_mask, memory_mask, *padding[1:], tgt_is_causal, memory_is_causal)

    @staticmethod
    def generate_square_subsequent_mask(sz: int, device: Any = None, dtype: Any = None) -> Array:
        """The causal mask `(sz, sz)`: minus infinity above the diagonal, else 0; in the framework that is running.

        Args:
            sz: the length of the sequence.
            device: as in `ops.full`.
            dtype: the default dtype unless another is given.

        >>> nn.Transformer.generate_square_subsequent_mask(2)
        tensor([[0., -inf],
                [0., 0.]])
        """
        if running.framework == "torch":  # for torch's subclasses of tensors too
            return torch.nn.Transformer.generate_square_subsequent_mask(sz, device, dtype)
        return ops.triu(ops.full((sz, sz), -math.inf, dtype=dtype, device=device), k=1)

    def check_shapes(self, src: Array, tgt: Array, *args: Any, **kwargs: Any) -> None:
        shapes = static_shape(src), static_shape(tgt)
        for name, length, tensor, shape in zip(("src", "tgt"), "SL", (src, tgt), shapes, strict=True):
            axes = f"N, {length}" if self.batch_first else f"{length}, N"
            self.expect(
                shape is None or (len(shape) in (2, 3) and shape[-1] in (None, self.d_model)),
                f"({axes}, {self.d_model}) or ({length}, {self.d_model}) as its {name}",
                tensor,
                f"Make the last axis of {name} {self.d_model} long, or build the layer with another d_model.",
            )
        if None in shapes or len(shapes[0]) != 3 or len(shapes[1]) != 3:  # type: ignore[arg-type]
            return
        batches = [shape[0 if self.batch_first else 1] for shape in shapes]  # type: ignore[index]
        self.expect(
            None in batches or batches[0] == batches[1],
            f"with a batch of {batches[0]}, as src has, as its tgt",
            tgt,
            "Give src and tgt of one batch.",
        )


def _in_ops(activation: Callable[[Array], Array]) -> Callable[[Array], Array]:
    """The op of the same name for a function of PyTorch; anything else as it is."""
    name = getattr(activation, "__name__", "")
    is_torchs = any(getattr(home, name, None) is activation for home in (F, torch))
    return getattr(ops, name, activation) if is_torchs else activation
