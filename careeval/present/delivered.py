"""This wave's delivery as a reader meets it: rows of one place, in the plans' order, with the promise in words."""

from __future__ import annotations

import pandas as pd

from careeval.present.context import Context
from careeval.present.numbers import MISSING, shown
from careeval.present.promises import groups_in_words, promises, standard_in_words, target_in_words

JUDGED = ("met", "not met", "uncertain")
HIDDEN_COLUMNS = ("bound", "due", "delivered", "unknown", "value", "conf_low", "conf_high", "dose", "zero_contact")


def delivery_rows(here: Context, site: str = "") -> pd.DataFrame:
    """The delivery table of this wave at the chosen site (or `site`, or all together), one row a promise and group.

    Adds promise, standard and share_due (words), whom (groups in words), and order (place in the plans). A commitment
    that the plans no longer hold keeps its id as its words.
    """
    known = promises(here)
    if not known:
        return pd.DataFrame()
    rows = here.table("delivery")
    rows = rows[rows["wave"].eq(here.wave.id) & rows["site"].eq(site or here.site or "all")]
    keys = list(zip(rows["plan"], rows["commitment"], strict=True))
    order = {key: number for number, key in enumerate(known)}
    per = here.study.spec.one_programme_per
    texts = {key: one.text.in_language(here.lang) for key, one in known.items()}
    standards = {key: standard_in_words(one, here.lang, one_programme_per=per) for key, one in known.items()}
    targets = {key: target_in_words(one, here.lang) for key, one in known.items()}
    named = rows.assign(
        promise=[texts.get(key, key[1]) for key in keys],
        standard=[standards.get(key, MISSING) for key in keys],
        share_due=[targets.get(key, MISSING) for key in keys],
        whom=[groups_in_words(groups, here) for groups in rows["group"].fillna("")],
        order=[order.get(key, len(order)) for key in keys],
        suppressed=rows["suppressed"].fillna(False).astype(bool),
    )
    return named.sort_values("order", kind="stable").reset_index(drop=True)


def promise_of(here: Context, plan: str, commitment: str) -> str:
    """A commitment's text in the chapter's language, or its id."""
    found = promises(here).get((plan, commitment))
    return found.text.in_language(here.lang) if found else commitment


def row_id(row: dict) -> str:
    """How a row of delivery is named in a reference."""
    return f"{row['plan']}, {row['commitment']}, {row['site']}"


def span(low: float, high: float) -> str:
    """The interval of a share or a difference of shares, in percent; a dash where it is missing or has no width.

    >>> span(0.734, 0.797), span(1, 1)
    ('[73,\\xa080]', '—')
    """
    if pd.isna(low) or pd.isna(high) or low == high:
        return MISSING
    return f"[{shown(100 * low, 'count')},\u00a0{shown(100 * high, 'count')}]"  # no break inside an interval


def unmet_groups(here: Context) -> list[str]:
    """Groups of the study that no commitment of this wave's plans addresses."""
    served = {group for one in promises(here).values() for group in one.group}
    return [group for group in here.study.spec.groups if group not in served]
