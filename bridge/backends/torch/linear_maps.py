"""Overrides of `bridge.ops.linear_maps` for PyTorch."""

import torch.nn.functional as F

linear = F.linear
bilinear = F.bilinear
embedding = F.embedding
embedding_bag = F.embedding_bag
one_hot = F.one_hot
