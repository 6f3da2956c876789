"""A planted name or number is found in every kind of file that a report leaves, and nothing else is taken for one."""

import json

import nbformat
import pytest
from docx import Document
from openpyxl import Workbook

from careeval import CareevalError
from careeval.run.leaks import check_leaks, numbers_of_people
from careeval.run.scrub import scrubbed


def as_docx(path, text):
    document = Document()
    document.add_paragraph().add_run(text[:1])
    document.paragraphs[0].add_run(text[1:])
    document.save(path)


def as_xlsx(path, text):
    book = Workbook()
    book.active["B2"] = text
    book.save(path)


def as_pdf(path, text):
    import typst

    path.write_bytes(typst.compile(f"#set page(width: 12cm)\n{text}".encode()))


def as_text(path, text):
    path.write_text(text, encoding="utf-8")


def as_marked(path, text):
    path.write_text(f"<p>{text[:1]}<b>{text[1:]}</b></p>", encoding="utf-8")


def as_escaped(path, text):
    path.write_text(json.dumps({"cells": [text]}), encoding="utf-8")


WRITERS = {
    "report.docx": as_docx,
    "log.xlsx": as_xlsx,
    "report.html": as_marked,
    "run.json": as_escaped,
    "flow.csv": as_text,
    "04_support.ipynb": as_escaped,
    "report.pdf": as_pdf,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_planted_name_fails_the_run_wherever_it_stands(name, tmp_path):
    person = "Zhang Sanfeng" if name == "report.pdf" else "张三丰"
    WRITERS[name](tmp_path / name, person)
    check_leaks(tmp_path, {"Li Si", "李四"})
    with pytest.raises(CareevalError, match=f"{name}: it names people: 1 of their names"):
        check_leaks(tmp_path, {person})


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("13812345678", "a mobile number"),
        ("+86 13812345678", "a mobile number"),
        ("11010519491231002X", "an ID card number"),
        ("10.23.4.55", "an IP address"),
    ],
)
def test_a_number_that_only_a_person_has_fails_the_run_though_no_file_holds_it(number, kind, tmp_path):
    as_text(tmp_path / "flow.csv", f"site,n\nv01,{number}\n")
    with pytest.raises(CareevalError, match=f"flow.csv: it holds {kind}"):
        check_leaks(tmp_path, set())


@pytest.mark.parametrize(
    "number", ["0.13812345678", "113812345678", "110105194912310021", "12812345678", "127.0.0.1", "3.11.2", "300.1.1.1"]
)
def test_a_number_that_only_looks_alike_is_let_by(number):
    assert numbers_of_people(number) == []


def test_the_digits_of_a_code_are_found_and_those_of_an_estimate_are_not(tmp_path):
    as_text(tmp_path / "a.csv", "n\n2023001\n")
    with pytest.raises(CareevalError, match="it names people"):
        check_leaks(tmp_path, {"2023001"})
    as_text(tmp_path / "a.csv", "n\n0.2023001\n")
    check_leaks(tmp_path, {"2023001"})


def test_who_ran_a_cell_is_scrubbed_from_a_notebook():
    cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["a"], "executionInfo": {"user": {"displayName": "Li"}}})
    made = scrubbed(nbformat.v4.new_notebook(cells=[cell]), {})
    assert made.cells[0].metadata == {"tags": ["a"]}
