"""Cases of the layers in `layers/squeeze_excitation.py`."""

from __future__ import annotations

from bridge import layers as nn
from tests.layers.case import Case, case

CASES: list[Case] = [
    case("SqueezeExcitation", (4, 2), {}, (2, 4, 3, 5)),
    case("SqueezeExcitation", (4, 2), {"activation": nn.SiLU(), "scale_activation": nn.Tanh()}, (4, 3, 5)),
]

WRONG_SHAPES = {
    "SqueezeExcitation": (lambda: nn.SqueezeExcitation(4, 2), [(2, 3, 5, 5)], "(N, 4, H, W) or (4, H, W)"),
}
