"""The closed list of notes on a row of estimates, as `code: text`, and the refusals among them."""

from __future__ import annotations

NOTES = {
    # who is not in the model
    "no_person": "{rows} without a person code left out",
    "no_outcome": "{people} without the outcome left out",
    "no_baseline": "{people} without a baseline left out",
    "no_follow_up": "{people} without a follow-up left out",
    "no_value": "{people} without {column} left out",
    "weight_not_positive": "{people} with a weight of 0 or less left out",
    # what was decided
    "arm_changed": "{people} named in another arm later: the arm of the baseline counts",
    "cluster_changed": "{people} in another cluster later: the cluster of the baseline counts",
    "covariate_constant": "{column} is the same for everybody and is not in the model",
    "covariates_not_used": "the covariates are not in this unadjusted model",
    "strata_not_used": "the strata vary within clusters and are not in this model of cluster means",
    "clusters_not_used": "the standard error takes people as independent of each other",
    # how far the numbers carry
    "df_below_4": "fewer than 4 Satterthwaite degrees of freedom: the p-value is unreliable, do not use .05",
    "one_unit": "n = 1 assignment unit in one arm: no valid confidence interval for the plan's effect",
    "placebo_rank": "placebo rank {rank} of {units} by size, p = {rank}/{units} if the units are exchangeable",
    "allocations": "{as_large} of all {total} allocations of the units to the arms give a difference at least as large",
    "allocations_drawn": "{as_large} of {total} drawn allocations give a difference at least as large",
    "exchangeable": "not drawn by lot: the reference distribution supposes that the units are exchangeable",
    "one_cluster": "n = 1 assignment unit: no valid confidence interval beyond the people asked",
    "no_variation_between_units": "every unit of an arm has the same mean: no standard error",
    "no_degrees_of_freedom": "{units} for {terms} terms: no degrees of freedom left for a standard error",
    # refusals: no number at all
    "no_people": "nobody is left in the model",
    "empty_arm": "nobody of arm {arm} is in the model",
    "not_linkable": "{found} of {of} people of the baseline are found at the follow-up, fewer than 70 in 100: this is "
    "a repeated cross-section, not a panel",
    "two_papers_paired": "marks of two different papers are never subtracted",
    "few_pairs": "fewer than {fewest} people with both values: not tested",
    "no_variation": "the {what} does not vary within any arm",
    "collinear": "the arms cannot be told apart from the strata and covariates, or these from each other",
}


class Refused(Exception):
    """An estimate that cannot be made; its message is the note."""


def note(code: str, **facts: object) -> str:
    """One note: `code: text`.

    >>> note("no_baseline", people=counted(12, "person", "people"))
    'no_baseline: 12 people without a baseline left out'
    """
    return f"{code}: {NOTES[code].format(**facts)}"


def counted(number: int, one: str, several: str) -> str:
    """A number with its noun: '1 person', '12 people'."""
    return f"{number:,} {one if number == 1 else several}"


def people(number: int) -> str:
    """'1 person', '12 people'."""
    return counted(number, "person", "people")


def joined(notes: tuple[str, ...] | list[str]) -> str:
    """The note cell of a row; '' without notes."""
    return "; ".join(dict.fromkeys(notes))
