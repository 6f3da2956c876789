"""All rows of the indicators table about support."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from careeval.measure.support.agreement import agreement
from careeval.measure.support.cost import cost_rows
from careeval.measure.support.equity import gaps
from careeval.measure.support.load import load_rows
from careeval.measure.support.pairs import pair_rows
from careeval.measure.support.persons import commitments, fraction_of, sampled_share, share_limits
from careeval.measure.support.reach import cascade
from careeval.measure.support.rows import finished
from careeval.specs.costs import CostRow
from careeval.specs.study import Study, Wave

PLACE = ["site", "group", "domain"]


def support_indicators(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    delivery: pd.DataFrame,
    floors: Mapping[str, int],
    *,
    costs: Sequence[CostRow] | None = None,
) -> pd.DataFrame:
    """Rows of the indicators table, with people, unit and reason after the contract's columns; empty without a plan.

    level = commitment for: the plan's own codes (VISIT_FREQ ...), share of due unit-periods met; reach_<step>, share of
    the eligible at a step; zero_contact, share of people with a record who got nothing (subgroup = fact=level);
    log_recall_agreement, share of whom both say the same. promises_kept: share of a plan's judged promises that were
    met, level = plan. Then pairs, case-load and cost.

    unit_periods: those of all plans of the wave; delivery: the wave's delivery table; costs: rows of costs.csv or None.
    """
    if not study.plans(wave.id):
        return pd.DataFrame()
    shares = sampled_share(study, tables["people"])
    codes = {name: one.indicator for name, (_, one) in commitments(study.plans(wave.id)).items()}
    made = (study, wave, tables, unit_periods, floors)
    rows = [_delivered(delivery, codes), _kept(delivery), _reach(cascade(*made), shares), _missed(gaps(*made))]
    rows = [finished(frame, wave, floors) for frame in rows if len(frame)]
    rows += [_agreed(agreement(*made), wave, shares, floors)]
    rows += [pair_rows(*made), load_rows(study, wave, tables, floors)]
    rows += [cost_rows(*made, costs)]
    rows = [frame for frame in rows if len(frame)]
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame()


def _delivered(delivery: pd.DataFrame, codes: Mapping[str, str]) -> pd.DataFrame:
    own = delivery[delivery["due"].gt(0).fillna(False) | delivery["suppressed"].astype(bool)]
    told = {"level": own["commitment"], "indicator": own["commitment"].map(codes).astype("str")}
    return own.assign(**told, numerator=own["delivered"], denominator=own["due"])


def _kept(delivery: pd.DataFrame) -> pd.DataFrame:
    """Promises are counted here, not people; conf_high takes the uncertain ones as met."""
    judged = delivery[delivery["status"].isin(["met", "not met", "uncertain"])]
    if judged.empty:
        return pd.DataFrame()
    rows = judged.assign(met=judged["status"].eq("met"), sure=judged["status"].ne("uncertain"))
    grouped = rows.groupby(["plan", "site"], sort=False)
    table = grouped.agg(
        met=("met", "sum"), sure=("sure", "sum"), n=("met", "size"), groups=("group", _joined)
    ).reset_index()
    return table.assign(
        indicator="promises_kept",
        domain="organisation",
        group=table["groups"],
        level=table["plan"],
        numerator=table["met"],
        denominator=table["n"],
        value=table["met"] / table["n"],
        conf_low=table["met"] / table["n"],
        conf_high=(table["met"] + table["n"] - table["sure"]) / table["n"],
        method="count",
    )


def _joined(groups: pd.Series) -> str:
    return "+".join(dict.fromkeys(part for name in groups for part in str(name).split("+") if part))


def _reach(steps: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    own = steps[steps["of"].eq("commitment")]
    eligible = own[own["step"].eq("eligible")][["commitment", "group", "site", "n"]].rename(
        columns={"n": "denominator"}
    )
    own = own.merge(eligible, on=["commitment", "group", "site"], how="left")
    own = own[own["step"].ne("eligible")]
    if own.empty:
        return own
    low, high, method = share_limits(own["n"], own["n_high"], own["denominator"], fraction_of(own["group"], shares))
    limits = {"conf_low": low, "conf_high": high, "method": method}
    told = {"indicator": "reach_" + own["step"], "level": own["commitment"], "people": own["denominator"]}
    return own.assign(numerator=own["n"], value=own["of_eligible"], **limits, **told)


def _missed(rows: pd.DataFrame) -> pd.DataFrame:
    told = {"indicator": "zero_contact", "subgroup": rows["fact"] + "=" + rows["level"], "level": rows["commitment"]}
    return rows.assign(
        numerator=rows["zero_contact"],
        value=rows["zero_share"],
        people=rows["denominator"],
        denominator=rows["with_record"],
        conf_low=pd.NA,
        conf_high=pd.NA,
        suppressed=rows["suppressed"] | rows["zero_suppressed"],
        **told,
    )


def _agreed(rows: pd.DataFrame, wave: Wave, shares: Mapping[str, float], floors: Mapping[str, int]) -> pd.DataFrame:
    if rows.empty:
        return rows
    same = (rows["both"] + rows["neither"]).astype("Float64")
    low, high, method = share_limits(same, same, rows["n"], fraction_of(rows["group"], shares))
    told = {"indicator": "log_recall_agreement", "level": rows["commitment"], "people": rows["n"]}
    limits = {"conf_low": low, "conf_high": high, "method": method}
    table = rows.assign(
        numerator=same, denominator=rows["n"], value=same / rows["n"].where(rows["n"].gt(0)), **limits, **told
    )
    return finished(table, wave, floors)
