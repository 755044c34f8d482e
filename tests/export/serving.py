"""Models with their requests, and a process that serves exported files with neither Bridge nor torch in it."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import torch

from bridge import InputSpec, layers
from tests.helpers import assert_close
from tests.interop.models import MODELS

BATCHES = (1, 2, 7)


@dataclasses.dataclass
class Served:
    """A model, its twin of `torch.nn`, what it is exported with and what is asked of the file."""

    reference: torch.nn.Module
    tested: torch.nn.Module
    specs: list[InputSpec]
    requests: list[dict[str, torch.Tensor]]
    answers: list[dict[str, numpy.ndarray]] = dataclasses.field(default_factory=list)
    about: dict[str, Any] = dataclasses.field(default_factory=dict)

    def assert_answers_are_torchs(self) -> None:
        assert len(self.answers) == len(self.requests)
        for request, answer in zip(self.requests, self.answers, strict=True):
            with torch.no_grad():
                expected = self.reference.eval()(*request.values())
            expected = expected if isinstance(expected, dict) else {"output": expected}
            assert answer.keys() == expected.keys()
            for name, tensor in expected.items():
                assert answer[name].dtype == tensor.numpy().dtype
                assert_close(answer[name], tensor, 1e-4)


class Retrieval(torch.nn.Module):
    """Several inputs of several kinds, two dynamic axes, and outputs that have names."""

    def __init__(self, nn: Any) -> None:
        super().__init__()
        self.words = nn.Embedding(11, 8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.picture = nn.Linear(6, 8)

    def forward(self, ids: Any, picture: Any, keep: Any) -> dict[str, Any]:
        words = self.words(ids)
        words = self.attention(words, words, words, need_weights=False)[0]
        return {"scores": words @ self.picture(picture)[:, :, None] * keep[:, :, None], "words": words}


def served() -> dict[str, Served]:
    """Every model, with new weights."""
    torch.manual_seed(0)
    result = {}
    for name, model in MODELS.items():
        dtype = "float32" if model.dtype == torch.float32 else "int64"
        specs = [InputSpec(("batch", *model.shape), dtype, f"{name}_input")]
        result[name] = Served(*model.pair(), specs, [{f"{name}_input": model.inputs(batch)} for batch in BATCHES])
    reference, tested = Retrieval(torch.nn), Retrieval(layers)
    tested.load_state_dict(reference.state_dict())
    specs = [
        InputSpec(("batch", "words"), "int64", "ids"),
        InputSpec(("batch", 6), "float32", "picture"),
        InputSpec(("batch", "words"), "float32", "keep"),
    ]
    result["retrieval"] = Served(
        reference,
        tested,
        specs,
        [
            {
                "ids": torch.randint(11, (batch, words)),
                "picture": torch.randn(batch, 6),
                "keep": (torch.rand(batch, words) < 0.5).float(),
            }
            for batch, words in ((1, 3), (2, 1), (7, 5), (3, 3))
        ],
    )
    return result


SCRIPT = """
import json, pathlib, sys
# Neither can be imported here: a file that needs one fails. Keras, which TensorFlow loads, would look for transformers
# and so for torch.
sys.modules["bridge"] = sys.modules["torch"] = None
import numpy
{opener}
folder = pathlib.Path(sys.argv[1])
about = dict()
for name, path in json.loads(sys.argv[2]).items():
    about[name], run = open_file(path)
    for asked in folder.glob(f"{{name}}.*.asked.npz"):
        with numpy.load(asked) as arrays:
            answers = run(dict(arrays))
        numpy.savez(str(asked).replace("asked", "answered"), **answers)
print(json.dumps(about))
"""


def serve(opener: str, paths: dict[str, Path], models: dict[str, Served], folder: Path) -> None:
    """Fills in the answers to every request.

    Args:
        opener: defines `open_file(path)`, which gives what is to be known about a file, and a function from arrays to
            arrays.
        paths: the file of each model.
        models: the models.
        folder: where arrays pass between the processes.
    """
    for name in paths:
        for place, request in enumerate(models[name].requests):
            numpy.savez(folder / f"{name}.{place}.asked.npz", **{key: t.numpy() for key, t in request.items()})
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            SCRIPT.format(opener=opener),
            str(folder),
            json.dumps({n: str(p) for n, p in paths.items()}),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    about = json.loads(done.stdout.splitlines()[-1])
    for name in paths:
        models[name].about = about[name]
        for place in range(len(models[name].requests)):
            with numpy.load(folder / f"{name}.{place}.answered.npz") as arrays:
                models[name].answers.append(dict(arrays))
