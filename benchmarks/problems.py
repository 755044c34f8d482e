"""What every contender computes: the sizes of the models, and one fixed batch for each."""

from __future__ import annotations

import numpy

CLASSES = 10

MLP_WIDTHS = (784, 512, 512)
CNN_CHANNELS = (16, 32)
CNN_IMAGE = 28
CNN_DROPOUT = 0.1
RESNET_STEM = 16
RESNET_STAGES = ((16, 1), (32, 2), (64, 2))
"""Channels and stride of each block."""
RESNET_IMAGE = 32
TRANSFORMER_BLOCKS = 2
TRANSFORMER_HEADS = 4
TRANSFORMER_WIDTH = 128
TRANSFORMER_HIDDEN = 512
LSTM_INPUT, LSTM_WIDTH = 64, 128

LEARNING_RATE = 1e-6
"""So small that hundreds of steps on one batch drive nothing into denormal numbers, on which processors crawl."""

SHAPES = {
    "mlp": (128, MLP_WIDTHS[0]),
    "cnn": (64, 1, CNN_IMAGE, CNN_IMAGE),
    "resnet": (32, 3, RESNET_IMAGE, RESNET_IMAGE),
    "transformer": (16, 64, TRANSFORMER_WIDTH),
    "lstm": (16, 64, LSTM_INPUT),
}
"""The input of each model as PyTorch has it, with the batch."""


def batch(problem: str, channels_last: bool = False) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The inputs, float32, and a class for each; images with channels last for who would have them so."""
    generator = numpy.random.default_rng(0)
    inputs = generator.standard_normal(SHAPES[problem], numpy.float32)
    labels = generator.integers(0, CLASSES, SHAPES[problem][0])
    if channels_last and inputs.ndim == 4:
        inputs = numpy.ascontiguousarray(inputs.transpose(0, 2, 3, 1))
    return inputs, labels
