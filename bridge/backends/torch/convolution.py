"""Overrides of `bridge.ops.convolution` for PyTorch."""

import torch.nn.functional as F

conv1d = F.conv1d
conv2d = F.conv2d
