"""A questionnaire as an XLSForm for KoboToolbox and ODK, and as text that 问卷星 imports."""

from __future__ import annotations

from openpyxl import Workbook

from careeval.present.words import word
from careeval.templates.questionnaires import Ask, Questionnaire
from careeval.templates.workbook import same_bytes


def xlsform(one: Questionnaire, lang: str) -> bytes:
    """The .xlsx with the sheets survey, choices and settings; pyxform converts it without a warning."""
    other = {"zh": "Chinese (zh)", "en": "English (en)"}[lang]
    label = f"label::{other}"
    message = f"constraint_message::{other}"
    book = Workbook()
    survey, choices, settings = book.active, book.create_sheet("choices"), book.create_sheet("settings")
    survey.title = "survey"
    survey.append(["type", "name", label, "required", "constraint", message])
    survey.append(["start", "start"])
    survey.append(["end", "end"])
    survey.append(["today", "today"])
    code = f"person_code {word('templates.ask.code', lang)}"
    survey.append(
        ["text", "person_code", code, "yes", "regex(., '^[A-Za-z0-9_-]+$')", word("templates.ask.code_wrong", lang)]
    )
    for ask in one.asks:
        survey.append(_question(ask, lang))
    choices.append(["list_name", "name", label])
    for name, ask in {_list(ask): ask for ask in one.asks if ask.options}.items():
        for value in ask.options:
            choices.append([name, str(value), ask.option(value, lang)])
    settings.append(["form_title", "form_id", "version", "default_language"])
    settings.append([one.title.in_language(lang), one.id, "1", other])
    return same_bytes(book)


def _question(ask: Ask, lang: str) -> list[str]:
    if ask.options:
        return [f"select_one {_list(ask)}", ask.id, ask.label(lang), "no"]
    limit = f". >= {ask.low} and . <= {ask.high}"
    return [
        "integer",
        ask.id,
        ask.label(lang),
        "no",
        limit,
        word("templates.ask.span", lang, low=ask.low, high=ask.high),
    ]


def _list(ask: Ask) -> str:
    """The name of a list of choices: questions with the same answers share one."""
    kind = "yes_no" if ask.text != type(ask.text)() and (ask.low, ask.high) == (0, 1) else "answers"
    return f"{kind}_{ask.options[0]}_{ask.options[-1]}" if ask.options else ""


def wjx_text(one: Questionnaire, lang: str) -> str:
    """The text for 问卷星's import: title, a line of explanation, then numbered questions with their kind in brackets.

    Each title begins with the code of the question: whatever is written after it, the export's header is found by it.
    """
    parts = [
        one.title.in_language(lang),
        word("templates.ask.intro", lang),
        f"1. person_code {word('templates.ask.code', lang)}[填空题]",
    ]
    for number, ask in enumerate(one.asks, start=2):
        if ask.options:
            lines = [f"{number}. {ask.label(lang)}[单选题]", *(ask.option(value, lang) for value in ask.options)]
            parts.append("\n".join(lines))
        else:
            hint = word("templates.ask.hint", lang, low=ask.low, high=ask.high)
            parts.append(f"{number}. {ask.label(lang)}{hint}[填空题]")
    return "\n\n".join(parts) + "\n"
