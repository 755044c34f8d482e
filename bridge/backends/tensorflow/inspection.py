"""Overrides of `bridge.ops.inspection` for TensorFlow."""

import numpy
import tensorflow as tf

from bridge.typing import Array


def convert_to_numpy(x: Array, /) -> numpy.ndarray:
    return numpy.asarray(tf.cast(x, tf.float32) if x.dtype == tf.bfloat16 else x)


def default_device() -> None:
    return None


def devices() -> list[str]:
    return [device.name for device in tf.config.list_logical_devices()]
