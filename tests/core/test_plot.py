"""A picture shows every call and where its tensors come from, in three languages, and no two boxes overlap."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from typing import Any

import pytest
import torch

import bridge
from bridge import layers as nn
from bridge import ops
from tests.core.test_summary import Block, residual


def graph(picture: Any) -> set[tuple[str, str]]:
    return {(picture.boxes[source].name, picture.boxes[target].name) for source, target in picture.edges}


def model() -> Any:
    x, y = bridge.Input((None, 3), name="x"), bridge.Input((None, 3), name="y")
    shared = nn.Linear(3, 3)
    h = ops.concat([shared(x), ops.relu(shared(y)), x - y], axis=-1)
    return bridge.Model([x, y], {"a": nn.LSTM(9, 2)(h)[0], "b": ops.split(h, 3, axis=-1)[1]})


def test_a_recorded_graph_is_shown_as_it_is():
    picture = bridge.plot(model())
    assert graph(picture) == {
        *(("x", "linear"), ("y", "linear"), ("linear", "relu"), ("x", "subtract"), ("y", "subtract")),
        *(("linear", "concat"), ("relu", "concat"), ("subtract", "concat"), ("concat", "lstm"), ("concat", "split")),
        *(("lstm", "output_0"), ("split", "output_1")),
    }
    boxes = {box.name: box for box in picture.boxes}
    assert boxes["concat"].lines == ["concat", "(None, 9)"]
    assert boxes["lstm"].lines == ["lstm", "LSTM", "[(None, 2), [(1, 2), (1, 2)]]"]
    assert [box.name for box in picture.boxes].count("linear") == 2
    assert boxes["output_1"].shape == "(None, 3)"


def test_a_call_of_any_module_is_followed():
    block = Block(8, 8, 1)
    picture = bridge.plot(block, (None, 8, 4, 4))
    assert [box.name for box in picture.boxes] == [
        *("input", "conv1", "bn1", "relu", "conv2", "bn2", "downsample.0", "downsample.1", "add", "relu", "output"),
    ]
    assert {("bn2", "add"), ("downsample.1", "add"), ("input", "conv1"), ("input", "downsample.0")} <= graph(picture)
    assert {box.shape for box in picture.boxes} == {"(None, 8, 4, 4)"}
    assert block.bn1.num_batches_tracked == 0
    assert not block.conv1._forward_hooks


def test_without_inputs_the_tree_of_modules_is_shown():
    picture = bridge.plot(torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.Sequential(torch.nn.ReLU())))
    assert [box.lines for box in picture.boxes] == [["Sequential"], ["0", "Linear"], ["1", "Sequential"], ["0", "ReLU"]]
    assert picture.edges == ((0, 1), (0, 2), (2, 3))


@pytest.mark.parametrize(
    "picture", [bridge.plot(model()), bridge.plot(residual(), (1, 3, 16, 16))], ids=["model", "net"]
)
def test_the_drawing_is_whole(picture):
    drawing = ElementTree.fromstring(picture.svg)
    names = {"svg": "http://www.w3.org/2000/svg"}
    width, height = float(drawing.get("width")), float(drawing.get("height"))
    sides = ("x", "y", "width", "height")
    boxes = [tuple(float(box.get(side)) for side in sides) for box in drawing.findall("svg:rect", names)]
    assert len(boxes) == len(picture.boxes)
    assert len(drawing.findall("svg:path", names)) == len(picture.edges)
    assert [text.text for text in drawing.findall("svg:text", names)] == [
        line for box in picture.boxes for line in box.lines
    ]
    for place, (x, y, w, h) in enumerate(boxes):
        assert 0 <= x <= x + w <= width
        assert 0 <= y <= y + h <= height
        for other_x, other_y, other_w, other_h in boxes[:place]:
            assert x >= other_x + other_w or other_x >= x + w or y >= other_y + other_h or other_y >= y + h
    for source, target in picture.edges:
        assert boxes[source][1] + boxes[source][3] < boxes[target][1]


def test_the_languages_name_every_box_and_edge():
    picture = bridge.plot(model())
    assert re.findall(r"n(\d+) -> n(\d+);", picture.dot) == [(str(a), str(b)) for a, b in picture.edges]
    assert re.findall(r"n(\d+) --> n(\d+)", picture.mermaid) == [(str(a), str(b)) for a, b in picture.edges]
    for place, box in enumerate(picture.boxes):
        assert f'n{place} [label="' + r"\n".join(box.lines) + '"];' in picture.dot
        assert f'n{place}["{"<br/>".join(box.lines)}"]' in picture.mermaid


def test_files_appear_whole_or_not_at_all(tmp_path):
    picture = bridge.plot(model())
    for suffix, text in ((".svg", picture.svg), (".dot", picture.dot), (".gv", picture.dot), (".mmd", picture.mermaid)):
        path = picture.save(tmp_path / f"model{suffix}")
        assert path.read_text() == text
    assert len(list(tmp_path.iterdir())) == 4
    with pytest.raises(FileExistsError, match="overwrite=True"):
        picture.save(tmp_path / "model.svg")
    picture.save(tmp_path / "model.svg", overwrite=True)
    with pytest.raises(ValueError, match=r"saved as .svg, .dot, .gv, .mmd, got .*model.png"):
        picture.save(tmp_path / "model.png")
    assert len(list(tmp_path.iterdir())) == 4
    assert picture._repr_svg_() == picture.svg


def test_what_is_no_module_is_refused():
    with pytest.raises(TypeError, match="bridge.plot expected a torch.nn.Module, got int"):
        bridge.plot(3)
