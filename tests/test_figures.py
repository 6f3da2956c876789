"""Figures hold what a real study brings: long names, many promises and places, three arms, hidden numbers."""

import io

import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text
from PIL import Image

from careeval.present import figures, flow_figure, site_figures, support_figures
from careeval.present.distributions import densities
from careeval.present.style import DOTS_PER_INCH, WIDTH_INCHES, drawn_png, letters, wrapped

LONG = {
    "zh": "辅导员每月走访每名留守儿童两次，填写走访记录，发现问题三日内报告村委会并联系父母",
    "en": "A counsellor visits each left-behind child twice a month, fills in a visit record and reports within three days",
}
NAME = {"zh": "老人的生活满意度与孤独感", "en": "Elders' satisfaction with life and loneliness"}
ARMS = {"zh": ["小班教学组", "普通班加助教组", "普通班对照组"], "en": ["small class", "regular with aide", "regular"]}


def delivery(lang, promises=14):
    keys = {f"key_{name}": name for name in ("value", "unknown", "interval", "target", "previous")}
    row = {"name": LONG[lang], "value": 0.4, "low": 0.35, "high": 0.6, "target": 1.0, "previous": 0.5, "unknown": 0.2}
    row |= {"n": "12,345/23,456", "x_title": "%", **keys}
    return pd.DataFrame([row | {"value": number / promises / 2} for number in range(promises)])


def sites(lang, count=24):
    rows = [
        {"panel": f"{NAME[lang]} {panel}", "x_title": "分", "arm": arm, "row": row, "whole": whole, "n": n}
        | {"value": value, "worthwhile": 2.0}
        for panel in range(3)
        for number, arm in enumerate(ARMS[lang])
        for row, whole, n, value in [
            (arm, True, "1,234", 1.5 - number),
            *((f"{arm[:2]}{site:02}", False, str(20 + site), site % 7 - 3 - number) for site in range(count // 3)),
            (f"{arm[:2]}99", False, "*", float("nan")),
        ]
    ]
    return pd.DataFrame(rows)


def flow(lang):
    texts = [LONG[lang], "*", NAME[lang], f"{NAME[lang]} 12\n{LONG[lang]}", NAME[lang], "", f"{NAME[lang]}\n1,234"]
    rows = [
        {"column": arm, "level": level, "kind": "note" if level % 2 else "box", "text": text}
        for arm in ARMS[lang]
        for level, text in enumerate(texts)
    ]
    return pd.DataFrame(rows)


def cascade(lang):
    steps = [("一", 146.0, False), ("二", float("nan"), False), ("三", 90.0, True)]
    rows = [
        {"panel": f"{LONG[lang]} {panel}", "step": step, "n": n, "largest_loss": loss}
        for panel in range(6)
        for step, n, loss in steps
    ]
    return pd.DataFrame(rows)


def effects(lang):
    row = {"value": 0.2, "low": 0.1, "high": 0.3, "n": "n = 5,967", "worthwhile": 0.1, "x_title": "g"}
    return pd.DataFrame([row | {"name": f"{NAME[lang]}\n{ARMS[lang][1]} − {ARMS[lang][2]}"} for _ in range(12)])


def shapes(lang):
    rows = [
        {"panel": f"{NAME[lang]}\n{wave}", "arm": arm, "value": (17 * number + 7 * shift) % 61, "low": 0, "high": 100}
        for wave in ("2024", "2025")
        for shift, arm in enumerate(ARMS[lang])
        for number in range(40)
    ]
    return pd.DataFrame(rows).assign(x_title="分")


DRAWN = {
    "delivery": (support_figures.delivery_bars, delivery),
    "cascade": (support_figures.cascade_bars, cascade),
    "shapes": (densities, shapes),
    "sites": (site_figures.site_changes, sites),
    "effects": (figures.forest, effects),
    "flow": (flow_figure.flow_boxes, flow),
}


def texts_of(figure):
    """(text, its box in pixels) of everything written on a figure."""
    canvas = FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    renderer = canvas.get_renderer()
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip()]
    axes = [axis for one in figure.axes for axis in (one.xaxis, one.yaxis)]
    ticks = [tick for axis in axes for tick in axis.get_major_ticks()]
    unseen = {tick.label1 for tick in ticks if not is_seen(tick)}
    found = [text for text in found if text not in unseen]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found]


def is_seen(tick):
    """Whether a tick lies within its axis: matplotlib keeps a few that it does not draw."""
    low, high = sorted(tick.axes.get_xlim() if tick.__class__.__name__ == "XTick" else tick.axes.get_ylim())
    return low <= tick.get_loc() <= high


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_is_as_wide_as_the_page_small_as_a_file_and_the_same_every_time(name):
    draw, frame = DRAWN[name]
    png = drawn_png(draw, frame("zh"))
    assert Image.open(io.BytesIO(png)).width == int(WIDTH_INCHES * DOTS_PER_INCH)
    assert len(png) < 500_000
    assert drawn_png(draw, frame("zh")) == png


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_is_cut_off_at_the_edge_or_lies_on_another(name, lang):
    draw, frame = DRAWN[name]
    figure = draw(frame(lang))
    told, page = texts_of(figure), figure.bbox
    assert [text for text, box in told if box.x0 < -1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1] == []
    pairs = [(a, b) for place, (a, one) in enumerate(told) for b, other in told[place + 1 :] if lie_on(one, other)]
    assert pairs == []


def lie_on(one, other):
    """Whether two boxes share more than two pixels in each direction."""
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 2 and high > 2


@pytest.mark.parametrize("name", ["sites", "shapes"])
def test_arms_differ_by_more_than_colour(name):
    draw, frame = DRAWN[name]
    lines = [
        line for line in draw(frame("en")).axes[0].lines if line.get_label() in ARMS["en"] or len(line.get_xdata()) == 1
    ]
    kinds = {(line.get_linestyle(), line.get_marker(), line.get_markerfacecolor() == "white") for line in lines}
    assert len(kinds) == 3


def test_a_hidden_number_is_a_star_and_has_no_bar():
    axes = support_figures.cascade_bars(cascade("en")).axes[0]
    assert "*" in [text.get_text() for text in axes.texts]
    assert len(axes.patches) == 2


@pytest.mark.parametrize(
    ("name", "width", "lines"),
    [
        ("each child gets two home visits a month", 34, ["each child gets two", "home visits a month"]),
        ("辅导员每月走访每名儿童两次，填写走访记录", 34, ["辅导员每月走访每名儿童两次，", "填写走访记录"]),
        ("2024年秋季学期在册 143 人", 40, ["2024年秋季学期在册 143 人"]),
        ("开放日（周一至周五）、读书", 22, ["开放日（周一至", "周五）、读书"]),
        ("", 10, [""]),
    ],
)
def test_a_long_name_is_broken_evenly_and_no_line_begins_with_a_comma(name, width, lines):
    assert wrapped(name, width).split("\n") == lines
    assert all(letters(line) <= width for line in lines)
