"""One wave's cleaned files, kept; the salt, the key file and the hashes that tell when something must be made again."""

from __future__ import annotations

import secrets

import pandas as pd

from careeval.clean.selection import raw_files
from careeval.clean.wave import CODE_LENGTH, Cleaned, clean_wave
from careeval.specs.study import Study, Wave, spec_paths
from careeval.store import code_fingerprint, files_fingerprint, fingerprint, kept


def cleaned(study: Study, wave: Wave) -> Cleaned:
    """One wave's canonical tables as its own files give them (arms still those of this wave)."""
    return kept(
        study.derived / "store", f"cleaned-{wave.id}", wave_key(study, wave), lambda: _clean_and_note(study, wave)
    )


def has_files(study: Study, wave: Wave) -> bool:
    """Whether the wave has raw files; `careeval wave` leaves an empty folder for the next one."""
    folder = study.raw / wave.id
    return folder.is_dir() and bool(raw_files(folder)[0])


def wave_key(study: Study, wave: Wave) -> str:
    """A hash of all that a wave's canonical tables are made from: code, specification files, raw files."""
    specs = files_fingerprint(study.folder, spec_paths(study))
    folder = study.raw / wave.id
    raw = files_fingerprint(folder, raw_files(folder)[0]) if folder.is_dir() else ""
    return fingerprint([code_fingerprint(), specs, raw, wave.id])


def identifiers(study: Study, wave: str = "") -> set[str]:
    """Names, numbers and codes as the files up to a wave write them, to scan what is published; never for a table."""
    waves = [one for one in study.waves_until(study.wave(wave).id) if has_files(study, one)]
    made = [cleaned(study, one) for one in waves]
    codes = pd.concat([one.codes["code"].dropna() for one in made])
    return set(codes[codes.str.len().ge(CODE_LENGTH)]).union(*(one.naming for one in made))


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
    part = path.with_suffix(".part")  # whole or not at all: another run may be reading it
    codes.to_csv(part, index=False, encoding="utf-8-sig")
    part.replace(path)
    return made
