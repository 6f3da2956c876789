"""Whether a level may be set beside the last wave's: the same questions, codes, paper, people, places and season."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

import pandas as pd

from careeval.ingest.raw import ENDINGS
from careeval.specs.definitions import definition
from careeval.specs.instruments import read_instrument
from careeval.specs.plans import Commitment
from careeval.specs.study import Outcome, Study, Wave

KEY = ["indicator", "group", "level"]
COLUMNS = [*KEY, "since", "comparable", "reasons"]
FIRST, SAME, CAVEAT, NOT = "first", "comparable", "with caveat", "not comparable"
TOLD_ELSEWHERE = {"who", "who_status", "target", "implied", "start", "by"}
# shares of who sat a paper at all: which paper it was makes no difference
WHATEVER_PAPER = ("_absent", "_exempt", "_missing")
PLAIN_RECODES = ("", "count", "number")
Tables = Mapping[str, pd.DataFrame]
Codes = Mapping[str, frozenset[frozenset[tuple[str, str]]]]
# (how much it weighs, code, text)
Reason = tuple[str, str, str]


def comparability(study: Study, wave: Wave, tables_by_wave: Mapping[str, Tables]) -> pd.DataFrame:
    """indicator, group, level, since, comparable, reasons: each level of a wave against the last wave that has it.

    tables_by_wave: {wave: {indicators, people, answers, responses, exams}} of this wave and those before it.
    comparable: first, comparable, with caveat, not comparable; since: the wave it is held against, '' for first;
    reasons: 'code: text' with '; ' between, '' where there are none. The definition of who is meant, and which way an
    outcome is good, stand once in study.toml; what may change are the facts and the conditions of a promise.
    """
    waves = [one for one in study.waves_until(wave.id) if one.id in tables_by_wave]
    keys = {one.id: _keys(tables_by_wave[one.id]["indicators"]) for one in waves}
    told = cache(lambda one, group: _round(study, one, group, tables_by_wave[one.id]))
    rows = []
    for key, sites in keys[wave.id].items():
        before = next((one for one in reversed(waves[:-1]) if key in keys[one.id]), None)
        if before is None:
            rows.append((*key, "", FIRST, ""))
            continue
        indicator, group, level = key
        content = _content(study, indicator, level, told(before, group), told(wave, group))
        reasons = [*_sites(study, keys[before.id][key], sites), *content]
        weights = {weight for weight, *_ in reasons}
        verdict = NOT if NOT in weights else CAVEAT if weights else SAME
        rows.append((*key, before.id, verdict, "; ".join(f"{code}: {text}" for _, code, text in reasons)))
    return pd.DataFrame(rows, columns=COLUMNS, dtype="str")


def stamp(indicators: pd.DataFrame, gate: pd.DataFrame) -> pd.DataFrame:
    """The indicators with their column `comparable` filled from the gate of the same wave."""
    known = gate.set_index(KEY)["comparable"]
    found = known.reindex(pd.MultiIndex.from_frame(indicators[KEY].astype("str").fillna("")))
    return indicators.assign(comparable=pd.array(found, dtype="str"))


@dataclass(frozen=True)
class Round:
    """How one group was asked in one wave."""

    wave: Wave
    answered: frozenset[str]
    ways: Mapping[str, frozenset[str]]  # mode, respondent, form
    papers: Mapping[str, frozenset[str]]  # subject: papers
    facts: frozenset[str]
    codes: Codes  # item: the recodes it is read by


def _keys(indicators: pd.DataFrame) -> dict[tuple[str, str, str], frozenset[str]]:
    """{(indicator, group, level): sites that have it}."""
    rows = indicators[[*KEY, "site"]].astype("str").fillna("")
    grouped = rows.groupby(KEY, sort=False)["site"]
    return {key: frozenset(sites) - {"all"} for key, sites in grouped.agg(set).items()}


def _round(study: Study, wave: Wave, group: str, tables: Tables) -> Round:
    people = tables["people"][tables["people"]["group"].isin(group.split("+"))]
    own = {
        name: tables[name][tables[name]["person"].isin(people["person"])] for name in ("answers", "responses", "exams")
    }
    answered = frozenset(own["answers"].columns[own["answers"].notna().any()])
    ways = {name: _words(own["responses"], name) for name in ("mode", "respondent", "form")}
    # a form that has no name is known by its file, and files are named anew each wave
    ways["form"] = frozenset(form for form in ways["form"] if PurePath(form.partition("#")[0]).suffix not in ENDINGS)
    papers = own["exams"].groupby("subject")["exam"].agg(frozenset).to_dict()
    facts = frozenset(people.columns[people.notna().any()])
    return Round(wave, answered, ways, papers, facts, _codes(study, wave))


def _words(rows: pd.DataFrame, column: str) -> frozenset[str]:
    return frozenset(rows[column].dropna().astype("str")) - {""} if column in rows else frozenset()


def _codes(study: Study, wave: Wave) -> Codes:
    """{item: the recodes it is read by, as pairs of raw and value}; no pairs: read as it stands."""
    rows = [row for row in study.columns if row.table == "answers" and row.wave in ("*", wave.id)]
    exact = {row.variable for row in rows if row.wave == wave.id}
    found: dict[str, set[frozenset[tuple[str, str]]]] = {}
    for row in rows:
        if row.wave == wave.id or row.variable not in exact:
            recode = {} if row.recode in PLAIN_RECODES else study.recodes.get(row.recode, {})
            pairs = frozenset(pair for pair in recode.items() if not pair[1].startswith("."))
            found.setdefault(row.variable, set()).add(pairs)
    return {item: frozenset(recodes) for item, recodes in found.items()}


def _sites(study: Study, before: frozenset[str], now: frozenset[str]) -> Iterator[Reason]:
    both, every = before & now, before | now
    if before and now and both != every:
        weight = CAVEAT if both else NOT
        yield weight, "sites", f"{len(both)} of {len(every)} units of kind {study.spec.site_kind} are in both"


def _content(study: Study, indicator: str, level: str, before: Round, now: Round) -> Iterator[Reason]:
    """What differs in how the indicator was made, by where it comes from: answers, exams, or the plan."""
    outcome = next((one for one in study.spec.outcomes if one.id == indicator), None)
    items = _items(study, indicator)
    subjects = outcome.subjects if outcome else [one for one in now.papers if indicator.startswith(f"{one}_")]
    sat = not indicator.endswith(WHATEVER_PAPER)
    if items:
        yield from _asked(items, before, now)
    elif subjects:
        yield from _papers(outcome, subjects, before, now) if sat else ()
    else:
        yield from _promised(study, level, before, now)
        return
    if before.wave.season != now.wave.season:
        yield CAVEAT, "season", f"{before.wave.season}, then {now.wave.season}"


def _items(study: Study, indicator: str) -> list[str]:
    """The items behind an indicator: an outcome's, a question, or those of a scheme of bands; [] for anything else."""
    if any(question.id == indicator for question in study.spec.questions):
        return [indicator]
    bases = {f"{use.prefix}_{use.instrument}": use.instrument for use in study.spec.uses}
    for one in study.spec.outcomes:
        if one.source == "answers" and one.id == indicator:
            return [one.item]
        if one.source == "scores":
            instrument = read_instrument(bases.get(one.instrument, one.instrument), unverified=True)
            if indicator in (one.id, *(f"{one.instrument}_{scheme}" for scheme in instrument.schemes)):
                return list(instrument.columns(one.instrument))
    return []


