"""Overrides of `bridge.ops.interpolation` for TensorFlow."""

import inspect

import tensorflow as tf

from bridge.backends.tensorflow.layout import channels_first, channels_last, lie_last
from bridge.ops import interpolation
from bridge.typing import Array


def interpolate(
    input: Array,
    size: int | tuple[int, ...] | None = None,
    scale_factor: float | tuple[float, ...] | None = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> tf.Tensor:
    is_one = (size is None) != (scale_factor is None)
    if is_one and mode == "bilinear" and not antialias and input.dtype == tf.float32 and lie_last(input):
        before = tuple(input.shape[2:])
        after, factors = interpolation.targets_and_factors(before, size, scale_factor, bool(recompute_scale_factor))
        if _are_as_large_as_they_say(before, after, factors):
            return channels_first(_resized(channels_last(input), after, bool(align_corners)))
    reference = inspect.unwrap(interpolation.interpolate)
    return reference(input, size, scale_factor, mode, align_corners, recompute_scale_factor, antialias)


def _are_as_large_as_they_say(
    before: tuple[int | None, ...], after: tuple[int, ...], factors: tuple[float | None, ...]
) -> bool:
    """Whether two sizes are known and not 0, and follow from the factors: TensorFlow's kernel takes the sizes alone."""
    if len(before) != 2 or not all(isinstance(size, int) and size > 0 for size in (*before, *after)):
        return False
    sizes = zip(before, after, factors, strict=True)
    return all(factor is None or old * factor == new for old, new, factor in sizes)  # type: ignore[operator]


def _resized(images: tf.Tensor, sizes: tuple[int, ...], align_corners: bool) -> tf.Tensor:
    """By TensorFlow's kernel, whose gradient has none of its own: it is linear, and that of the gradient is itself."""
    options = {"align_corners": align_corners, "half_pixel_centers": not align_corners}

    @tf.custom_gradient
    def resized(images: tf.Tensor) -> tuple[tf.Tensor, object]:
        return tf.raw_ops.ResizeBilinear(images=images, size=sizes, **options), spread

    @tf.custom_gradient
    def spread(gradient: tf.Tensor) -> tuple[tf.Tensor, object]:
        return tf.raw_ops.ResizeBilinearGrad(grads=gradient, original_image=images, **options), resized

    return resized(images)
