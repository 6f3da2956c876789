"""Which table is made from which, by which verb: made once, then read from the store."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import pandas as pd

from careeval.clean.people import with_arms
from careeval.clean.selection import raw_files
from careeval.clean.wave import Cleaned, clean_wave, read_wave
from careeval.errors import CareevalError, Problem, listed
from careeval.measure.flow import flow_table
from careeval.measure.indicators import indicator_table
from careeval.measure.outcomes import outcome_values
from careeval.measure.scores import score_table
from careeval.measure.suppression import privacy_floors, suppress_rows, too_small
from careeval.specs.study import SPEC_FILES, Study, Wave
from careeval.store import code_fingerprint, files_fingerprint, fingerprint, kept

CANONICAL = ("people", "units", "responses", "answers", "missing", "exams", "status")
# exported to tables/*.csv; nothing in them is about one person
REPORT_TABLES = ("indicators", "estimates", "balance", "flow", "quality", "exclusions")


def table(study: Study, name: str, *, wave: str = "", site: str | None = None) -> pd.DataFrame:
    """Any canonical or derived table of a wave ('' = newest), made or read from the store.

    With a site: only the people, or the rows, of that site; rows of site 'all' stay beside them as context.
    Scores, z and effects are always those of the whole study.
    """
    if name not in TABLES:
        raise CareevalError(Problem("table()", "name", f"there is no table {name!r}", listed(TABLES)))
    one = study.wave(wave)
    made = kept(study.derived / "store", f"{name}-{one.id}", _key(study, one, name), lambda: TABLES[name](study, one))
    return made if not site else _of_site(study, made, one, site)


def tables(study: Study, names: Iterable[str], *, wave: str = "") -> dict[str, pd.DataFrame]:
    """Several tables of one wave by name."""
    return {name: table(study, name, wave=wave) for name in names}


def prepare(study: Study, wave: str = "") -> Cleaned:
    """The canonical tables of a wave with its exclusions and quality, arms as of each person's first wave."""
    one = study.wave(wave)
    return replace(cleaned(study, one), people=table(study, "people", wave=one.id))


def check(study: Study, wave: str = "") -> list[Problem]:
    """Every problem of the raw files of one wave, or of all waves that have files; [] is a clean bill."""
    waves = [study.wave(wave)] if wave else study.spec.waves
    found = []
    for one in waves:
        if not wave and one is not study.spec.waves[-1] and not (study.raw / one.id).is_dir():
            continue
        *_, problems = read_wave(study, one)
        if not problems:
            try:
                cleaned(study, one)
            except CareevalError as error:
                problems = list(error.problems)
        found += problems
    return found


def cleaned(study: Study, wave: Wave) -> Cleaned:
    """One wave's canonical tables as its own files give them (arms still those of this wave)."""
    return kept(
        study.derived / "store", f"cleaned-{wave.id}", _wave_key(study, wave), lambda: _clean_and_note(study, wave)
    )


def identifiers(study: Study, wave: str = "") -> set[str]:
    """Codes of people as the files up to a wave write them, to scan what is published; never a table of a report."""
    waves = [one for one in study.waves_until(study.wave(wave).id) if _has_files(study, one)]
    codes = pd.concat([cleaned(study, one).codes["code"].dropna() for one in waves])
    return set(codes[codes.str.len().ge(4)])


def salt(study: Study) -> bytes:
    """The study's secret, made once; whoever has it and a code can find the pseudonym. Stays in derived/."""
    path = study.derived / "salt.txt"
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_hex(16), encoding="utf-8")
    return bytes.fromhex(path.read_text(encoding="utf-8").strip())


def _clean_and_note(study: Study, wave: Wave) -> Cleaned:
    """Clean a wave and add its codes to derived/key.csv, by which the office finds a person again."""
    made = clean_wave(study, wave, salt=salt(study))
    path = study.derived / "key.csv"
    known = pd.read_csv(path, dtype="str", encoding="utf-8-sig") if path.is_file() else pd.DataFrame()
    codes = pd.concat([known, made.codes.dropna()]).drop_duplicates("person")
    codes.to_csv(path, index=False, encoding="utf-8-sig")
    return made


def _people(study: Study, wave: Wave) -> pd.DataFrame:
    own = cleaned(study, wave)
    earlier = [cleaned(study, one).people for one in study.waves_until(wave.id)[:-1] if _has_files(study, one)]
    return with_arms([*earlier, own.people], own.units, study)


def _scores(study: Study, wave: Wave) -> pd.DataFrame:
    used = {outcome.instrument for outcome in study.spec.outcomes if outcome.source == "scores"}
    prefixes = {f"{use.prefix}_{use.instrument}": use.instrument for use in study.spec.uses}
    return score_table(table(study, "answers", wave=wave.id), sorted(used), prefixes=prefixes)


