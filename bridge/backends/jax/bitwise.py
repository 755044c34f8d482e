"""Overrides of `bridge.ops.bitwise` for JAX."""

import jax.numpy as jnp

from bridge.backends.jax.promotion import binary

bitwise_and = binary(jnp.bitwise_and)
bitwise_or = binary(jnp.bitwise_or)
bitwise_xor = binary(jnp.bitwise_xor)
bitwise_invert = jnp.bitwise_invert
bitwise_left_shift = binary(jnp.left_shift)
bitwise_right_shift = binary(jnp.right_shift)
