"""The evaluation questions of a plan, as data: what is asked, and which table answers it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from careeval.errors import Problem, SpecError
from careeval.specs.home import LIBRARY
from careeval.specs.plans import Plan
from careeval.specs.records import Record, Words, build, read_toml, repeated
from careeval.specs.vocabulary import Domain, Group

FOLDER = LIBRARY / "questions"
COMMON = "common"
Answer = Literal[
    "delivery", "kept", "never", "cascade", "gaps", "agreement", "capacity", "cost", "estimates", "verdicts", "changes",
    "proposals", "nothing",
]  # fmt: skip


class EvaluationQuestion(Record):
    """One question. indicators name promises of the plan; domains name outcomes; why: what the data lack."""

    id: str
    text: Words
    answered_by: tuple[Answer, ...]
    indicators: tuple[str, ...] = ()
    domains: tuple[Domain, ...] = ()
    why: Words | None = None


class QuestionList(Record):
    """library/questions/<plan id>.toml: whose plan, for which groups (none named = all), and its questions."""

    title: Words
    groups: tuple[Group, ...] = ()
    questions: tuple[EvaluationQuestion, ...]


def question_lists_of(plan: Plan) -> list[str]:
    """The lists of the library that belong to a plan: the one of its id, and those that its source names."""
    names = [path.stem for path in sorted(FOLDER.glob("*.toml")) if path.stem != COMMON]
    return [name for name in names if name == plan.id or name in plan.source]


def read_questions(name_or_path: str | Path) -> QuestionList:
    """One list of questions; SpecError with everything that is wrong with the file."""
    path = Path(name_or_path)
    path = path if path.suffix == ".toml" else FOLDER / f"{path}.toml"
    section, problems = read_toml(path)
    made, found = build(QuestionList, section, file=path.name) if not problems else (None, [])
    problems += found
    if made:
        twice = repeated([one.id for one in made.questions])
        problems += [Problem(path.name, "questions.id", f"{one!r} stands twice", "each id once") for one in twice]
        unsaid = [one.id for one in made.questions if "nothing" in one.answered_by and not one.why]
        way_out = "Write why = { zh, en }: what the data lack"
        problems += [Problem(path.name, one, "answered by nothing, without a reason", "", way_out) for one in unsaid]
    if problems:
        raise SpecError(*problems)
    return made
