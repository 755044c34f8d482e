"""Overrides of `bridge.ops.pooling` for PyTorch."""

import torch.nn.functional as F

max_pool2d = F.max_pool2d
avg_pool2d = F.avg_pool2d
adaptive_avg_pool2d = F.adaptive_avg_pool2d
