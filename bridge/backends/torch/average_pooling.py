"""Overrides of `bridge.ops.average_pooling` for PyTorch."""

import torch.nn.functional as F

adaptive_avg_pool1d = F.adaptive_avg_pool1d
adaptive_avg_pool2d = F.adaptive_avg_pool2d
adaptive_avg_pool3d = F.adaptive_avg_pool3d
avg_pool1d = F.avg_pool1d
avg_pool2d = F.avg_pool2d
avg_pool3d = F.avg_pool3d
lp_pool1d = F.lp_pool1d
lp_pool2d = F.lp_pool2d
lp_pool3d = F.lp_pool3d
