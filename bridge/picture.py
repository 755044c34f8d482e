"""`plot`: a picture of a model, as SVG, Graphviz DOT and Mermaid, drawn without any further library."""

from __future__ import annotations

import dataclasses
import html
import os
import threading
from pathlib import Path
from typing import Any

import torch

from bridge.drawing import drawn
from bridge.flow import Box, of_calls, of_children, of_model
from bridge.model import Model
from bridge.tables import call_arguments


@dataclasses.dataclass(frozen=True)
class Picture:
    """What `bridge.plot` answers: a graph, which a notebook shows.

    Attributes:
        boxes: layers, operations, inputs and outputs.
        edges: pairs of places among the boxes: from where a tensor comes to where it goes; without inputs, from a
            module to those within.
    """

    boxes: tuple[Box, ...]
    edges: tuple[tuple[int, int], ...]

    @property
    def svg(self) -> str:
        """The drawing."""
        return drawn(self.boxes, self.edges)

    def _repr_svg_(self) -> str:
        return self.svg

    @property
    def dot(self) -> str:
        """The graph in Graphviz's language."""
        names = [r"\n".join(map(_escaped, box.lines)) for box in self.boxes]
        lines = [f'  n{place} [label="{name}"];' for place, name in enumerate(names)]
        arrows = [f"  n{source} -> n{target};" for source, target in self.edges]
        return "\n".join(["digraph {", '  node [shape=box, fontname="sans-serif"];', *lines, *arrows, "}", ""])

    @property
    def mermaid(self) -> str:
        """The graph in Mermaid's language, which Markdown shows on GitHub."""
        names = [
            "<br/>".join(html.escape(line).replace("&quot;", "#quot;") for line in box.lines) for box in self.boxes
        ]
        lines = [f'  n{place}["{name}"]' for place, name in enumerate(names)]
        arrows = [f"  n{source} --> n{target}" for source, target in self.edges]
        return "\n".join(["flowchart TD", *lines, *arrows, ""])

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> Path:
        """Writes the picture: it appears whole or not at all.

        Args:
            path: ends in `.svg`, `.dot` or `.gv`, or `.mmd`, which says the format.
            overwrite: whether a file that is there may be replaced.

        Raises:
            ValueError: the path ends in something else.
            FileExistsError: there is such a file, and it is not to be overwritten.
        """
        path = Path(path)
        formats = {".svg": "svg", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid"}
        if path.suffix not in formats:
            raise ValueError(f"a picture is saved as {', '.join(formats)}, got {str(path)!r}")
        if path.exists() and not overwrite:
            raise FileExistsError(f"{path} exists: choose another path, or pass overwrite=True")
        aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            aside.write_text(getattr(self, formats[path.suffix]), encoding="utf-8")
            os.replace(aside, path)
        finally:
            aside.unlink(missing_ok=True)
        return path


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def plot(model: torch.nn.Module, inputs: Any = None) -> Picture:
    """A picture of a model: layers and operations as boxes, with the shapes that they answer, and where tensors go.

    Nothing is computed, and the model stays as it is.

    Args:
        model: a `bridge.Model`, whose graph it shows; or any module, of which it shows, for inputs of given shapes, the
            layers and the functions that are called, and without inputs which modules lie within which.
        inputs: as for `bridge.summary`.

    Raises:
        TypeError: `model` is no module, or `inputs` are of another kind.
        InputShapeError: the model does not take inputs of these shapes.

    >>> x = bridge.Input((None, 3), name="x")
    >>> picture = bridge.plot(bridge.Model(x, x + bridge.layers.Linear(3, 3)(x)))
    >>> print(picture.mermaid)
    flowchart TD
      n0["x<br/>(None, 3)"]
      n1["linear<br/>Linear<br/>(None, 3)"]
      n2["add<br/>(None, 3)"]
      n3["output<br/>(None, 3)"]
      n0 --> n1
      n0 --> n2
      n1 --> n2
      n2 --> n3
    """
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"bridge.plot expected a torch.nn.Module, got {type(model).__name__}")
    if isinstance(model, Model) and inputs is None:
        return Picture(*of_model(model))
    arguments = call_arguments(model, inputs)
    return Picture(*(of_children(model) if arguments is None else of_calls(model, arguments)))
