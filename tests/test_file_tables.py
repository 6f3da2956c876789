"""What is published of files names no place and counts no few people."""

from types import SimpleNamespace

import pandas as pd

from careeval.measure.hiding.audit import audit
from careeval.measure.hiding.published import published_sums
from careeval.pipeline.file_tables import coded_paths


def test_a_path_has_the_code_of_a_place_and_no_count_of_answers():
    study = SimpleNamespace(units=[SimpleNamespace(unit="v04")], recodes={"village": {"上坝村": "v04", "是": "1"}})
    paths = pd.Series(["走访/上坝村/走访记录.csv", "31884_按序号_是_288_279.xlsx", "老人台账.csv"])
    assert coded_paths(study, paths).tolist() == ["走访/v04/走访记录.csv", "31884_按序号_是.xlsx", "老人台账.csv"]


def test_women_who_are_what_a_promise_to_all_elders_leaves_of_a_village_are_found_out():
    place = {"wave": "w2", "suppressed": False}
    flow = [
        {"site": "v04", "group": group, "arm": "", "step": "registered", "n": n} | place
        for group, n in (("all", 59), ("child", 29), ("elder", None), ("woman", None))
    ]
    told = {"plan": "p", "of": "commitment", "commitment": "e02", "group": "elder", "site": "v04", "n_high": 27}
    reach = [told | place | {"step": step, "n": 27} for step in ("eligible", "registered")]
    floors = {"child": 10, "elder": 5, "woman": 5, "all": 10}
    sums = published_sums({"flow": pd.DataFrame(flow), "cascade": pd.DataFrame(reach)}, floors, first="w1")
    assert ("flow", "w2", "v04", "woman|", "registered", "n") in audit(sums)["key"].tolist()
