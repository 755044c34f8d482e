"""Overrides of `bridge.ops.grid_sampling` for PyTorch."""

import torch.nn.functional as F

affine_grid = F.affine_grid
grid_sample = F.grid_sample
