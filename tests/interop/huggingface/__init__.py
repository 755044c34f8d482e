"""Families of Hugging Face's transformers, each with a tiny random model: nothing is downloaded."""

from __future__ import annotations

import importlib
import pkgutil

from tests.interop.huggingface.family import Family

_FILES = [file.name for file in pkgutil.iter_modules(__path__) if file.name != "family"]

FAMILIES: dict[str, Family] = {
    family.name: family for file in _FILES for family in importlib.import_module(f"{__name__}.{file}").FAMILIES
}
