"""Which table is made from which, by which verb: made once, then read from the store."""

from careeval.pipeline.cleaning import cleaned, identifiers, salt
from careeval.pipeline.tables import CANONICAL, REPORT_TABLES, TABLES, check, prepare, published_sums, table, tables

__all__ = [
    "CANONICAL",
    "REPORT_TABLES",
    "TABLES",
    "check",
    "cleaned",
    "identifiers",
    "prepare",
    "published_sums",
    "salt",
    "table",
    "tables",
]