def _outcomes(study: Study, wave: Wave) -> pd.DataFrame:
    return outcome_values(study, tables(study, ("people", "scores", "answers", "exams"), wave=wave.id))


def _indicators(study: Study, wave: Wave) -> pd.DataFrame:
    needed = tables(study, ("people", "outcomes", "answers", "scores", "exams"), wave=wave.id)
    return indicator_table(study, wave, needed, privacy_floors(study, needed["people"]))


def _all_outcomes(study: Study) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, dict[str, int]]:
    waves = [one.id for one in study.spec.waves if _has_files(study, one)]
    people = {one: table(study, "people", wave=one) for one in waves}
    values = pd.concat([table(study, "outcomes", wave=one) for one in waves], ignore_index=True)
    return people, values, privacy_floors(study, pd.concat(people.values(), ignore_index=True))


def _estimates(study: Study, wave: Wave) -> pd.DataFrame:
    from careeval.infer.study_estimates import study_estimates  # statsmodels is slow to import

    people, values, floors = _all_outcomes(study)
    return study_estimates(study, wave, people=people, values=values, floors=floors)


def _balance(study: Study, wave: Wave) -> pd.DataFrame:
    from careeval.infer.balance import balance_table

    people, values, floors = _all_outcomes(study)
    return balance_table(study, wave, people=people, values=values, floors=floors)


def _flow(study: Study, wave: Wave) -> pd.DataFrame:
    waves = [one.id for one in study.waves_until(wave.id) if _has_files(study, one)]
    people = {one: table(study, "people", wave=one) for one in waves}
    measured = {one: _measured(study, one) for one in waves}
    reference = pd.concat(people.values(), ignore_index=True).drop_duplicates("person")[
        ["person", "group", "site", "arm"]
    ]
    flow = flow_table(study, people, measured, reference=reference)
    floors = privacy_floors(study, pd.concat(people.values(), ignore_index=True))
    floors["all"] = max(floors.values())
    return suppress_rows(flow, too_small(flow["n"], flow["group"].map(floors)), ["n"])


def _measured(study: Study, wave: str) -> pd.Index:
    needed = tables(study, ("answers", "exams"), wave=wave)
    sat = needed["exams"].loc[needed["exams"]["status"].eq("sat"), "person"]
    items = needed["answers"].drop(columns=["person", "wave"])
    answered = needed["answers"].loc[items.notna().any(axis="columns"), "person"]
    return pd.Index(pd.concat([answered, sat]).unique())


def _exclusions(study: Study, wave: Wave) -> pd.DataFrame:
    rows = cleaned(study, wave).exclusions
    counted = rows.groupby(["wave", "table", "file", "reason"], sort=True).size()
    return counted.rename("n").reset_index()


def _canonical(name: str) -> Callable[[Study, Wave], pd.DataFrame]:
    return lambda study, wave: getattr(cleaned(study, wave), name)


TABLES: Mapping[str, Callable[[Study, Wave], pd.DataFrame]] = {
    **{name: _canonical(name) for name in (*CANONICAL[1:], "quality")},
    "people": _people,
    "ledger": _canonical("exclusions"),
    "exclusions": _exclusions,
    "scores": _scores,
    "outcomes": _outcomes,
    "indicators": _indicators,
    "estimates": _estimates,
    "balance": _balance,
    "flow": _flow,
}
ALL_WAVES = ("estimates", "balance")


def _has_files(study: Study, wave: Wave) -> bool:
    return (study.raw / wave.id).is_dir()


def _wave_key(study: Study, wave: Wave) -> str:
    specs = files_fingerprint(study.folder, [path for path in map(study.folder.joinpath, SPEC_FILES) if path.is_file()])
    folder = study.raw / wave.id
    raw = files_fingerprint(folder, raw_files(folder)[0]) if folder.is_dir() else ""
    return fingerprint([code_fingerprint(), specs, raw, wave.id])


def _key(study: Study, wave: Wave, name: str) -> str:
    waves = study.spec.waves if name in ALL_WAVES else study.waves_until(wave.id)
    return fingerprint([name, *(_wave_key(study, one) for one in waves)])


def _of_site(study: Study, made: pd.DataFrame, wave: Wave, site: str) -> pd.DataFrame:
    """The rows of one site: by the site column, or by where the person is registered."""
    people = table(study, "people", wave=wave.id)
    known = sorted({*people["site"].dropna(), *table(study, "units", wave=wave.id)["site"].dropna()})
    if site not in known:
        raise CareevalError(Problem("people", "site", f"there is no {study.spec.site_kind} {site!r}", listed(known)))
    if "site" in made:
        return made[made["site"].isin([site, "all"])].reset_index(drop=True)
    # the subject of an exam is maths; only in status is it somebody
    known_by = next((column for column in ("person", "subject") if column in made), None)
    if known_by is None:
        return made
    here = people.loc[people["site"].eq(site), "person"]
    return made[made[known_by].isin(here)].reset_index(drop=True)
