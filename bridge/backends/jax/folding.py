"""Overrides of `bridge.ops.folding` for JAX."""

import math

import jax
import jax.numpy as jnp

from bridge.backends.jax.manipulation import pad
from bridge.ops.folding import folded_arguments
from bridge.typing import Array
from bridge.windows import Sizes


def fold(
    input: Array,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> jax.Array:
    elements, places, plane, cut = folded_arguments(input, output_size, kernel_size, dilation, padding, stride)
    planes = jnp.zeros((*elements.shape[:-2], math.prod(plane)), elements.dtype)
    summed = planes.at[..., places].add(elements).reshape(*elements.shape[:-2], *plane)
    return pad(summed, cut)
