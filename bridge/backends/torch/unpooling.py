"""Overrides of `bridge.ops.unpooling` for PyTorch."""

import torch.nn.functional as F

max_unpool1d = F.max_unpool1d
max_unpool2d = F.max_unpool2d
max_unpool3d = F.max_unpool3d
