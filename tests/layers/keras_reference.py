"""Keras as a reference, on PyTorch unless another test of the process has imported it on something else."""

from __future__ import annotations

import os
from typing import Any

import numpy

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras


def answer(layer: Any, *inputs: Any, **kwargs: Any) -> numpy.ndarray[Any, Any]:
    """What a Keras layer answers to arrays, as an array."""
    return numpy.asarray(keras.ops.convert_to_numpy(layer(*inputs, **kwargs)))
