"""The way into files: each format through its official converter, verified against torch before it appears.

`saved_model`, `openvino` and `safetensors` write; `load` reads any of them back.
"""

from bridge.export.load import load
from bridge.export.openvino_format import openvino
from bridge.export.report import ExportedFile, Report
from bridge.export.runtime import Runtime
from bridge.export.safetensors_format import safetensors
from bridge.export.saved_model_format import saved_model

__all__ = ["ExportedFile", "Report", "Runtime", "load", "openvino", "safetensors", "saved_model"]
