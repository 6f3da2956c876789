"""A table kept under the hash of what it was made from, so that nothing is made twice and nothing stale is read."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TypeVar

Made = TypeVar("Made")


def fingerprint(parts: Iterable[str | bytes]) -> str:
    """sha256 over texts and bytes, each with its length, so that no two lists run into one another."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{len(data)}:".encode())
        digest.update(data)
    return digest.hexdigest()


def files_fingerprint(folder: Path, paths: Iterable[Path]) -> str:
    """One hash over the names (relative to folder) and the contents of files, whatever their order."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return fingerprint(part for name, path in named for part in (name, path.read_bytes()))


@cache
def code_fingerprint() -> str:
    """The package's own code and library: a table made by other code is another table."""
    package = Path(__file__).parent
    paths = [path for path in package.rglob("*") if path.suffix in (".py", ".toml", ".csv")]
    return files_fingerprint(package, paths)


def kept(folder: Path, name: str, key: str, make: Callable[[], Made]) -> Made:
    """What `make` gives, read back when it was made from the same key before; older makes of that name are deleted.

    The files are pickles that this program wrote into the study's own derived/; none is read from elsewhere.
    """
    path = folder / f"{name}.{key[:20]}.pickle"
    with suppress(FileNotFoundError):  # asked for, not looked up: another run may be deleting it
        return pickle.loads(path.read_bytes())
    made = make()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
        part.write(pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    for old in folder.glob(f"{name}.*.pickle"):
        old.unlink(missing_ok=True)
    Path(part.name).replace(path)
    return made
