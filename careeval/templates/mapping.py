"""The rows of columns.csv and recodes.csv that read the filled templates back, so that nobody has to map them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from careeval.present.words import word
from careeval.specs.columns import COLUMNS, RECODES, Recodes
from careeval.templates.forms import Form, FormColumn
from careeval.templates.needs import Needs
from careeval.templates.questionnaires import Questionnaire, questionnaires

BUILT_IN = {"code": "code", "number": "number", "mark": "mark", "date": "date"}
PLACES = ("sites", "units")  # ids of units.csv: they mean themselves
SKIPPED = {"-3": ".not_asked", "(跳过)": ".not_asked", "-2": ".missing", "(空)": ".missing"}
# what platforms add of their own; they differ by version, so that none need be there
PLATFORM = {
    "wjx": ("序号", "来源", "来自", "总分", "用户", "您的姓名"),
    "kobo": (
        *("_", "meta", "formhub", "start", "end", "deviceid", "Submi", "KEY", "Attachments", "Status", "Review"),
        *("DeviceID", "Edits", "FormVersion", "instance", "note"),
    ),
}
Row = tuple[str, ...]


def columns_csv(needs: Needs) -> str:
    """columns.csv of a study whose files are the templates."""
    rows = [row for form in needs.forms().values() for row in _form_rows(form, needs)]
    rows += [row for one in questionnaires(needs) for row in _questionnaire_rows(one, needs.lang)]
    return _csv(COLUMNS, [("*", *row, "") for row in rows])


def form_files(needs: Needs) -> list[str]:
    """What columns.csv calls the sheets of the forms: file#sheet."""
    forms = needs.forms().values()
    return [f"{form.file(needs.lang)}#{form.title.in_language(needs.lang)}" for form in forms]


def all_patterns(needs: Needs) -> list[str]:
    """The files and globs of the forms and of the questionnaires' exports."""
    asked = [row[0] for one in questionnaires(needs) for row in _questionnaire_rows(one, needs.lang)]
    return [*form_files(needs), *dict.fromkeys(asked)]


def unread_words(needs: Needs, recodes: Recodes) -> list[str]:
    """Rows that recodes.csv lacks for what the drop-downs offer: a new plan may name what the last one did not."""
    rows = _recode_rows(needs)
    return [",".join(row) for row in rows if row[1] not in recodes.get(row[0], {})]


def recodes_csv(needs: Needs) -> str:
    """recodes.csv: the words of the drop-down lists in both languages, and the marks of platforms for no answer."""
    return _csv(RECODES, _recode_rows(needs))


def _recode_rows(needs: Needs) -> list[Row]:
    columns = [column for form in needs.forms().values() for column in form.columns]
    lists = [name for name in dict.fromkeys(map(recode_of, columns)) if name and name not in BUILT_IN.values()]
    rows = [("row_kind", text, ".drop") for text in (word("templates.sheet.example", lang) for lang in ("zh", "en"))]
    rows += [("code", "", ".not_asked")]
    for name in lists:
        told: dict[str, str] = {}
        for value, words in needs.lists[name].items():
            for text in (words.zh, words.en, value):
                told.setdefault(text.strip(), value)
        rows += [(name, text, value) for text, value in told.items() if text]
    if any(column.kind == "mark" for column in columns):
        rows += [("mark", words, ".absent") for words in ("缺考", "absent")]
    asked = questionnaires(needs)
    recodes = [ask.recode("wjx_numbers") for one in asked for ask in one.asks]
    for recode in dict.fromkeys([*recodes, *(["first_number"] if asked else [])]):
        rows += [(recode, str(raw), str(value)) for raw, value in _option_numbers(asked, recode).items()]
        rows += [(recode, raw, special) for raw, special in SKIPPED.items()]
    return rows


def recode_of(column: FormColumn) -> str:
    """The recode that reads a column: a built-in one, the list it offers, or none."""
    if column.kind == "choice":
        return "" if column.choices in PLACES else column.choices
    return BUILT_IN.get(column.kind, "")


def _form_rows(form: Form, needs: Needs) -> Iterator[Row]:
    """file, record, raw_column, table, variable, recode of one form."""
    file = f"{form.file(needs.lang)}#{form.title.in_language(needs.lang)}"
    # the first column of every sheet says which row is the example; a row that is one leaves
    yield file, "", word("templates.sheet.row", needs.lang), "-", "-", "row_kind"
    for one in form.constants:
        yield file, one.record, f"={one.value}", one.table, one.variable, ""
    for column in form.columns:
        place = (column.table or form.table, column.variable)
        yield file, column.record, column.title.in_language(needs.lang), *place, recode_of(column)


def _questionnaire_rows(one: Questionnaire, lang: str) -> Iterator[Row]:
    """The same of a questionnaire: exports of 问卷星 by number and by text, and of KoboToolbox or ODK."""
    title = one.title.in_language(lang)
    for pattern, kind in (
        (f"*_按序号_{title}_*.xlsx", "wjx_numbers"),
        (f"*_按文本_{title}_*.xlsx", "wjx_texts"),
        (f"{title}*.csv", "kobo"),
        (f"{title}*.xlsx", "kobo"),
    ):
        yield pattern, "", "person_code*", "*", "person", "code"
        yield pattern, "", f"={one.id}", "responses", "form", ""
        yield pattern, "", f"={one.respondent}", "responses", "respondent", ""
        yield pattern, "", "today" if kind == "kobo" else "提交答卷时间", "responses", "date", "date"
        if kind != "kobo":
            yield pattern, "", "所用时间", "responses", "seconds", "seconds"
        for ask in one.asks:
            yield pattern, "", f"{ask.id}*", "answers", ask.id, ask.recode(kind)
        for start in PLATFORM["kobo" if kind == "kobo" else "wjx"]:
            yield pattern, "", f"{start}*", "-", "-", ""


def _option_numbers(asked: tuple[Questionnaire, ...], recode: str) -> dict[int, int]:
    """{number of the option: the answer it stands for} of a recode wjx_<low>_<high>."""
    for one in asked:
        for ask in one.asks:
            if ask.recode("wjx_numbers") == recode:
                return dict(enumerate(ask.options, start=1))
    return {}


def _csv(header: tuple[str, ...], rows: list[Row]) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return lines.getvalue()
