"""The real handwritten digits that come inside scikit-learn: 1,797 images of 8 by 8."""

from __future__ import annotations

from typing import NamedTuple

import numpy
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split


class Digits(NamedTuple):
    """Images `(N, 1, 8, 8)` of float32 from 0 to 1, and labels `(N,)` of int64."""

    train_images: numpy.ndarray
    train_labels: numpy.ndarray
    test_images: numpy.ndarray
    test_labels: numpy.ndarray


def digits() -> Digits:
    """A fifth of the images is held out, the digits in equal shares."""
    data = load_digits()
    images = (data.images / 16).astype(numpy.float32)[:, None]
    labels = data.target.astype(numpy.int64)
    train_x, test_x, train_y, test_y = train_test_split(images, labels, test_size=0.2, random_state=0, stratify=labels)
    return Digits(train_x, train_y, test_x, test_y)


def batches(data: Digits, size: int, epochs: int, seed: int = 0) -> list[tuple[numpy.ndarray, numpy.ndarray]]:
    """The same shuffled batches for every life; the last, incomplete one of an epoch is left out."""
    generator = numpy.random.default_rng(seed)
    result = []
    for _ in range(epochs):
        order = generator.permutation(len(data.train_labels))
        for start in range(0, len(order) - size + 1, size):
            chosen = order[start : start + size]
            result.append((data.train_images[chosen], data.train_labels[chosen]))
    return result
