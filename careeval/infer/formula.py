"""A formula and a table into the rows, columns and outcome of a linear model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.formula.api import ols

from careeval.errors import Problem, TableError, listed
from careeval.infer.linear import dependent_columns


@dataclass(frozen=True)
class Formula:
    """rows: those with nothing missing; terms (k); design (n, k); outcome (n,)."""

    rows: pd.DataFrame
    terms: list[str]
    design: np.ndarray
    outcome: np.ndarray

    def place(self, term: str, *, of: str) -> int:
        """The column of a term; TableError, in the name of the function `of`, for one that is not in the formula."""
        if term not in self.terms:
            raise TableError(Problem(of, "term", f"{term!r} is not in the formula", listed(self.terms)))
        return self.terms.index(term)


def read_formula(formula: str, data: pd.DataFrame, needed: Sequence[str]) -> Formula:
    """The model of `formula`, as statsmodels reads it; `needed`: further columns that no row may lack.

    TableError on an unknown column, a formula that cannot be read, or terms that depend on each other.
    """
    if unknown := [name for name in needed if name not in data]:
        raise TableError(*(Problem("data", "", f"no column {name!r}", listed(data.columns)) for name in unknown))
    rows = data.dropna(subset=list(needed)).reset_index(drop=True)
    try:
        model = ols(formula, data=rows)
    except Exception as error:  # the formula engine raises whatever its parser or the data raise
        problem = Problem("formula", "", f"{formula!r} cannot be used: {error}", listed(data.columns))
        raise TableError(problem) from error
    terms, design = list(model.exog_names), np.asarray(model.exog, float)
    if dependent := dependent_columns(design):
        found = f"{listed(terms[column] for column in dependent)} cannot be told apart from the other terms"
        raise TableError(Problem("formula", repr(formula), found, "", "Leave a term out"))
    kept = rows.iloc[np.asarray(model.data.row_labels)]
    return Formula(kept, terms, design, np.asarray(model.endog, float))
