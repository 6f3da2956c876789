"""Blocks: what they show, and that they survive the way to the writers."""

import base64
import json
from itertools import pairwise

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure as Drawing

from careeval.errors import CareevalError
from careeval.present import style
from careeval.present.blocks import MIME, Column, Figure, Heading, Paragraph, Reference, Table, from_json, to_json

FRAME = pd.DataFrame(
    {
        "village": ["李家村", "<b>"],
        "n": pd.array([12, None], dtype="Int64"),
        "share": ["*", 0.125],
        "asked": pd.to_datetime(["2024-09-01", None]),
        "hidden": [3, 4],
    }
)
COLUMNS = (
    Column("village", "村"),
    Column("n", "人数", "count"),
    Column("share", "比例", "percent1"),
    Column("asked", "日期", "date"),
)
TABLE = Table("data.villages", "data", "各村", FRAME, COLUMNS, ("* 人数过少",))
CELLS = [["李家村", "12", "*", "2024-09-01"], ["<b>", "—", "12.5%", "—"]]


def one_bar(title):
    def draw(frame):
        drawing = Drawing(figsize=(2, 1))
        axes = drawing.subplots()
        axes.bar([0], [-1])
        axes.set_title(title)
        return drawing

    return draw


FIGURE = Figure("data.bar", "data", "一根柱", "一根向下的柱", FRAME, one_bar("负一 −1"))


def test_a_table_prints_its_columns_in_their_formats():
    assert TABLE.cells() == CELLS
    assert [column.align for column in COLUMNS] == ["left", "right", "right", "left"]


def test_an_empty_table_has_no_rows():
    assert Table("a", "a", "", FRAME.iloc[:0], COLUMNS).cells() == []


def test_a_table_survives_json_and_its_hidden_column_stays_behind():
    text = json.dumps(to_json(TABLE), allow_nan=False)
    back = from_json(json.loads(text))
    assert back.cells() == CELLS
    assert list(back.frame) == ["village", "n", "share", "asked"]
    assert back.html() == TABLE.html()
    assert "hidden" not in text


def test_values_travel_unrounded_and_missing_is_null():
    data = to_json(TABLE)
    assert data["values"] == [["李家村", 12, "*", "2024-09-01"], ["<b>", None, 0.125, None]]


@pytest.mark.parametrize(
    "block",
    [
        Heading("data.title", "data", "数据", 1),
        Paragraph("data.n", "data", "12 人", (Reference("flow", "v1", "n", 12, "12"),), "note"),
        Paragraph("data.g", "data", "0.5", (Reference("estimates", "a", "g", 0.5, "0.50"),)),
    ],
)
def test_a_heading_and_a_paragraph_survive_json(block):
    assert from_json(json.loads(json.dumps(to_json(block)))) == block


def test_numpy_values_of_a_reference_become_plain():
    sent = Paragraph("a", "a", "12", (Reference("t", "r", "n", np.int64(12), "12"),))
    assert json.loads(json.dumps(to_json(sent)))["references"][0]["value"] == 12


def test_an_unknown_kind_is_refused_with_the_allowed_ones():
    with pytest.raises(CareevalError, match=r"block, a: the kind is 'map'\. Allowed: 'heading', .*'figure'"):
        from_json({"block": "map", "id": "a"})


def test_a_figure_travels_as_json_beside_its_picture():
    bundle = FIGURE._repr_mimebundle_()
    png = base64.b64decode(bundle["image/png"])
    assert "png" not in bundle[MIME]
    back = from_json(bundle[MIME], png)
    assert (back.caption, back.alt, back.image()) == ("一根柱", "一根向下的柱", png)


def test_a_notebook_shows_a_three_line_table_and_no_hidden_column():
    bundle = TABLE._repr_mimebundle_()
    assert "<caption>各村</caption>" in bundle["text/html"]
    assert "&lt;b&gt;" in bundle["text/html"]
    assert bundle["text/plain"] == "各村"


def test_a_figure_says_what_it_shows():
    assert 'alt="一根向下的柱"' in FIGURE.html()
    assert FIGURE.html().index("<img") < FIGURE.html().index("<figcaption>一根柱")


def test_an_empty_line_starts_a_new_paragraph():
    assert Paragraph("a", "a", "one\n\ntwo").html() == "<p>one</p><p>two</p>"


def test_a_picture_has_the_same_bytes_twice_and_no_name_of_a_program():
    assert FIGURE.image() == FIGURE.image()
    assert b"Software" not in FIGURE.image()


def test_a_character_without_a_glyph_is_an_error_and_not_a_box():
    with pytest.raises(CareevalError, match=r"a character has no glyph .*CJK.* pylopdf-fonts-zh-cn"):
        style.drawn_png(one_bar("\U00030edd"), FRAME)


def test_figures_use_the_vendored_font_in_both_weights():
    with style.figure_style():
        family = matplotlib.rcParams["font.family"][0]
    for weight, name in (("normal", "NotoSansSC-Regular-gb.otf"), ("bold", "NotoSansSC-Bold-gb.ttf")):
        chosen = matplotlib.font_manager.FontProperties(family=family, weight=weight)
        assert matplotlib.font_manager.findfont(chosen).endswith(name)


def test_the_style_leaves_the_users_own_settings_alone():
    before = dict(matplotlib.rcParams)
    with style.figure_style():
        pass
    assert dict(matplotlib.rcParams) == before


def test_neighbouring_colours_differ_in_grey():
    grey = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(to_rgb, style.PALETTE)]
    assert all(later - earlier > 0.12 for earlier, later in pairwise(grey))
