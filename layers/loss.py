"""What the losses share: the checks of their inputs."""

from __future__ import annotations

from collections.abc import Sequence

from bridge import Layer
from bridge.shapes import static_shape
from bridge.typing import Array

__all__: list[str] = []

Shape = Sequence[int | None]


class PairLoss(Layer):
    """The base of the losses of an input and a target that broadcast with each other."""

    reduction: str

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is not None and received is not None:
            self.expect(broadcast(shape, received), f"{shape} as its target", target, "Give both one shape.")


class SameShapeLoss(Layer):
    """The base of the losses of an input and a target of exactly one shape."""

    reduction: str

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is not None and received is not None:
            self.expect(agree(shape, received), f"{shape} as its target", target, "Give both one shape.")


class ClassLoss(Layer):
    """The base of the losses of scores, with classes on axis 1 or alone, and the indices of the right ones."""

    def check_shapes(self, input: Array, target: Array) -> None:
        shape, received = static_shape(input), static_shape(target)
        if shape is not None and received is not None:
            wanted = without_classes(shape)
            self.expect(
                agree(received, wanted),
                f"{wanted} as its target, beside scores of {shape}",
                target,
                "Classes are on axis 1 of the scores, and on no axis of the targets.",
            )


def agree(shape: Shape, other: Shape) -> bool:
    """Whether two shapes may be the same."""
    return len(shape) == len(other) and all(a == b or None in (a, b) for a, b in zip(shape, other, strict=True))


def broadcast(shape: Shape, other: Shape) -> bool:
    """Whether two shapes may be broadcast with each other."""
    pairs = zip(shape[::-1], other[::-1], strict=False)
    return all(a == b or 1 in (a, b) or None in (a, b) for a, b in pairs)


def without_classes(shape: Shape) -> tuple[int | None, ...]:
    """The shape of one number for each set of scores: classes are on axis 1, or the only axis."""
    return tuple(shape[1:]) if len(shape) == 1 else (*shape[:1], *shape[2:])
