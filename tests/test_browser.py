"""In a browser: what a reader does with the report, and the notebooks in JupyterLab."""

import csv
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pandas as pd
import psutil
import pytest

from careeval.present.blocks import Column, Heading, Table
from careeval.publish.html import write_html
from careeval.publish.meta import ReportMeta

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
VALUES = [1200, None, 85, "*", -3.5, 85.2]
VILLAGES = ["村10", "村2", "村1", "村4", "村5", "村6"]


@pytest.fixture(scope="module")
def browser():
    """A browser that shows nothing; without one the tests are skipped, and conftest says so at the end in capitals."""
    api = pytest.importorskip("playwright.sync_api", reason="no browser: the package playwright is not installed")
    with api.sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        path = next(filter(None, map(shutil.which, NAMES)), str(own) if own.is_file() else None)
        if path is None:
            pytest.skip(f"no browser: none of {', '.join(NAMES)} is on PATH")
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def look(browser):
    """A function that opens a file and gives its page; `page.told` collects its requests and what its console says."""
    contexts = []

    def opened(path, viewport=DESK, **options):
        contexts.append(browser.new_context(viewport=viewport, reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.told = []
        page.on("request", lambda request: page.told.append(request.url.partition(":")[0]))
        page.on("console", lambda message: page.told.append(message.text))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def small_page(tmp_path_factory):
    """A page with one table whose order can be told by hand."""
    frame = pd.DataFrame({"village": VILLAGES, "value": pd.Series(VALUES, dtype=object)})
    columns = (Column("village", "村"), Column("value", "数值", "number1"))
    blocks = [Heading("s.title", "s", "村", 1), Table("s.values", "s", "各村/数值", frame, columns)]
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_html(blocks, path, meta=ReportMeta("报告", "", "zh", True))
    return path


@pytest.fixture(scope="module")
def report(demo_report):
    return demo_report / "report.html"


def column(page, number):
    return page.locator(f"tbody td:nth-child({number})").all_text_contents()


def order(page, number):
    return page.locator(f"thead th:nth-child({number})").get_attribute("aria-sort")


def test_the_report_loads_nothing_and_complains_of_nothing(look, report):
    page = look(report)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert set(page.told) <= {"file", "data"} and page.told.count("file") == 1


def test_the_policy_of_the_page_stops_whatever_else_would_be_loaded(look, small_page):
    page = look(small_page)
    loaded = "address => new Promise(done => Object.assign(new Image(), {onload: done, onerror: () => done('stopped')}).src = address)"
    assert page.evaluate(loaded, "file:///favicon.png") == "stopped"
    assert any("Content Security Policy" in told for told in page.told)


def test_a_link_of_the_contents_goes_there_and_is_marked(look, report):
    page = look(report)
    link = page.locator("nav a").nth(7)
    link.click()
    page.wait_for_function("link => link.getAttribute('aria-current') === 'location'", arg=link.element_handle())
    assert page.locator("[aria-current]").count() == 1
    top = page.locator(f"[id='{link.get_attribute('href')[1:]}']").bounding_box()["y"]
    assert 0 < top < 120


def test_the_mark_follows_the_reader(look, report):
    page = look(report)
    assert page.locator("[aria-current]").count() == 0
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("nav li:last-child [aria-current]").wait_for()


def test_a_column_is_sorted_as_numbers_up_down_and_back_with_hidden_and_missing_last(look, small_page):
    page = look(small_page)
    head = page.get_by_role("button", name="数值", exact=True)
    head.click()
    assert (column(page, 2), order(page, 2)) == (["−3.5", "85.0", "85.2", "1,200.0", "*", "—"], "ascending")
    head.press("Enter")
    assert (column(page, 2), order(page, 2)) == (["1,200.0", "85.2", "85.0", "−3.5", "*", "—"], "descending")
    head.press("Space")
    assert (column(page, 1), order(page, 2)) == (VILLAGES, None)


def test_words_are_sorted_as_words_and_the_numbers_in_them_as_numbers(look, small_page):
    page = look(small_page)
    page.get_by_role("button", name="村", exact=True).click()
    assert column(page, 1) == ["村1", "村2", "村4", "村5", "村6", "村10"]
    assert (order(page, 1), order(page, 2)) == ("ascending", None)


def test_a_downloaded_table_holds_the_cells_as_they_stand_for_a_spreadsheet(look, small_page):
    page = look(small_page)
    page.get_by_role("button", name="村", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="下载表格 表 1　各村/数值").click()
    assert download.value.suggested_filename == "表 1 各村 数值.csv"
    written = Path(download.value.path()).read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(written.decode("utf-8-sig").splitlines()))
    numbers = ["85.0", "—", "*", "-3.5", "85.2", "1,200.0"]
    assert rows == [
        ["村", "数值"],
        *map(list, zip(sorted(VILLAGES, key=lambda one: int(one[1:])), numbers, strict=True)),
    ]


def test_every_table_and_figure_of_the_report_can_be_downloaded(look, report):
    page = look(report)
    kinds = page.locator("main table").count(), page.locator("main figure").count()
    assert kinds == (page.locator(".table + .tool").count(), page.locator("figure > .tool").count()) and min(kinds) > 3
    with page.expect_download() as download:
        page.locator("figure > .tool").first.click()
    assert Path(download.value.path()).read_bytes().startswith(b"\x89PNG")


def test_paper_shows_no_controls(look, report):
    page = look(report)
    page.emulate_media(media="print")
    controls = page.locator("nav, .skip, .tool")
    assert controls.count() > 10
    assert [one for one in controls.all() if one.is_visible()] == []
    assert page.locator("thead .sort").first.evaluate("one => getComputedStyle(one).display") == "contents"


def test_on_a_phone_the_page_never_moves_sideways_and_wide_tables_move_in_their_box(look, report):
    page = look(report, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    wide = page.locator(".table[tabindex='0'][role=region][aria-label]")
    assert wide.count() > 3
    assert wide.first.evaluate("box => { box.scrollLeft = 50; return box.scrollLeft }") > 0


def test_on_a_phone_the_contents_are_a_menu(look, report):
    page = look(report, PHONE)
    link = page.locator("nav a").nth(7)
    assert not link.is_visible()
    page.locator("summary").click()
    link.click()
    assert not link.is_visible()
    page.wait_for_function("text => document.querySelector('.here').textContent === text", arg=link.text_content())
    page.locator("summary").click()
    page.keyboard.press("Escape")
    assert not link.is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_the_keyboard_reaches_the_skip_link_the_contents_and_the_first_table(look, report):
    page = look(report)
    reached = []
    while not reached or reached[-1] != "sort":
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.className || document.activeElement.tagName"))
        assert len(reached) < 200
    assert reached[:3] == ["skip", "SUMMARY", "A"]
    page.keyboard.press("Enter")
    assert page.locator("[aria-sort=ascending]").count() == 1


def test_without_scripts_the_page_says_the_same(look, report):
    page = look(report, PHONE, java_script_enabled=False)
    assert page.locator("nav a").last.is_visible()
    assert page.locator("button").count() == 0


@pytest.fixture
def lab(demo_report, demo, tmp_path):
    """The address of JupyterLab as `careeval lab` opens it on the demo, stopped afterwards with all that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token, home = secrets.token_hex(), tmp_path / "jupyter"
    options = ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    own = {"JUPYTER_CONFIG_DIR": str(home), "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces")}
    command = [sys.executable, "-m", "careeval", "lab", str(demo), "--", *options]
    log = tmp_path / "lab.log"
    with log.open("w", encoding="utf-8") as written:
        server = subprocess.Popen(command, env={**os.environ, **own}, stdout=written, stderr=subprocess.STDOUT)
        address, asked = f"http://127.0.0.1:{port}", {"Authorization": f"token {token}"}
        try:
            for _ in range(150):
                if server.poll() is not None or _answers(f"{address}/api"):
                    break
                time.sleep(0.2)
            yield f"{address}/lab/tree/00_start_here.ipynb?token={token}"
        finally:
            started = psutil.Process(server.pid).children(recursive=True)
            stop = urllib.request.Request(f"{address}/api/shutdown", b"", asked, method="POST")
            assert _answers(stop), log.read_text(encoding="utf-8")
            server.wait(30)
            left = psutil.wait_procs(started, 10)[1]
            for process in left:
                process.kill()
            assert left == []


def _answers(request):
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except OSError:
        return False


def test_the_first_notebook_runs_in_jupyterlab(browser, lab, demo):
    page = browser.new_page(viewport=DESK)
    page.goto(lab)
    # before its kernel is there, JupyterLab asks which one is meant
    page.get_by_text("Python 3 | Idle").wait_for(timeout=60000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("[data-command='runmenu:run-all']").click()
    path = demo / "derived" / "notebooks" / "00_start_here.ipynb"
    for _ in range(90):
        page.keyboard.press("Control+s")
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        if cells[-1].outputs:
            break
        page.wait_for_timeout(1000)
    page.close()
    shown = [output.output_type for cell in cells for output in cell.outputs]
    assert [bool(cell.outputs) for cell in cells[2:]] == [True] * len(cells[2:]) and len(cells) > 4
    assert "error" not in shown
