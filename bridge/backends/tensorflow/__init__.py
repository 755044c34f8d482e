"""The ops in TensorFlow's own operations, none of which is a callback into Python.

Convolution and pooling run channels-last inside: TensorFlow has kernels for that layout on every device.
"""
