"""Every template of a wave: workbooks of the forms, questionnaires in three shapes, letters."""

from __future__ import annotations

from careeval.templates.letters import letters, printed_sheet
from careeval.templates.needs import Needs
from careeval.templates.questionnaires import questionnaires
from careeval.templates.workbook import form_workbook
from careeval.templates.xlsform import wjx_text, xlsform

FOLDERS = {"zh": ("问卷", "知情同意"), "en": ("questionnaires", "consent")}


def template_files(needs: Needs) -> dict[str, bytes]:
    """{name below templates/<wave>/: content}, in the study's first language."""
    lang = needs.lang
    asked, agreed = FOLDERS[lang]
    files = {form.file(lang): form_workbook(form, needs) for form in needs.forms().values()}
    for one in questionnaires(needs):
        title = f"{asked}/{one.title.in_language(lang)}"
        files[f"{title}.xlsform.xlsx"] = xlsform(one, lang)
        files[f"{title}.wjx.txt"] = wjx_text(one, lang).encode("utf-8-sig")
        files[f"{title}.docx"] = printed_sheet(one, lang)
    written = letters(needs.spec.groups, lang)
    return files | {f"{agreed}/{name}": content for name, content in written.items()}
