"""Change at each site: the mean, over the same people, of this wave's value minus that of the baseline."""

from __future__ import annotations

import pandas as pd

from careeval.measure.suppression import hide_second, suppress_rows, too_small


def changes_by_site(before: pd.DataFrame, after: pd.DataFrame, people: pd.DataFrame, *, floor: int) -> pd.DataFrame:
    """site, arm, n (people measured both times), value (mean change, in the outcome's own unit), suppressed.

    before, after: person, value, one row a person; people: person, group, site, arm at the baseline. Site 'all' is an
    arm's people at all sites. Below `floor` people n and value are empty, and so is the smallest site beside a single
    hidden one. A site where nobody was measured both times has no row.
    """
    both = before.merge(after, on="person", suffixes=("_before", "_after")).merge(people, on="person")
    both = both.assign(value=both["value_after"] - both["value_before"], site=both["site"].fillna(""))
    both = pd.concat([both.assign(site="all"), both], ignore_index=True).fillna({"arm": ""})
    rows = both.groupby(["group", "site", "arm"], sort=True).agg(n=("person", "size"), value=("value", "mean"))
    rows = rows.reset_index().astype({"n": "Int64", "value": "Float64"})
    hidden = hide_second(rows, too_small(rows["n"], floor), rows["n"], ("group", "arm"), ("site",))
    return suppress_rows(rows, hidden, ("n", "value"))
