"""The reach cascade: from everyone a promise is for to those who got all of it, and where most people are lost."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.measure.support.persons import COUNTS, floor_of, in_every_place, person_delivery
from careeval.measure.suppression import hide_second, too_small
from careeval.specs.study import Study, Wave

STEPS = ("eligible", "registered", "contacted", "any_dose", "standard_once", "standard_always")
KEY = ["plan", "of", "commitment", "component", "domain", "indicator", "group", "site"]
COLUMNS = [
    "plan", "of", "commitment", "component", "domain", "indicator", "group", "wave", "site", "step", "n", "n_high",
    "of_eligible", "of_eligible_high", "of_previous", "largest_loss", "loss_sure", "suppressed",
]  # fmt: skip


def cascade(
    study: Study,
    wave: Wave,
    tables: Mapping[str, pd.DataFrame],
    unit_periods: pd.DataFrame,
    floors: Mapping[str, int],
) -> pd.DataFrame:
    """People at each step of each promise, by group and site, as a row a step; small cells hidden.

    eligible: people with at least one due period; registered: of those, on the register; contacted: of those, with a
    contact on record, be it short or of another kind; any_dose: with some of what was promised; standard_once: met in
    at least one due period; standard_always: in every one. Each step is counted among those of the step before.

    of: 'commitment', or 'component' for promises judged together (then commitment holds the component's name).
    n counts an unknown period as not delivered, n_high as delivered. of_eligible, of_eligible_high and of_previous are
    shares. largest_loss marks the step with the largest relative loss by n; loss_sure tells whether it is so by n_high
    too: if not, missing records may be all of the loss.
    Source: Tanahashi (1978), coverage as a chain of steps.
    """
    persons = person_delivery(study, wave, tables, unit_periods).assign(of="commitment")
    if persons.empty:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in COLUMNS})
    places = in_every_place(pd.concat([persons, _components(persons)], ignore_index=True))
    wide = pd.concat([places[KEY], _flags(places)], axis="columns").groupby(KEY, sort=False).sum()
    table = pd.concat([_step(wide, number) for number in range(len(STEPS))], ignore_index=True)
    table = table.merge(wide.reset_index()[KEY].assign(row=range(len(wide))), on=KEY)
    table = table.sort_values("row", kind="stable", ignore_index=True)
    lost, lost_high = (1 - _of_previous(table, count) for count in ("n", "n_high"))
    marked, marked_high = (_largest(loss, table["row"]) for loss in (lost, lost_high))
    table = table.assign(
        wave=wave.id,
        of_previous=1 - lost,
        largest_loss=marked,
        loss_sure=marked & marked_high,
        suppressed=_hidden(table, wide["zero"], floors),
    )
    empty = ["n", "n_high", "of_eligible", "of_eligible_high", "of_previous"]
    numbers = {name: table[name].astype("Float64").mask(table["suppressed"]) for name in empty}
    return after_hidden_steps(table.assign(**numbers)[COLUMNS])


def after_hidden_steps(table: pd.DataFrame) -> pd.DataFrame:
    """The cascade without what the step after a hidden one would tell of it: a share of it, or that most are lost."""
    after = table.groupby(KEY, sort=False)["suppressed"].shift(fill_value=False).astype(bool)
    told = ~(table["suppressed"].astype(bool) | after)
    marks = {name: table[name].astype(bool) & told for name in ("largest_loss", "loss_sure")}
    return table.assign(of_previous=table["of_previous"].mask(after), **marks)


def _components(persons: pd.DataFrame) -> pd.DataFrame:
    """Persons again by component, where one plan has several promises to recipients in it."""
    promises = persons.groupby(["plan", "component"])["commitment"].transform("nunique")
    several = persons[promises.gt(1)]
    if several.empty:
        return several.assign(of="component")
    groups = several.groupby(["plan", "component"])["promised_group"].transform(_joined)
    several = several.assign(promised_group=groups)
    grouped = several.groupby(["plan", "component", "person"], sort=False)
    sums = grouped[COUNTS].sum().assign(**{name: grouped[name].any() for name in ("contact", "dosed")})
    first = grouped[["group", "site", "promised_group", "registered", "domain"]].first()
    table = pd.concat([sums, first], axis="columns").reset_index()
    return table.assign(of="component", commitment=table["component"], indicator="")


def _joined(groups: pd.Series) -> str:
    return "+".join(dict.fromkeys(part for name in groups.unique() for part in name.split("+")))


def _flags(rows: pd.DataFrame) -> pd.DataFrame:
    """low_0, high_0 ...: whether a person is at a step, unknown periods as no and as yes; each in the one before."""
    open_ = rows["unknown"].gt(0)
    possible = rows["met"] + rows["unknown"]
    everyone = pd.Series(True, index=rows.index)
    met = (rows["met"].gt(0), rows["met"].eq(rows["due"]))
    low = [everyone, rows["registered"], rows["contact"], rows["dosed"], *met]
    high = [everyone, rows["registered"], rows["contact"] | open_, rows["dosed"] | open_]
    high += [possible.gt(0), possible.eq(rows["due"])]
    # what the delivery table counts as zero_contact
    flags = {"zero": (rows["due"].gt(rows["unknown"]) & ~rows["dosed"].astype(bool)).astype("int64")}
    for name, steps in (("low", low), ("high", high)):
        inside = everyone
        for number, step in enumerate(steps):
            inside = inside & step.astype(bool)
            flags[f"{name}_{number}"] = inside.astype("int64")
    return pd.DataFrame(flags, index=rows.index)


def _step(wide: pd.DataFrame, number: int) -> pd.DataFrame:
    n, high, eligible = wide[f"low_{number}"], wide[f"high_{number}"], wide["low_0"]
    shares = {"of_eligible": n / eligible, "of_eligible_high": high / eligible}
    return pd.DataFrame({"step": STEPS[number], "n": n, "n_high": high, **shares}, index=wide.index).reset_index()


def _of_previous(table: pd.DataFrame, count: str) -> pd.Series:
    before = table.groupby("row", sort=False)[count].shift()
    return table[count] / before.where(before.gt(0))


def _largest(loss: pd.Series, row: pd.Series) -> pd.Series:
    """True at the first step with the largest loss of its cascade; nowhere where nobody is lost."""
    most = loss.groupby(row).transform("max")
    at = loss.eq(most) & loss.gt(0)
    return at & ~at.astype(int).groupby(row).cumsum().gt(1)


def _hidden(table: pd.DataFrame, zero: pd.Series, floors: Mapping[str, int]) -> pd.Series:
    """Steps that stand for too few people, or differ by too few from all or from the last step shown.

    Where the people who got nothing (zero, by row) are too few, those who were contacted would tell how many they are.
    """
    wide = table.pivot(index="row", columns="step", values="n")[list(STEPS)]
    minimum = floor_of(table.drop_duplicates("row").set_index("row")["group"], floors)
    eligible, shown, hidden = wide["eligible"], wide["eligible"], {}
    for step in STEPS:
        n = wide[step]
        hidden[step] = too_small(n, minimum) | too_small(eligible - n, minimum) | too_small(shown - n, minimum)
        hidden[step] |= too_small(eligible, minimum)
        if step in ("contacted", "any_dose"):
            hidden[step] |= too_small(zero.reset_index(drop=True), minimum)
        shown = n.where(~hidden[step], shown)
    long = pd.DataFrame(hidden).stack()
    small = pd.Series(long.loc[list(zip(table["row"], table["step"], strict=True))].to_numpy(), index=table.index)
    keys = (["plan", "of", "commitment", "step"], ["site", "group"])
    small = hide_second(table, small, table["n"], *keys)
    # without the people of a place, no share of them can be shown
    whole = (small & table["step"].eq("eligible")).groupby(table["row"]).transform("any")
    return hide_second(table, small | whole, table["n"], *keys)
