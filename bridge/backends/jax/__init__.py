"""The ops in JAX. Convolution and pooling run channels-last inside, which XLA's CPU compiler needs to be quick."""
