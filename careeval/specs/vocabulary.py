"""The closed lists of words, and the canonical tables that a column of a raw file may fill."""

from __future__ import annotations

from functools import cache
from typing import Literal

from careeval.specs.home import LIBRARY
from careeval.specs.records import Record, read_library

Group = Literal["child", "elder", "woman", "carer"]
Language = Literal["zh", "en"]
IdentifierKind = Literal["name", "phone", "id_number", "address"]
Family = Literal["wellbeing", "academic", "support"]
Domain = Literal[
    "academic",
    "psychological",
    "family_contact",
    "living_support",
    "health",
    "safety_rights",
    "social_participation",
    "facilities",
    "organisation",
]
Season = Literal["term_start", "term_mid", "term_end", "holiday"]
AssignedBy = Literal["random", "need", "volunteer", "administrative", "unknown"]
Selected = Literal["all", "lowest", "worst_off", "volunteers"]
EstimateRole = Literal["headline", "companion", "sensitivity", "reproduction"]
Estimator = Literal[
    "ols_hc1",
    "ols_hc1_fe",
    "ols_cr2",
    "ols_cr2_fe",
    "cluster_means",
    "permutation",
    "did_hc1",
    "did_cr2",
    "did_cluster_means",
    "did_permutation",
    "ancova_hc1",
    "ancova_cr2",
    "ancova_cluster_means",
    "ancova_permutation",
    "change_t",
    "change_cr2",
    "change_cluster_means",
]

SPECIAL = (".missing", ".refused", ".dont_know", ".not_asked", ".not_reached", ".absent", ".exempt", ".drop")
MISSING_REASONS = ("missing", "refused", "dont_know", "not_asked", "not_reached")
BUILT_IN_RECODES = (
    *("number", "count", "date", "datetime", "first_number", "seconds", "mark", "code", "yes_no", "file_date"),
)
LINK_KEYS = ("name", "class", "birth", "phone4")


class CanonicalColumn(Record):
    """What one column of a canonical table holds; `allowed` only for one_of."""

    kind: Literal["id", "text", "number", "whole", "date", "datetime", "one_of"]
    allowed: tuple[str, ...] = ()


class CanonicalTable(Record):
    """One canonical table: its key, its columns, and whether further ones are kept (facts, items).

    required: what every record of a file must fill. row_key: the column whose blank raw cell makes no row at all;
    told_by: the columns that show that there was something to tell nevertheless.
    """

    key: tuple[str, ...]
    columns: dict[str, CanonicalColumn]
    open: Literal["", "facts", "items"] = ""
    required: tuple[str, ...] = ()
    row_key: str = ""
    told_by: tuple[str, ...] = ()


@cache
def canonical_tables() -> dict[str, CanonicalTable]:
    """The canonical tables by name, from library/tables.toml."""
    return read_library(LIBRARY / "tables.toml", CanonicalTable)
