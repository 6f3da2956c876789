"""Which logs were handed in: without one, no row of a service means unknown, never no."""

from __future__ import annotations

import pandas as pd

from careeval.clean.gather import typed
from careeval.clean.places import as_known, site_of_unit, unknown_places
from careeval.clean.setting import Setting
from careeval.errors import TableError

COLUMNS = {"service": "str", "site": "str", "from": "datetime", "to": "datetime", "complete": "str", "wave": "str"}
SITES_NAMED = 20
ALL = "all"


def logs_table(
    stated: pd.DataFrame, handed_in: pd.DataFrame, services: pd.DataFrame, setting: Setting
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[dict[str, object]]]:
    """(logs, rows that left, findings): for which service and site a log was handed in, from when to when.

    1. stated: rows of files mapped to `logs`. Blank days are the ends of the wave's service span; blank `complete` is
       yes; site 'all' says it of every site. For its service and site such a row is all that counts; complete = no says
       that the log has gaps.
    2. Every file that fills `services` is a log of its services at its sites over the wave's service span. Its sites
       are the one that columns.csv gives to the whole file (=literal, @folder, @file) and those of its rows; its
       services are the literal, all values of the recode of its service column, and those of its rows. So a file a
       village is the log of that village, also with a header alone, and a file of many villages is the log of those
       that stand in it.
    3. A site with neither has no row here: it is unknown, and is named in a finding.

    handed_in: file, record, service, site, unit as `Records` has it; services: placed rows of
    all files, before any left.
    """
    # a file without a row is only seen here
    named = pd.concat([stated, handed_in.assign(row=0)])
    if problems := unknown_places(named, "site", setting.sites.append(pd.Index([ALL])), "logs"):
        raise TableError(*problems)
    said, left = _stated(stated, setting)
    files = _from_files(handed_in, services, setting)
    told = pd.MultiIndex.from_frame(said[["service", "site"]])
    files = files[~pd.MultiIndex.from_frame(files[["service", "site"]]).isin(told)]
    first, last = (pd.Timestamp(day) for day in setting.wave.service)
    files = files.assign(**{"from": first, "to": last, "complete": "yes"})
    logs = typed(pd.concat([said, files]).assign(wave=setting.wave.id), COLUMNS)
    logs = logs.drop_duplicates().sort_values(["service", "site", "from"], kind="stable").reset_index(drop=True)
    return logs, left, _findings(logs, setting)


def _stated(rows: pd.DataFrame, setting: Setting) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    first, last = (pd.Timestamp(day) for day in setting.wave.service)
    made = typed(rows, {column: kind for column, kind in COLUMNS.items() if column != "wave"})
    everywhere = as_known(made["site"], [ALL]).eq(ALL)
    site = as_known(made["site"], setting.sites).astype(object)
    site[everywhere] = pd.Series([list(setting.sites)] * len(made), index=made.index)[everywhere]
    made = made.assign(site=site, complete=made["complete"].fillna("yes"))
    made = made.assign(**{"from": made["from"].fillna(first), "to": made["to"].fillna(last)})
    without = made["service"].isna() | made["site"].isna()
    return made[~without].explode("site"), [rows[without].assign(reason="a log without a service or a site")]


def _from_files(handed_in: pd.DataFrame, services: pd.DataFrame, setting: Setting) -> pd.DataFrame:
    """service, site of the logs that the files themselves are."""
    key = ["file", "record"]
    rows = services.reindex(columns=[*key, "service", "site"]).astype("str").drop_duplicates()
    unit = as_known(handed_in["unit"], setting.units["unit"])
    lies_in = unit.map(site_of_unit(setting.units, setting.study.spec.site_kind)).astype("str")
    whole = handed_in.assign(site=as_known(handed_in["site"], setting.sites).fillna(lies_in))
    kinds, sites = (
        pd.concat([whole[[*key, column]], rows[[*key, column]]]).dropna().drop_duplicates()
        for column in ("service", "site")
    )
    return kinds.merge(sites, on=key)[["service", "site"]].drop_duplicates()


def _findings(logs: pd.DataFrame, setting: Setting) -> list[dict[str, object]]:
    """For each service of the wave the sites that handed in no log of it."""
    found = []
    for service, rows in logs.groupby("service"):
        without = [site for site in setting.sites if site not in set(rows["site"])]
        if without:
            more = f" and {len(without) - SITES_NAMED} more" if len(without) > SITES_NAMED else ""
            names = ", ".join(without[:SITES_NAMED]) + more
            found.append(
                {
                    "check": "no log handed in, so unknown",
                    "variable": service,
                    "n": len(without),
                    "of": len(setting.sites),
                    "severity": "look",
                    "detail": names,
                }
            )
    return found
