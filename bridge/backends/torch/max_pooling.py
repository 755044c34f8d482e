"""Overrides of `bridge.ops.max_pooling` for PyTorch."""

import torch.nn.functional as F

adaptive_max_pool1d = F.adaptive_max_pool1d
adaptive_max_pool2d = F.adaptive_max_pool2d
adaptive_max_pool3d = F.adaptive_max_pool3d
fractional_max_pool2d = F.fractional_max_pool2d
fractional_max_pool3d = F.fractional_max_pool3d
max_pool1d = F.max_pool1d
max_pool2d = F.max_pool2d
max_pool3d = F.max_pool3d
