"""Files appear whole or not at all: written aside, on the same file system, then renamed."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path


def check_free(path: Path, overwrite: bool) -> None:
    """Refuses a path that exists.

    Raises:
        FileExistsError: something is there, and `overwrite` is not given.
    """
    if not overwrite and path.exists():
        raise FileExistsError(f"{path} exists; nothing was written. Choose another path, or pass overwrite=True.")


@contextlib.contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A new folder beside `path`, gone afterwards with what is left in it, and with parents made in vain."""
    new = [parent for parent in path.parents if not parent.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # not empty: the file came about
            for parent in new:
                parent.rmdir()


def put(source: Path, path: Path, overwrite: bool) -> None:
    """Moves a finished file or folder to its place.

    Raises:
        FileExistsError: something has come there meanwhile, and `overwrite` is not given.
    """
    check_free(path, overwrite)
    if not path.is_dir():
        os.replace(source, path)
        return
    # A folder can't be replaced in one step: the old one moves out of the way, and back if that fails.
    old = source.with_name(f"{source.name}.old")
    os.replace(path, old)
    try:
        os.replace(source, path)
    except OSError:
        os.replace(old, path)
        raise
