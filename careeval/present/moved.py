"""What may be said of an outcome: as strongly as its interval, its certainty and the design allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from careeval.judging.moved import BENEFIT, BENEFIT_UNCERTAIN, HARM, HARM_UNCERTAIN, NO_CHANGE
from careeval.present.words import label, word

# what a design allows to be said (methods 2.2): the words file has one sentence and one claim for each
WORDING = {
    "randomised_post": "randomised",
    "randomised_prepost": "randomised",
    "compared_prepost": "compared",
    "one_group_prepost": "one_group",
}
SURE = ("high", "moderate", "low")
TOLD = (BENEFIT, BENEFIT_UNCERTAIN, HARM, HARM_UNCERTAIN, NO_CHANGE)  # classes that say more than the interval does


def moved_in_words(verdict: Mapping[str, Any], outcome: str, design: str, lang: str, *, plan: str = "") -> str:
    """What may be said of an outcome: by the class of its interval, as strongly as certainty and design allow.

    outcome: its title. design: that of the headline estimate ('' = none). plan: the arm that is compared with the last
    one, in words; '' = the plan. A causal verb needs a randomised design and at least moderate certainty; 'too small to
    matter' needs an interval inside the smallest worthwhile change.
    Source: the informative statements of GRADE (Santesso et al. 2020).
    """
    moved, certainty = str(verdict["moved"]), str(verdict["certainty"])
    side = moved.removesuffix(" size uncertain")
    if side in (BENEFIT, HARM) and certainty in (*SURE, "very low"):
        wording = WORDING.get(design, "")
        if wording == "one_group":
            return word("review.moved_not_estimable", lang, outcome=outcome)
        kind = "randomised" if wording == "randomised" else "compared"
        given = word("review.given_arm", lang, arm=plan) if plan else word("review.given_plan", lang)
        text = word(f"review.{kind}_{side}.{certainty}", lang, outcome=outcome, plan=given)
        open_size = side != moved and certainty != "very low"
        return word("review.size_uncertain", lang, text=text) if open_size else text
    if moved == NO_CHANGE:
        if certainty not in SURE:
            return word("review.moved_no_meaningful_change_open", lang, outcome=outcome)
        sure = word(f"review.sure.{certainty}", lang)
        return word("review.moved_no_meaningful_change", lang, outcome=outcome, sure=sure)
    known = moved if moved in ("inconclusive", "none claimed") else "not estimable"
    return word(f"review.moved_{known.replace(' ', '_')}", lang, outcome=outcome)


def claim_in_words(effect: Mapping[str, Any], outcome: str, lang: str, *, plan: str = "") -> str:
    """The same as a sentence with its certainty named, of a row of the effects table.

    '' where the class says no more than the interval does (inconclusive, not estimable) and where a check of the
    measure failed.
    """
    if effect["moved"] not in TOLD or effect["failed_checks"]:
        return ""
    claim = moved_in_words(effect, outcome, str(effect["design"]), lang, plan=plan)
    claim = claim if lang == "zh" else claim[0].upper() + claim[1:]
    return word("effects.claim_sure", lang, claim=claim, certainty=label("certainty", str(effect["certainty"]), lang))
