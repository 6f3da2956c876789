"""What people say they received: mostly what they did receive, which is not always what was written down."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careeval.simulate.people import WAVES
from careeval.simulate.support import Support

ASKED = {"2024-autumn": pd.Timestamp("2024-09-02"), "2025-spring": pd.Timestamp("2025-06-09")}
DAYS = 30
OTHERS = {"child": 0.4, "elder": 0.5}  # visits a month from people outside the plan, where the plan sent nobody


def recalled(people: pd.DataFrame, support: Support, elders: pd.DataFrame, wave: str, seed: int) -> pd.DataFrame:
    """What each child and elder tells (index person): visits in the last 30 days, and dibao (1 yes, 0 no, elders).

    Before the plan began, and where it serves nobody, visits are few and come from others. One in seven is wrong by
    one; a visit that was only written down is remembered by nobody. elders: see `facts.elder_ledger`.
    """
    generator = np.random.default_rng([seed, 12, WAVES.index(wave)])
    asked = people[people["group"].isin(list(OTHERS))]
    until = ASKED[wave] - pd.Timedelta(days=1)
    home = support.visits["mode"].eq("入户") & support.visits["outcome"].eq("已访") & support.visits["real"]
    happened = pd.concat([support.visits[home], support.calls[support.calls["met"].eq("yes")]])
    recent = happened[happened["date"].between(until - pd.Timedelta(days=DAYS - 1), until)]
    count = asked["person"].map(recent.groupby("person").size()).fillna(0).astype(int)
    others = generator.poisson(asked["group"].map(OTHERS).astype(float))
    wrong = generator.choice([0, -1, 1], len(asked), p=[0.86, 0.09, 0.05])
    served = asked["arm"].eq("treated") & (wave != WAVES[0])
    told = (count + wrong).clip(lower=0).where(served, others)
    paid = elders.set_index("person")["dibao"].eq("是").astype(int)
    return pd.DataFrame(
        {"visits": told.to_numpy(), "dibao": asked["person"].map(paid).to_numpy()}, index=asked["person"]
    )
