"""Overrides of `bridge.ops.folding` for PyTorch."""

import torch.nn.functional as F

channel_shuffle = F.channel_shuffle
fold = F.fold
pixel_shuffle = F.pixel_shuffle
pixel_unshuffle = F.pixel_unshuffle
unfold = F.unfold
