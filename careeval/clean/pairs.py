"""Who is paired with whom: one row a pair, with the days it began and ended."""

from __future__ import annotations

import pandas as pd

from careeval.clean.gather import typed
from careeval.clean.identity import pseudonyms
from careeval.clean.setting import Setting

COLUMNS = {
    "pair": "str",
    "person": "str",
    "provider": "str",
    "role": "str",
    "start": "datetime",
    "end": "datetime",
    "site": "str",
    "wave": "str",
}


def pairs_table(
    rows: pd.DataFrame, setting: Setting
) -> tuple[pd.DataFrame, list[pd.DataFrame], list[dict[str, object]]]:
    """(pairs, rows that left with their reason, findings for `quality`) of linked rows.

    pair: a pseudonym of the pair's own code where the files have one, else of person, provider, role and start, so that
    a pair keeps its name over the waves. provider: a unit's id or a pseudonym, the same as on the register where the
    helper stands on it. A pair whose end lies before its start stays and is counted.
    """
    own = rows.reindex(columns=["pair", "person", "provider", "role", "start", "end"])
    provider = setting.provider(own["provider"].astype("str"))
    parts = own.assign(provider=provider)[["person", "provider", "role", "start"]].astype("str").fillna("")
    code = own["pair"].astype("str").fillna(parts.agg("|".join, axis="columns") if len(parts) else "")
    made = rows.assign(provider=provider, pair=pseudonyms(code, setting.salt), site=setting.site_of(rows["person"]))
    reason = rows["reason"].mask(rows["reason"].eq("") & rows["person"].isna(), "no code")
    reason = reason.mask(reason.eq("") & provider.isna(), "no partner named")
    again = reason.eq("") & made.where(reason.eq("")).duplicated("pair", keep="first")
    reason = reason.mask(again, "the same pair again")
    pairs = typed(made[reason.eq("")].assign(wave=setting.wave.id), COLUMNS).reset_index(drop=True)
    backwards = int(pairs["end"].lt(pairs["start"]).sum())
    finding = {"check": "pair ends before it starts", "n": backwards, "of": len(pairs), "severity": "look"}
    return pairs, [made.assign(reason=reason)[reason.ne("")]], [finding] if backwards else []
