"""Cases of the layers in `layers/patch_embedding.py`."""

from __future__ import annotations

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = [
    case("PatchEmbedding", (4, 3, 6), {}, (2, 3, 8, 12)),
    case("PatchEmbedding", ((2, 4), 3, 6), {"flatten": False, "bias": False}, (1, 3, 4, 8)),
    case("PatchEmbedding", (2, 1, 5), {"norm": nn.LayerNorm(5)}, (2, 1, 4, 4)),
]

WRONG_SHAPES = {
    "PatchEmbedding": (
        lambda: nn.PatchEmbedding(4, 3, 6),
        [(2, 3, 9, 8)],
        "(N, 3, H, W) with H a multiple of 4 and W of 4",
    ),
}
