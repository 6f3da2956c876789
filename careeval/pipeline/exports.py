"""Tables as files that are the same bytes each time, and what proves it: the sha256 of everything read and written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

import pandas as pd

import careeval
from careeval.clean.selection import raw_files
from careeval.specs.study import Study, spec_paths

PACKAGES = ("pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn", "papermill", "ipykernel")


def in_key_order(table: pd.DataFrame) -> pd.DataFrame:
    """The rows sorted by their columns from left to right, texts by code point; tables begin with their key."""
    if table.empty:
        return table.reset_index(drop=True)
    return table.sort_values(list(table.columns), key=_sortable, kind="stable", ignore_index=True)


def write_csv(table: pd.DataFrame, path: Path) -> None:
    """utf-8-sig (Excel reads it), %.12g, rows in key order, missing = empty, line feeds."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(csv_bytes(table))


def csv_bytes(table: pd.DataFrame) -> bytes:
    """A table as the bytes of its file."""
    texts = {name: _plain(column) for name, column in in_key_order(table).items()}
    frame = pd.DataFrame(texts, columns=table.columns)
    return frame.to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def sha256(data: bytes | Path) -> str:
    """The sha256 of bytes, or of a file's bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(data.read_bytes() if isinstance(data, Path) else data).hexdigest()


def input_hashes(study: Study) -> dict[str, str]:
    """sha256 of every specification and raw file, by its path inside the study folder."""
    return file_hashes(study.folder, [*spec_paths(study), *raw_files(study.raw)[0]])


def file_hashes(folder: Path, paths: Iterable[Path]) -> dict[str, str]:
    """sha256 of files by their path relative to the folder, with forward slashes, in order."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in paths)
    return {name: sha256(path) for name, path in named}


def versions() -> dict[str, str]:
    """Python, careeval and the packages that numbers and pictures depend on."""
    found = {"python": python_version(), "careeval": careeval.__version__}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:  # a package that is brought along by other means than pip
            found[package] = "unknown"
    return found


def _sortable(column: pd.Series) -> pd.Series:
    return column if pd.api.types.is_numeric_dtype(column.dtype) else column.astype("str")


def _plain(column: pd.Series) -> pd.Series:
    """Numbers with a fraction as %.12g texts: pandas' own float_format leaves nullable and mixed columns alone."""
    if pd.api.types.is_float_dtype(column.dtype):
        return column.map(lambda value: f"{value:.12g}", na_action="ignore").astype("object")
    if column.dtype == object:
        return column.map(lambda value: f"{value:.12g}" if isinstance(value, float) else value, na_action="ignore")
    return column
