"""Attention, by each framework's own fused operation."""

from __future__ import annotations

from bridge import ops
from bridge.interop.lowerings import lowers

lowers("aten.scaled_dot_product_attention")(ops.scaled_dot_product_attention)
