"""A table of people and a design in, rows of the estimates table out."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from careeval.errors import Problem, TableError
from careeval.infer.designs import planned_estimators
from careeval.infer.effect_size import pooled_sd, regression_g, summarise
from careeval.infer.estimators import ESTIMATORS, Estimator
from careeval.infer.linear import student_t
from careeval.infer.model import Effects, Model, build_model
from careeval.infer.notes import Refused, joined, note
from careeval.infer.request import Request, arms_of, request_problems
from careeval.infer.sample import Sample, draw_sample
from careeval.infer.uncertainty import unit_means

TEXT = ("outcome", "outcome_role", "family", "domain", "group", "subgroup", "wave", "baseline_wave", "contrast", "design")
TEXT += ("estimator", "role", "higher_is", "note", "id")
WHOLE = ("n", "n_clusters")
ESTIMATE_COLUMNS = [
    *("outcome", "outcome_role", "family", "domain", "group", "subgroup", "wave", "baseline_wave", "contrast", "design"),
    *("estimator", "role", "estimate", "std_error", "df", "statistic", "p_value", "p_adjusted", "conf_low", "conf_high"),
    *("hedges_g", "g_low", "g_high", "higher_is", "smallest_worthwhile", "n", "n_clusters", "note", "id"),
]
MINIMUM_DF = 4
