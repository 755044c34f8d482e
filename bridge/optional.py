"""Optional dependencies: imported at first use, and a missing one says which extra brings it."""

from __future__ import annotations

import importlib
from typing import Any

from bridge.errors import MissingExtraError


def require(module: str, *, extra: str, purpose: str) -> Any:
    """Imports and returns `module`.

    Args:
        module: the name to import, such as `"jax"`.
        extra: the extra of torch-bridge that installs it.
        purpose: what needs it, for the message.

    Raises:
        MissingExtraError: `module` is not installed. A fault inside an installed module is raised as it is.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != module.partition(".")[0]:
            raise
        raise MissingExtraError(
            f"{purpose} needs {module}, which is not installed. Install it with: pip install 'torch-bridge[{extra}]'"
        ) from error
