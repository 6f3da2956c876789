"""A village or two, a plan and its records, as the support rooms ask for them."""

from types import SimpleNamespace

import pandas as pd
from delivery_trial import SPRING, frame, plan, promise, study

from careeval.measure.delivery.table import unit_periods

NOBODY = {"child": 1, "elder": 1}  # floors that hide nothing
MONTHLY = {"type": "frequency", "basis": "recipient", "quantity": 2, "per": "month"}
HOME = {"table": "services", "service": ("home_visit",), "mode": ("home",), "count": "events"}
EMPTY = {
    "services": frame("service date person site event mode outcome provider minutes quantity unit"),
    "pairs": frame("pair person provider role start end site"),
    "status": frame("subject item date subject_type status until"),
    "units": frame("unit kind parent site entry exit hours"),
    "answers": pd.DataFrame({"person": []}),
    "responses": frame("person date"),
}


def children(n, site="v1", **facts):
    """n children of a village, named after it: v1_0, v1_1 ..."""
    table = pd.DataFrame({"person": [f"{site}_{k}" for k in range(n)], "group": "child", "site": site})
    return table.assign(wave=SPRING.id, unit=None, entry=pd.NaT, exit=pd.NaT, **facts)


def study_with(*promises, **changes):
    """A study with one plan of these promises in force in spring."""
    made = study(**changes)
    return SimpleNamespace(spec=made.spec, waves_until=made.waves_until, plans=lambda wave: (plan(*promises),))


def asked(verb, promises, *more, floors=NOBODY, within=None, **tables):
    """What a verb of the support rooms says of these promises and tables; columns that a table lacks are empty."""
    one = study_with(*promises, **(within or {}))
    given = {
        name: table.reindex(columns=list(dict.fromkeys([*EMPTY[name].columns, *table.columns])))
        if name in EMPTY
        else table
        for name, table in (EMPTY | tables).items()
    }
    made = unit_periods(one.plans("")[0], given, SPRING, one)
    return verb(one, SPRING, given, made, *more, floors)


def visit_promise(id="c1", **changes):
    """Two home visits a month for each child."""
    return promise(MONTHLY, HOME, id=id) | changes