def _asked(items: Iterable[str], before: Round, now: Round) -> Iterator[Reason]:
    items = set(items)
    if differ := sorted(items & (before.answered ^ now.answered)):
        yield NOT, "items", f"{', '.join(differ)} answered in one of the two only"
    turned = [item for item in sorted(items) if before.codes.get(item) != now.codes.get(item)]
    values = [
        [{value for _, value in set().union(*one.codes.get(item, ()))} for item in turned] for one in (before, now)
    ]
    if any(old and new and old != new for old, new in zip(*values, strict=True)):
        yield NOT, "codes", "answers are turned into other values"
    elif turned:
        yield CAVEAT, "direction", "other codes stand for the same answers; look whether a scale was turned round"
    for way, weight in (("respondent", NOT), ("mode", CAVEAT), ("form", CAVEAT)):
        told = before.ways[way], now.ways[way]
        if all(told) and told[0] != told[1]:
            yield weight, way, ", then ".join(" and ".join(sorted(words)) for words in told)


def _papers(outcome: Outcome | None, subjects: Iterable[str], before: Round, now: Round) -> Iterator[Reason]:
    if any(before.papers.get(subject) != now.papers.get(subject) for subject in subjects):
        z = outcome is not None and outcome.value == "z"
        rest = "only the place within a paper compares" if z else "the two may differ in difficulty"
        yield CAVEAT if z else NOT, "exam", f"different papers: {rest}"


def _promised(study: Study, level: str, before: Round, now: Round) -> Iterator[Reason]:
    """What a promise of the plan asks now that it did not ask then; whom it means weighs most."""
    told = [_commitment(study, one.wave, level) for one in (before, now)]
    old, new = told
    if old is None or new is None:
        return
    names = {group: study.spec.definition[group] for group in new.group if group in study.spec.definition}
    facts = {fact for group, name in names.items() for fact in definition(name, group).facts}
    if differ := sorted(facts & (before.facts ^ now.facts)):
        yield CAVEAT, "definition", f"{', '.join(differ)} told in one of the two only"
    who = [(one.group, one.standard.who, one.standard.who_status) for one in told]
    if who[0] != who[1]:
        yield NOT, "whom", "the promise is made to other people"
    # a new term has new days, and another target is another aim, not another count
    rest = [one.standard.model_dump(exclude=TOLD_ELSEWHERE) for one in told]
    if rest[0] != rest[1]:
        yield CAVEAT, "standard", "the promise asks for something else"
    if old.record != new.record:
        yield CAVEAT, "record", "it shows in other records"


def _commitment(study: Study, wave: Wave, name: str) -> Commitment | None:
    return next((one for plan in study.plans(wave.id) for one in plan.commitments if one.id == name), None)
