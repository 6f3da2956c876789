"""Levels: every outcome, band, question and exam share, by site and for everyone, with the interval of its frame."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from careeval.measure.exams import exam_indicators
from careeval.measure.intervals import mean_interval, proportion_interval
from careeval.measure.suppression import suppress_shares
from careeval.specs.instruments import read_instrument
from careeval.specs.study import Study, Wave

COLUMNS = [
    "wave", "site", "group", "domain", "indicator", "subgroup", "level", "numerator", "denominator", "value",
    "conf_low", "conf_high", "method", "comparable", "suppressed",
]  # fmt: skip
KEY = ["site", "group", "domain", "indicator", "subgroup", "level"]


def indicator_table(
    study: Study, wave: Wave, tables: Mapping[str, pd.DataFrame], floors: Mapping[str, int]
) -> pd.DataFrame:
    """The indicators of one wave; site 'all' is everyone; small cells hidden.

    A census has no sampling error where everybody was measured (method count); where some were not, the interval is
    that of a sample from the register (finite population). A sample of persons uses the population's size if told.
    """
    people = tables["people"]
    rows = [_means(study, tables["outcomes"], people), _questions(study, tables["answers"], people)]
    rows += [_bands(study, tables["scores"], people), _exams(study, tables["exams"], people)]
    rows = [frame for frame in rows if len(frame)] or [pd.DataFrame(columns=COLUMNS)]
    table = pd.concat(rows, ignore_index=True).reindex(columns=COLUMNS)
    numbers = ["numerator", "denominator", "value", "conf_low", "conf_high"]
    text = ["subgroup", "level", "method"]
    table = table.assign(
        wave=wave.id,
        comparable=pd.NA,
        **{column: table[column].astype("Float64") for column in numbers},
        **{column: table[column].astype("str").fillna("") for column in text},
    )
    return suppress_shares(table, dict(floors))[COLUMNS].reset_index(drop=True)


def everywhere(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows once for their own site and once for site 'all', and once more for each arm and sex of all sites."""
    whole = rows.assign(site="all", subgroup="")
    parts = [
        whole[whole[column].notna()].assign(subgroup=f"{column}=" + whole[column].dropna().astype("str"))
        for column in ("arm", "sex")
    ]
    own = rows[rows["site"].notna()].assign(subgroup="")
    return pd.concat([whole, own, *parts], ignore_index=True)


def population_sizes(study: Study, people: pd.DataFrame) -> pd.DataFrame:
    """site, group, subgroup, population: N behind each description; missing where a sample's N is not known."""
    counts = everywhere(people).groupby(["site", "group", "subgroup"], sort=False).size().rename("population")
    table = counts.astype("Float64").reset_index()
    for group, frame in study.spec.population.items():
        if frame.frame == "sample":
            here = table["group"].eq(group)
            whole = here & table["site"].eq("all") & table["subgroup"].eq("")
            table.loc[here, "population"] = np.nan
            table.loc[whole, "population"] = np.nan if frame.size is None else float(frame.size)
    return table


def _with_people(rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    return rows.merge(people[["person", "site", "group", "arm", "sex"]], on="person", how="inner", validate="m:1")


def _means(study: Study, outcomes: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    domains = {outcome.id: outcome.domain for outcome in study.spec.outcomes}
    rows = _with_people(outcomes, people)
    rows = rows.assign(indicator=rows["outcome"], domain=rows["outcome"].map(domains), level="")
    return _summary(study, everywhere(rows), people)


def _questions(study: Study, answers: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    asked = [question for question in study.spec.questions if question.id in answers]
    if not asked:
        return pd.DataFrame()
    long = answers.melt("person", [question.id for question in asked], "indicator", "value").dropna(subset=["value"])
    rows = _with_people(long, people).assign(domain="", level="")
    groups = {question.id: question.group for question in asked}
    return _summary(study, everywhere(rows[rows["group"].eq(rows["indicator"].map(groups))]), people)


def _summary(study: Study, rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Mean, n and interval of `value` by the key."""
    if rows.empty:
        return pd.DataFrame()
    grouped = rows.assign(value=rows["value"].astype(float)).groupby(KEY, sort=False)["value"]
    table = grouped.agg(value="mean", sd="std", denominator="count").reset_index()
    table = table.merge(population_sizes(study, people), on=["site", "group", "subgroup"], how="left")
    low, high = mean_interval(table["value"], table["sd"], table["denominator"], population=table["population"])
    counted = table["denominator"].eq(table["population"])
    method = counted.map({True: "count", False: "t_fpc"}).where(table["population"].notna(), "t")
    return table.assign(conf_low=low, conf_high=high, method=method)


def _bands(study: Study, scores: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Share of the scored in each band of each scheme of an outcome's instrument; every band has a row, 0 too."""
    rows = []
    for outcome in study.spec.outcomes:
        if outcome.source != "scores":
            continue
        name = next(
            (use.instrument for use in study.spec.uses if outcome.instrument == f"{use.prefix}_{use.instrument}"),
            outcome.instrument,
        )
        own = scores[scores["instrument"].eq(outcome.instrument) & scores["scheme"].ne("") & scores["band"].notna()]
        own = _with_people(own, people)
        own = own[own["group"].eq(outcome.group)]
        for band in read_instrument(name, unverified=True).bands:
            marked = own[own["scheme"].eq(band.scheme) & own["score"].eq(band.score)]
            rows.append(
                marked.assign(
                    indicator=f"{outcome.instrument}_{band.scheme}",
                    domain=outcome.domain,
                    level=band.label.en,
                    hit=marked["band"].eq(band.label.en),
                )
            )
    rows = [frame for frame in rows if len(frame)]
    if not rows:
        return pd.DataFrame()
    together = pd.concat(rows, ignore_index=True).drop_duplicates(["person", "indicator", "level"])
    return _shares(study, everywhere(together), people)


def _shares(study: Study, rows: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    table = rows.groupby(KEY, sort=False)["hit"].agg(numerator="sum", denominator="count").reset_index()
    table = table.merge(population_sizes(study, people), on=["site", "group", "subgroup"], how="left")
    low, high = proportion_interval(table["numerator"], table["denominator"], population=table["population"])
    counted = table["denominator"].eq(table["population"])
    method = counted.map({True: "count", False: "wilson_fpc"}).where(table["population"].notna(), "wilson")
    value = table["numerator"] / table["denominator"]
    return table.assign(value=value, conf_low=low, conf_high=high, method=method)


def _exams(study: Study, exams: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Pass, excellent and low shares of each subject: of those who sat (sat) and of those due (due, with bounds)."""
    rows = _with_people(exams, people)
    if rows.empty:
        return pd.DataFrame()
    made = exam_indicators(everywhere(rows), by=["site", "group", "subgroup"])
    # a second paper of one subject in one wave is named; the usual single one is not
    several = made.groupby(["group", "subject"])["exam"].transform("nunique").gt(1)
    paper = ("@" + made["exam"]).where(several, "")
    return made.assign(
        domain="academic",
        indicator=made["subject"] + "_" + made["indicator"] + paper,
        level=made["denominator_kind"],
        conf_low=made["low"],
        conf_high=made["high"],
        method="count",
    )
