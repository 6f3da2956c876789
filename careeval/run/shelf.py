"""The instruments of the library, as text."""

from __future__ import annotations

from collections.abc import Iterator

from careeval.specs.instruments import instrument_names, read_instrument
from careeval.specs.records import told
from careeval.specs.scoring_keys import Instrument


def instrument_list() -> list[str]:
    """One line an instrument: id, title, groups, number of items."""
    return [
        f"{one.id:<12} {one.title.en} ({one.title.zh}): {', '.join(one.groups)}; {one.items} items"
        for one in (read_instrument(name, unverified=True) for name in instrument_names(unverified=True))
    ]


def instrument_card(name: str) -> list[str]:
    """Everything that the library knows about one instrument, in lines; item texts are not part of it."""
    return list(_card(read_instrument(name, unverified=True)))


def _card(instrument: Instrument) -> Iterator[str]:
    yield f"{instrument.id}: {instrument.title.en} ({instrument.title.zh})"
    yield f"groups: {', '.join(instrument.groups)}; answered by: {instrument.respondent}"
    first, *_, last = instrument.columns()
    yield f"items: {first} to {last}, answers {instrument.min} to {instrument.max}"
    for key in ("reversed", "fillers"):
        if numbers := getattr(instrument, key):
            yield f"{key}: {', '.join(map(str, numbers))}"
    if not instrument.verified:
        yield "not verified: the key was inferred; check it, then write unverified = true in study.toml"
    for row in instrument.answers:
        points = ", ".join(f"{answer} counts {number:g}" for answer, number in row.points.items())
        yield f"answers to {', '.join(map(str, row.items))}: {points}"
    for one in instrument.critical:
        yield f"critical: item {one.item}, answers {one.min} to {one.max}: {one.meaning.en} ({one.meaning.zh})"
    if rule := instrument.validity:
        yield f"validity: a sheet with {rule.invalid_from} or more on {rule.score} cannot be believed"
    for score in instrument.scores:
        span = f"{score.low} to {score.high}, higher is {score.higher_is}; needs {score.min_answered} answers"
        yield f"score {score.id}: {score.method} of {len(score.items)} items, {span}"
    for band in instrument.bands:
        span = f"{'above ' if band.low_open else ''}{band.low:g} to {'below ' if band.high_open else ''}{band.high:g}"
        name = f"{band.label.en} ({band.label.zh})"
        yield f"band {band.scheme}, {band.score} {span}: {name}; {band.population}; {told(band.source, 'en')}"
    yield from (f"note: {trap}" for trap in instrument.traps)
    yield f"licence: {told(instrument.licence, 'en')}"
    yield f"citation: {instrument.citation}"
