"""A convolutional classifier for 8 by 8 handwritten digits, written once, as in plain PyTorch."""

from bridge import layers as nn
from bridge import ops


class DigitClassifier(nn.Module):
    """Images `(N, 1, 8, 8)` to the logits of ten digits, `(N, 10)`."""

    def __init__(self, channels: int = 32, dropout: float = 0.2) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.GELU(),
            nn.Conv2d(channels, 2 * channels, 3, padding=1),
            nn.BatchNorm2d(2 * channels),
            nn.GELU(),
            nn.AvgPool2d(2),
        )
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(2 * channels * 4 * 4, 10)

    def forward(self, images):
        features = ops.flatten(self.features(images), 1)
        return self.classifier(self.dropout(features))
