"""What was done, for whom, where and by whom: one row a service and person."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from careeval.clean.gather import WHERE, typed
from careeval.clean.identity import pseudonyms
from careeval.clean.places import as_known, site_of_unit, unknown_places
from careeval.clean.setting import Setting
from careeval.errors import TableError
from careeval.specs.study import Wave

COLUMNS = {
    "row": "Int64",
    "service": "str",
    "date": "datetime",
    "wave": "str",
    "site": "str",
    "unit": "str",
    "person": "str",
    "provider": "str",
    "event": "str",
    "case": "str",
    "minutes": "Float64",
    "quantity": "Float64",
    "mode": "str",
    "outcome": "str",
}
# two rows of one person, service, moment and provider that agree in all of these are one service written twice
SAME = ["person", "service", "date", "provider"]
DETAILS = ["site", "unit", "case", "minutes", "quantity", "mode", "outcome"]


def placed(rows: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """The rows with known `unit` and `site`: the site of its own column, else its unit's, its person's, its provider's.

    Raises TableError with every site and unit that the study does not know.
    """
    units = setting.units["unit"]
    problems = unknown_places(rows, "site", setting.sites, "services")
    problems += unknown_places(rows, "unit", pd.Index(units), "services")
    if problems:
        raise TableError(*problems)
    told = rows.reindex(columns=["site", "unit", "provider", "person"]).astype("str")
    unit, site = as_known(told["unit"], units), as_known(told["site"], setting.sites)
    lies_in = site_of_unit(setting.units, setting.study.spec.site_kind)
    site = site.fillna(unit.map(lies_in)).fillna(setting.site_of(told["person"]))
    site = site.fillna(as_known(told["provider"], units).map(lies_in))
    return rows.assign(unit=unit, site=site.astype("str"))


def services_table(
    rows: pd.DataFrame, specials: pd.DataFrame, setting: Setting
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[dict[str, object]]]:
    """(services, rows that left with their reason, findings for `quality`) of linked and placed rows.

    A service of somebody who is on no register leaves; one that names nobody (a meeting, an opened room) stays.
    outcome: 'done' where the file has no such column, for then it lists what was done; a blank cell is 'unknown'.
    event: rows of one file, service and day with the same mapped event are one occasion; without one each raw row
    (of each record) is an occasion of its own. case and provider are pseudonyms, unit ids excepted.
    A row that says the same again leaves; one that says something else of the same person, service, moment and
    provider stays and is counted, as is a service outside the wave's service span or without a site.
    """
    reason = rows["reason"].mask(rows["reason"].eq("") & _column(rows, "service").isna(), "no service named")
    reason = reason.mask(reason.eq("") & _column(rows, "date").isna(), "no day of the service")
    listed_done = ~_mapped(specials, "outcome")
    outcome = _column(rows, "outcome").fillna(listed_done.map({True: "done", False: "unknown"}))
    made = rows.assign(
        outcome=outcome.astype("str"),
        event=_events(rows, setting.wave),
        case=pseudonyms(_column(rows, "case"), setting.salt),
        provider=setting.provider(_column(rows, "provider")),
        wave=setting.wave.id,
    )
    left = [made.assign(reason=reason)[reason.ne("")]]
    kept = made[reason.eq("")]
    kept = typed(kept, {**dict.fromkeys(WHERE, "object"), **COLUMNS, "row": "object"})
    same = [*SAME, *DETAILS, *(["event"] if _mapped(specials, "event").any() else [])]
    again = kept.duplicated(same, keep="first")
    left.append(kept[again].assign(reason="the same service again"))
    services = kept[~again]
    findings = _findings(services, listed_done.reindex(services.index), setting.wave)
    services = services.reset_index(drop=True)
    services = services.assign(row=pd.RangeIndex(1, len(services) + 1))
    return typed(services, COLUMNS), left, findings


def known_helpers(rows: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """person, code of everybody who gives a service or is a partner, units excepted; for the key file."""
    text = rows["provider"].astype("str").dropna().drop_duplicates()
    helpers = pd.DataFrame({"person": setting.provider(text), "code": text})
    return helpers[~helpers["person"].isin(setting.units["unit"])]


def _events(rows: pd.DataFrame, wave: Wave) -> pd.Series:
    """The wave and a number for each occasion, so that the tables of two waves can be laid together."""
    told = _column(rows, "event")
    day = pd.to_datetime(_column(rows, "date")).dt.normalize()
    # a mapped event is one of its file, service and day: two villages may both call theirs 1
    shared = pd.DataFrame({"file": rows["file"], "service": _column(rows, "service"), "day": day, "event": told})
    place = shared.assign(own=pd.Series(rows.index, index=rows.index).where(told.isna()))
    number = place.groupby(list(place.columns), sort=False, dropna=False).ngroup().add(1)
    return f"{wave.id}-" + number.astype("str")


def _findings(services: pd.DataFrame, listed_done: pd.Series, wave: Wave) -> list[dict[str, object]]:
    first, last = (pd.Timestamp(day) for day in wave.service)
    outside = ~services["date"].dt.normalize().between(first, last)
    twice = services["person"].notna() & services.duplicated(SAME, keep="first")
    counts: Mapping[str, tuple[pd.Series, str]] = {
        "no outcome in the file, counted as done": (listed_done.astype(bool), "info"),
        "service outside the wave": (outside, "look"),
        "service without a site": (services["site"].isna(), "look"),
        "service of one person, moment and provider told twice, differently": (twice, "look"),
    }
    rows = []
    for check, (which, severity) in counts.items():
        by = services["file"].where(which).groupby(services["service"]).count()
        total = services.groupby("service").size()
        rows += [
            {"check": check, "variable": service, "n": int(n), "of": int(total[service]), "severity": severity}
            for service, n in by[by.gt(0)].items()
        ]
    return rows


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows else pd.Series(pd.NA, index=rows.index, dtype="str")


def _mapped(specials: pd.DataFrame, name: str) -> pd.Series:
    """Whether the record of each row has such a column."""
    return specials[name].notna() if name in specials else pd.Series(False, index=specials.index)
