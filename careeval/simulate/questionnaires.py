"""问卷星 exports by option number (按序号), with the difficulties that real ones have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from careeval.simulate.files import DataFile
from careeval.simulate.people import WAVES, register_of

DAYS = {"2024-autumn": "2024-09-02", "2025-spring": "2025-06-09"}
LEFT_EMPTY = 0.004  # share of items that somebody passes over
TOO_QUICK = 3
# the words behind the option numbers; those of the scales are our own, in the order in which a form offers them
TEXTS = {
    "who5": ("一直", "大多时候", "多半时间", "少半时间", "偶尔", "从来没有"),
    "cls24": ("总是这样", "多半这样", "有时这样", "很少这样", "从不这样"),
    "grade": ("三年级", "四年级", "五年级", "六年级"),
    "yes_no": ("有", "没有"),
}


@dataclass(frozen=True)
class Form:
    """One questionnaire: who answers, its headers, and the words that the platform writes for no answer."""

    name: str
    groups: tuple[str, ...]
    code: str
    who5: str
    cls24: str
    gate: str
    count: str
    more: tuple[str, ...]
    skipped: object
    empty: object
    twice: int = 0
    odd_codes: int = 0


FORMS = (
    Form(
        name="儿童问卷",
        groups=("child",),
        code="1、你的编号",
        who5="3、最近两周你有多少时间是这样的—",
        cls24="4、下面的话和你的情况有多符合—",
        gate="5、这学期有人到你家里看望过你吗？",
        count="6、最近一个月来看望你几次",
        more=(),
        skipped="(跳过)",
        empty="(空)",
        twice=2,
        odd_codes=3,
    ),
    Form(
        name="成人问卷",
        groups=("elder", "woman"),
        code="1、您的编号",
        who5="2、最近两周您有多少时间是这样的—",
        cls24="",
        gate="3、您有子女在外地吗？",
        count="4、最近一个月子女来电话几次",
        more=("5、最近一个月村里来探访或打电话几次", "6、您现在领低保吗？"),
        skipped=-3,
        empty=-2,
    ),
)


def form_file(
    form: Form, people: pd.DataFrame, outcomes: pd.DataFrame, recall: pd.DataFrame, wave: str, seed: int
) -> tuple[DataFile, list[tuple[str, str, int]]]:
    """The export of one form in one wave, and its traps as (trap, file, how many).

    outcomes: who5 and cls24 answers by person; recall: see `recall.recalled`. Answered twice: the first time is
    straight-lined, the later one counts.
    """
    generator = np.random.default_rng([seed, 5, WAVES.index(wave), FORMS.index(form)])
    here = register_of(people, wave)
    here = here[here["group"].isin(form.groups) & here["state"].eq("在册")].set_index("person")
    here = here.iloc[generator.permutation(len(here))]
    items = _options(form, outcomes.loc[here.index])
    # the few women are asked item by item, so that who is left of them is not a matter of chance
    passed = (generator.random(items.shape) < LEFT_EMPTY) & here["group"].ne("woman").to_numpy()[:, None]
    items = items.mask(passed, form.empty)
    answers = pd.concat([items, _gated(form, here, recall.reindex(here.index), generator)], axis="columns")
    if form.cls24:
        answers.insert(0, "2、你上几年级", here["grade"] - 2)
    answers.insert(0, form.code, here.index)
    rows, traps = _odd_rows(form, here, answers, items.columns, generator)
    frame = _with_metadata(rows, wave, generator)
    path = f"{_number(form, wave)}_按序号_{form.name}_{len(frame) + 9}_{len(frame)}.xlsx"
    refused = here.index[here["consent"].ne("是")]
    words = {"skipped_cell": form.skipped, "empty_cell": form.empty}
    counts = {
        **traps,
        "answers_without_consent": int(frame[form.code].isin(refused).sum()),
        "too_quick": TOO_QUICK,
        **{trap: int((rows == word).sum().sum()) for trap, word in words.items()},
    }
    return DataFile(path, frame), [(trap, path, n) for trap, n in counts.items()]


def _number(form: Form, wave: str) -> int:
    return 318842001 + 1000 * WAVES.index(wave) + FORMS.index(form)


def _options(form: Form, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Option numbers under the platform's headers: only the first row of a matrix carries the question.

    The options of who5 go down - option 1 is the highest answer - those of cls24 go up as the scale is coded.
    """
    columns = {
        f"{form.who5 if number == 1 else ''}who5_{number}": 6 - outcomes[f"who5_{number}"] for number in range(1, 6)
    }
    if form.cls24:
        columns |= {
            f"{form.cls24 if number == 1 else ''}cls24_{number}": outcomes[f"cls24_{number}"] for number in range(1, 25)
        }
    return pd.DataFrame(columns).astype(int).astype(object)


