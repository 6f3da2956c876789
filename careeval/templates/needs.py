"""What the files of a wave must hold: services, items, roles, facts, places and questions of its plans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

from careeval.specs.definitions import definitions, each_condition
from careeval.specs.library_plans import name_of
from careeval.specs.plans import Commitment
from careeval.specs.records import Words
from careeval.specs.study import Study, StudyFile, Wave
from careeval.specs.units import UnitRow
from careeval.specs.vocabulary import canonical_tables
from careeval.templates.forms import Form, FormColumn, all_forms, word_lists

Choices = dict[str, Words]  # value: what a cell says for it


@dataclass(frozen=True)
class Needs:
    """A wave of a study before it has any file; name: what an id of a plan is called."""

    spec: StudyFile
    wave: Wave
    units: tuple[UnitRow, ...]
    commitments: tuple[Commitment, ...]
    name: Callable[[str], Words] = name_of

    @property
    def lang(self) -> str:
        """The language of what is filled in: the study's first."""
        return self.spec.languages[0]

    @cached_property
    def lists(self) -> dict[str, Choices]:
        """Every list a column may offer or a form may wait for."""
        records = [(one.standard, one.record) for one in self.commitments]
        services = [word for _, one in records for word in (*one.service, one.opened, one.answered)]
        items = {False: [], True: []}
        for standard, record in records:
            of_units = standard.basis not in ("recipient", "case")
            items[of_units] += [*standard.items, *record.item] if record.table == "status" else []
            items[of_units] += standard.who_status
        roles = [word for standard, record in records for word in (*standard.partners, *record.role)]
        paired = ["paired_helper"] if any(record.table == "pairs" for _, record in records) and not roles else []
        sites = [unit for unit in self.units if unit.kind == self.spec.site_kind]
        exams = [subject for one in self.spec.outcomes for subject in one.subjects]
        known = word_lists()
        return {
            **known,
            "groups": {group: known["groups"][group] for group in self.spec.groups if group in known["groups"]},
            "services": self._named(services),
            "items_of_people": self._named(items[False]),
            "items_of_units": self._named(items[True]),
            "roles": self._named(roles or paired),
            "pairs": self._named(roles or paired),
            "sites": {unit.unit: Words(zh=unit.unit) for unit in sites},
            "units": {unit.unit: Words(zh=unit.unit) for unit in self.units},
            "exams": self._named(exams, known["subjects"]),
            "subjects": self._named(exams, known["subjects"]),
            "facts": self._facts(("recipient", "case"), "people"),
            "unit_facts": self._facts(("provider", "site"), "units"),
        }

    def forms(self) -> dict[str, Form]:
        """The forms that this wave needs, with the columns that stand once a fact written out."""
        wanted = {name: form for name, form in all_forms().items() if not form.when or self.lists[form.when]}
        return {name: form.model_copy(update={"columns": tuple(self._columns(form))}) for name, form in wanted.items()}

    def _columns(self, form: Form) -> Iterable[FormColumn]:
        for column in form.columns:
            if not column.repeat:
                yield column
                continue
            for fact, title in self.lists[column.repeat].items():
                number = fact in self.lists["numbers"]
                kind = {"kind": "number"} if number else {"choices": fact if fact in self.lists else column.choices}
                yield column.model_copy(update={"title": title, "variable": fact, "repeat": "", **kind})

    def _named(self, ids: Iterable[str], known: Choices | None = None) -> Choices:
        return {one: (known or {}).get(one) or self.name(one) for one in dict.fromkeys(ids) if one}

    def _facts(self, bases: tuple[str, ...], table: str) -> Choices:
        """The facts that conditions of promises (and definitions of who is left behind) ask for."""
        asked = [one.standard.who for one in self.commitments if one.standard.basis in bases]
        facts = [test.column for who in asked for test in each_condition(who)]
        if table == "people":
            facts += [fact for name in self.spec.definition.values() for fact in definitions()[name].facts]
        own = [fact for fact in facts if fact not in canonical_tables()[table].columns]
        return self._named(own, word_lists()["facts"])


def needs_of(study: Study, wave: str) -> Needs:
    """What the files of a wave of an opened study must hold."""
    commitments = tuple(one for plan in study.plans(wave) for one in plan.commitments)
    return Needs(study.spec, study.wave(wave), study.units, commitments)
