"""Overrides of `bridge.ops.products` for JAX."""

import jax.numpy as jnp

from bridge.backends.jax.promotion import binary

matmul = binary(jnp.matmul)
matrix_transpose = jnp.matrix_transpose