def _gated(form: Form, here: pd.DataFrame, recall: pd.DataFrame, generator: np.random.Generator) -> pd.DataFrame:
    """A yes-or-no question, a count that only those who said yes are asked, and what only elders are asked."""
    if form.groups == ("child",):
        count = recall["visits"].to_numpy()
        yes = (count > 0) | (generator.random(len(here)) < 0.4)
    else:
        # women are asked nothing about sons and daughters elsewhere
        yes = (generator.random(len(here)) < 0.85) & here["group"].eq("elder")
        count = generator.poisson(4.0, len(here))
    counts = pd.Series(count, index=here.index).astype(object).where(yes, form.skipped)
    columns = {form.gate: np.where(yes, 1, 2), form.count: counts}
    for header, fact in zip(form.more, ("visits", "dibao"), strict=False):
        told = recall[fact] if fact == "visits" else 2 - recall[fact]
        columns[header] = told.astype("Int64").astype(object).where(told.notna(), form.skipped)
    return pd.DataFrame(columns, index=here.index)


def text_twin(form: Form, file: DataFile) -> DataFile:
    """The same export 按文本: words where 按序号 has option numbers, everything else alike."""
    frame = file.frame.copy()
    for column in frame:
        label = column.removeprefix(form.who5).removeprefix(form.cls24 or "\0")
        kind = {"who5": "who5", "cls24": "cls24"}.get(label.partition("_")[0], "")
        kind = kind or {form.gate: "yes_no", "2、你上几年级": "grade"}.get(column, "")
        if kind:
            words = dict(enumerate(TEXTS[kind], start=1))
            frame[column] = frame[column].map(lambda cell, words=words: words.get(cell, cell))
    return DataFile(file.path.replace("按序号", "按文本"), frame)


def _odd_rows(
    form: Form, here: pd.DataFrame, answers: pd.DataFrame, items: pd.Index, generator: np.random.Generator
) -> tuple[pd.DataFrame, Mapping[str, int]]:
    """The rows with those that should not count put in front, and some codes typed in another way."""
    agreed = here.index[here["consent"].eq("是")]
    chosen = generator.choice(agreed, form.twice + form.odd_codes + 1, replace=False)
    twice, odd, model = chosen[: form.twice], chosen[form.twice : -1], chosen[-1]
    first = answers.loc[twice].assign(**dict.fromkeys(items, 3))
    stranger = answers.loc[[model]].assign(**{form.code: f"{model[0]}9901"})
    typed = answers[form.code].copy()
    for person, change in zip(odd, (str.lower, _full_width, " {} ".format), strict=False):
        typed[person] = change(person)
    rows = pd.concat([first, stranger, answers.assign(**{form.code: typed})], ignore_index=True)
    return rows, {"answered_twice": len(twice), "unknown_code": 1, "code_typed_in_another_way": len(odd)}


def _full_width(code: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in code)


def _with_metadata(rows: pd.DataFrame, wave: str, generator: np.random.Generator) -> pd.DataFrame:
    """The platform's own columns in front, in its order and its forms; rows stand in the order they came in."""
    size = len(rows)
    minutes = np.sort(generator.integers(0, 18 * 600, size))
    times = (
        pd.Timestamp(DAYS[wave]) + pd.to_timedelta(minutes // 600, "D") + pd.to_timedelta(480 + minutes % 600, "min")
    )
    seconds = generator.integers(120, 700, size)
    seconds[generator.choice(size, TOO_QUICK, replace=False)] = generator.integers(20, 50, TOO_QUICK)
    metadata = {
        "序号": 7 + np.cumsum(generator.integers(1, 3, size)),
        "提交答卷时间": [f"{time.year}/{time.month}/{time.day} {time.hour}:{time:%M:%S}" for time in times],
        "所用时间": [f"{number}秒" for number in seconds],
        "来源": generator.choice(["微信", "链接"], size),
        "来源详情": "N/A",
        # addresses kept for examples: nobody has them
        "来自IP": [f"192.0.2.{number}(虚构-虚构)" for number in generator.integers(1, 255, size)],
    }
    return pd.concat([pd.DataFrame(metadata), rows.reset_index(drop=True)], axis="columns")
