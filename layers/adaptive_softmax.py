"""Softmax over many classes, of which the rare ones stand in clusters."""

from __future__ import annotations

import itertools

import torch
from torch.compiler import is_compiling
from torch.nn.modules.adaptive import _ASMoutput

from bridge import Layer, ops
from bridge.inference import is_fake
from bridge.layers.loss import agree
from bridge.shapes import static_shape
from bridge.typing import Array

__all__ = ["AdaptiveLogSoftmaxWithLoss"]


class AdaptiveLogSoftmaxWithLoss(Layer, torch.nn.AdaptiveLogSoftmaxWithLoss):
    """Log-softmax over frequent classes and clusters of rare ones: `torch.nn.AdaptiveLogSoftmaxWithLoss` everywhere.

    torch tensors take torch's own forward, which works out a cluster for the rows alone whose target is in it. In other
    frameworks, and where torch compiles, exports or finds shapes, every cluster is worked out for every row; a target
    that is no class is an error in torch, and NaN there. `log_prob` and `predict` too take the tensors of every
    framework.

    Shape:
        Input `(N, in_features)` or `(in_features,)`, target of integers `(N,)` or `()`. The output is a named tuple:
        `output` in the target's shape, and `loss` without dimensions.

    Raises:
        InputShapeError: the input has other features, or the target does not go with it.

    Reference: Grave et al., Efficient softmax approximation for GPUs, https://arxiv.org/abs/1609.04309

    >>> layer = nn.AdaptiveLogSoftmaxWithLoss(16, 10, cutoffs=[4, 7])
    >>> layer(torch.ones(2, 16), torch.tensor([0, 9])).output.shape, layer.log_prob(torch.ones(2, 16)).shape
    (torch.Size([2]), torch.Size([2, 10]))
    """

    def forward(self, input_: Array, target_: Array) -> _ASMoutput:
        if not self._takes_every_cluster(input_):
            return super().forward(input_, target_)
        head = self._head(input_)
        output = self._at(head, target_, 0, self.shortlist_size)
        for cluster, (start, stop) in enumerate(itertools.pairwise(self.cutoffs)):
            inside = self._at(self._tail(cluster, input_), target_, start, stop)
            output = ops.where(target_ < start, output, head[..., self.shortlist_size + cluster] + inside)
        output = ops.where(ops.logical_and(target_ >= 0, target_ < self.n_classes), output, float("nan"))
        return _ASMoutput(output, ops.mean(-output))

    def log_prob(self, input: Array) -> Array:
        """The log-probability of every class, `(N, n_classes)`, for an input `(N, in_features)`."""
        if self._takes_every_cluster(input):
            head, size = self._head(input), self.shortlist_size
            tails = [self._tail(cluster, input) + head[:, size + cluster, None] for cluster in range(self.n_clusters)]
            return ops.concat([head[:, :size], *tails], axis=1)
        return super().log_prob(input) if isinstance(input, torch.Tensor) else _Method(self, "log_prob")(input)

    def predict(self, input: Array) -> Array:
        """The class of the highest probability, `(N,)`, for an input `(N, in_features)`."""
        if self._takes_every_cluster(input):
            return ops.argmax(self.log_prob(input), axis=1)
        return super().predict(input) if isinstance(input, torch.Tensor) else _Method(self, "predict")(input)

    def _takes_every_cluster(self, input: Array) -> bool:
        """Whether no values can be looked at, by which torch chooses the clusters."""
        return self.is_replica or is_compiling() or is_fake(input)

    def _head(self, input: Array) -> Array:
        return ops.log_softmax(ops.linear(input, self.head.weight, self.head.bias), -1)

    def _tail(self, cluster: int, input: Array) -> Array:
        narrow, classes = list(self.tail[cluster].children())
        return ops.log_softmax(ops.linear(ops.linear(input, narrow.weight), classes.weight), -1)

    def _at(self, log_probabilities: Array, target: Array, start: int, stop: int) -> Array:
        """Those of the targets from `start` below `stop`; others get that of any class."""
        places = ops.clip(target - start, 0, stop - start - 1)
        return ops.squeeze(ops.take_along_axis(log_probabilities, ops.expand_dims(places, -1), axis=-1), -1)

    def check_shapes(self, input_: Array, target_: Array) -> None:
        shape, received = static_shape(input_), static_shape(target_)
        if shape is None or received is None:
            return
        self.expect(
            len(shape) in (1, 2) and shape[-1] in (None, self.in_features),
            f"(N, {self.in_features}) or ({self.in_features},)",
            input_,
            f"Its last axis must hold {self.in_features} features; or build the layer with other in_features.",
        )
        self.expect(agree(received, shape[:-1]), f"{shape[:-1]} as its target", target_, "Give one class a row.")


class _Method(Layer):
    """A method of a layer as a layer, so that it can be called with the tensors of any framework."""

    def __init__(self, layer: Layer, name: str) -> None:
        super().__init__()
        self.layer = layer
        self.name = name
        self.train(layer.training)

    def forward(self, *args: Array) -> Array:
        return getattr(self.layer, self.name)(*args)
