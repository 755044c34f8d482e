"""Proves the ways into JAX, TensorFlow and Lightning, against each of them."""
