"""Results as Markdown, and the place in README.md where each table stands."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

README = Path(__file__).parent / "README.md"


@dataclasses.dataclass(frozen=True)
class Table:
    """A table of strings under a title."""

    title: str
    header: list[str]
    rows: list[list[str]]

    def markdown(self) -> str:
        """The title in bold and the table, its columns aligned for the reader of the plain text."""
        widths = [max(map(len, column)) for column in zip(self.header, *self.rows, strict=True)]
        rule = ["-" * width for width in widths]
        lines = [
            "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            for row in (self.header, rule, *self.rows)
        ]
        return "\n".join([f"**{self.title}**", "", *lines])


def write(section: str, text: str, path: Path = README) -> None:
    """Puts `text` between the markers of a section in the README.

    Raises:
        ValueError: the README has no such markers; then it stays as it is.
    """
    page = path.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {section} -->\n).*?(<!-- /{section} -->)", re.DOTALL)
    if not pattern.search(page):
        raise ValueError(f"{path} has no <!-- {section} --> and <!-- /{section} -->; put them where they belong")
    path.write_text(pattern.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page), encoding="utf-8")
