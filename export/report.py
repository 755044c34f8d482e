"""What an export did."""

from __future__ import annotations

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class ExportedFile:
    """One file that an export wrote.

    Attributes:
        path: where it is.
        bytes: its size.
    """

    path: Path
    bytes: int


@dataclasses.dataclass(frozen=True)
class Report:
    """What an export wrote, and how near it is to torch.

    Attributes:
        format: the format's name.
        path: what was asked for.
        files: every file written.
        seconds: how long it took, verification included.
        largest_difference: the largest absolute difference from torch's own output, over all outputs and `sizes`.
        sizes: the sizes of the dynamic axes that were compared, a dict for each comparison.
    """

    format: str
    path: Path
    files: tuple[ExportedFile, ...]
    seconds: float
    largest_difference: float
    sizes: tuple[dict[str, int], ...]

    @property
    def bytes(self) -> int:
        """The size of all files together."""
        return sum(file.bytes for file in self.files)

    def __str__(self) -> str:
        compared = "; ".join(", ".join(f"{axis}={size}" for axis, size in case.items()) for case in self.sizes)
        return (
            f"{self.format}: {self.path}, {len(self.files)} files, {self.bytes} bytes, {self.seconds:.2f} s, "
            f"largest difference from torch {self.largest_difference:.1e}" + (f" at {compared}" if compared else "")
        )


def files_under(path: Path) -> tuple[ExportedFile, ...]:
    """The file, or every file in the folder."""
    paths = sorted(item for item in path.rglob("*") if item.is_file()) if path.is_dir() else [path]
    return tuple(ExportedFile(item, item.stat().st_size) for item in paths)
