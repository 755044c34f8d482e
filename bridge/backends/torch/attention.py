"""Overrides of `bridge.ops.attention` for PyTorch."""

import torch.nn.functional as F

scaled_dot_product_attention = F.scaled_dot_product_attention
multi_head_attention_forward = F.multi_head_attention_forward
