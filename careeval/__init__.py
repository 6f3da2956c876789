"""careeval: from a term's files to an assessment of a care plan.

    raw files + columns map -> ingest -> clean -> measure -> infer -> judging -> present -> publish
       (any format)         (answers, exams, logs) (scores,   (effects) (verdicts, (blocks)   (html, docx)
                                                    delivery)            next plan)

A study is a folder (`open_study`); every table of it is made by `table(study, name, wave=...)` and kept until one of
the files it was made from changes. `careeval run STUDY` does all of it and writes the report. ARCHITECTURE.md is the
map.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

# the public names and the rooms they live in, imported when first used: an unchanged re-run must start quickly
_PUBLIC = {
    "open_study": "specs.study",
    "read_instrument": "specs.instruments",
    "read_file": "ingest.raw",
    "suggest_columns": "clean.suggest",
    "prepare": "pipeline",
    "table": "pipeline",
    "check": "pipeline",
    "score": "measure.scores",
    "bands": "measure.scores",
    "exam_indicators": "measure.exams",
    "reliability": "measure.reliability",
    "delivery": "measure.delivery.table",
    "estimate": "infer.estimate",
    "cluster_ols": "infer.cluster_ols",
    "randomisation_test": "infer.permutation",
    "wild_bootstrap": "infer.wild_bootstrap",
    "paired_tests": "infer.paired",
    "pool": "infer.pooling",
    "adjust": "infer.multiplicity",
    "lee_bounds": "infer.attrition",
    "mdes": "infer.power",
    "concentration_index": "measure.concentration",
    "judge": "judging.verdicts",
    "suppress": "measure.hiding.suppress",
    "hedges_g": "infer.effect_size",
    "paired_g": "infer.effect_size",
    "GroupSummary": "infer.effect_size",
    "CareevalError": "errors",
    "SpecError": "errors",
    "TableError": "errors",
}
__all__ = sorted(_PUBLIC)  # noqa: PLE0605


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'careeval' has no attribute {name!r}")
    return getattr(import_module(f"careeval.{_PUBLIC[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
