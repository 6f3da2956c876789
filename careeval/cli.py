"""The command line: one function a command; everything heavy is imported when a command runs."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from careeval.errors import CareevalError

PROFILES = ", ".join(sorted(one.stem for one in (Path(__file__).parent / "library" / "profiles").glob("*.toml")))
WRONG = 2  # a mistake in a specification or a data file; nothing half-written

app = typer.Typer(
    help="From a term's files to a report on a care plan. Begin with:  careeval run demo",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
StudyName = Annotated[str, typer.Argument(help="A folder with study.toml, or a name under data/studies.")]
WaveName = Annotated[str, typer.Option(help="The wave's id; without it the newest one.", show_default=False)]


@app.command(epilog="Example:  careeval run demo --wave 2025-spring --lang en --format html,tables")
def run(
    study: StudyName,
    wave: WaveName = "",
    site: Annotated[str, typer.Option(help="One site; without it all sites together.", show_default=False)] = "",
    lang: Annotated[str, typer.Option(help="zh or en; without it the study's first.", show_default=False)] = "",
    formats: Annotated[str, typer.Option("--format", help="Documents, with commas between.")] = "html,docx,pdf,tables",
    profile: Annotated[str, typer.Option(help=f"What kind of report: {PROFILES}, or a .toml of your own.")] = "full",
    out: Annotated[Path | None, typer.Option(help="Instead of reports/STUDY/WAVE/SITE.", show_default=False)] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Notebooks at once; 0 = what this machine bears.")] = 0,
    force: Annotated[bool, typer.Option("--force", help="Make it again even if nothing has changed.")] = False,
    withdraw: Annotated[
        str,
        typer.Option(metavar="REASON", help="Why an earlier report, of which this one gives people away, is not out."),
    ] = "",
) -> None:
    """Make the wave's report: html, Word, tables and executed notebooks."""
    from careeval.run.progress import shown_progress
    from careeval.run.report import run_report

    kinds = [kind.strip() for kind in formats.split(",") if kind.strip()]
    with shown_progress() as progress:
        leaf = run_report(
            study,
            wave=wave,
            site=site,
            lang=lang,
            formats=kinds,
            profile=profile,
            out=out,
            jobs=jobs,
            force=force,
            withdraw=withdraw,
            progress=progress,
        )
    for record in sorted(leaf.glob("run*.json")):
        for notebook, lines in json.loads(record.read_text(encoding="utf-8")).get("warnings", {}).items():
            print(*(f"{notebook}: {line}" for line in lines), sep="\n", file=sys.stderr)
    print(leaf)


@app.command(epilog="Example:  careeval check demo --wave 2025-spring")
def check(study: StudyName, wave: WaveName = "") -> None:
    """Read every specification and raw file; list all problems (exit 2), or say what was read.

    Without --wave every wave that has files is checked.
    """
    from careeval.run.checking import check_study

    print(*check_study(study, wave=wave), sep="\n")


@app.command(epilog="Example:  careeval wave demo 2025-autumn --start 2025-09-01 --end 2026-01-16")
def wave(
    study: StudyName,
    name: Annotated[str, typer.Argument(metavar="WAVE", help="The new wave's id, such as 2025-autumn.")],
    start: Annotated[str, typer.Option(help="First day that its logs cover, as YYYY-MM-DD.")],
    end: Annotated[str, typer.Option(help="Last day that its logs cover.")],
) -> None:
    """Open the next wave: study.toml, the plan with what was decided, blank files, an empty raw folder.

    The plan comes from next_plan.toml in the study's folder, else from the last wave's report.
    """
    from careeval.run.next_wave import open_wave, read_day

    opened = open_wave(study, name, start=read_day("--start", start), end=read_day("--end", end))
    print(*opened.files, *(f"- {note}" for note in opened.notes), sep="\n")


@app.command(
    epilog="Example:  careeval new hope --plan 11-town-children-elders --start 2026-03-01 --sites 8 --comparison 4"
)
def new(
    study: Annotated[str, typer.Argument(help="The new study's name, or a path.")],
    plan: Annotated[str, typer.Option(help="A plan of the library (careeval plans lists them), or a .toml file.")],
    start: Annotated[str, typer.Option(help="First day of its first wave, as YYYY-MM-DD.")],
    sites: Annotated[int, typer.Option(help="How many villages, schools or communities.")],
    lang: Annotated[str, typer.Option(help="zh or en: the language of what people fill in.")] = "zh",
    end: Annotated[str, typer.Option(help="Last day; without it what the plan says.", show_default=False)] = "",
    comparison: Annotated[int, typer.Option(help="So many of the sites have no plan.")] = 0,
    people: Annotated[int | None, typer.Option(help="People expected in each group.", show_default=False)] = None,
) -> None:
    """Begin a study from a plan of the library: every file it needs, and templates to fill."""
    from careeval.run.new_study import Asked, new_study
    from careeval.run.next_wave import read_day

    last = read_day("--end", end) if end else None
    asked = Asked(read_day("--start", start), last, sites, lang, comparison, people)
    folder, files, notes = new_study(study, plan, asked)
    print(folder, *(f"  {name}" for name in files), *(f"- {note}" for note in notes), sep="\n")


@app.command(epilog="Example:  careeval templates hope")
def templates(study: StudyName, wave: WaveName = "") -> None:
    """Write the templates of a wave again, after units.csv or a plan was changed; files that are there stay."""
    from careeval.run.new_study import write_templates

    print(*write_templates(study, wave=wave), sep="\n")


@app.command(epilog="Examples:  careeval plans        careeval plans 11-town-children-elders --lang en")
def plans(
    name: Annotated[str, typer.Argument(help="Show this one.", show_default=False)] = "",
    lang: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """List the care plans of the library; with an id, show one: promises in words, open questions, notes."""
    from careeval.run.plan_shelf import plan_card, plan_list

    print(*(plan_card(name, lang) if name else plan_list(lang)), sep="\n")


@app.command("map", epilog="Example:  careeval map demo 318843001_按序号_儿童问卷_288_279.xlsx --wave 2025-spring")
def map_columns(
    study: StudyName,
    file: Annotated[str, typer.Argument(help="A file of the wave's raw folder, or a path.")],
    wave: Annotated[str, typer.Option(help="The wave whose file it is.")],
    write: Annotated[bool, typer.Option("--write", help="Add the complete rows to columns.csv.")] = False,
) -> None:
    """Propose rows of columns.csv for a file, each with a confidence and a reason; writes nothing without --write."""
    from careeval.run.proposal import propose

    print(*propose(study, file, wave=wave, write=write), sep="\n")


@app.command(
    epilog="Examples:  careeval lab        careeval lab demo        careeval lab demo -- --no-browser --port 9999",
)
def lab(
    study: Annotated[str, typer.Argument(help="Work on this study's own copies.", show_default=False)] = "",
    options: Annotated[list[str] | None, typer.Argument(help="For jupyter lab, after --.", show_default=False)] = None,
) -> None:
    """Open the notebooks in JupyterLab; with STUDY, copies of them in its derived/ folder, set to that study."""
    from careeval.run.lab import open_lab, study_copies
    from careeval.run.report import ready_raw
    from careeval.specs.home import root
    from careeval.specs.study import open_study

    options = [*([study] if study.startswith("-") else []), *(options or [])]
    folder = root() / "notebooks"
    if study and not study.startswith("-"):
        opened = open_study(study)
        ready_raw(opened)
        folder = study_copies(opened)
        print(f"The notebooks of {opened.id} are in {folder}; copies that were there already are left as they are.")
    raise typer.Exit(open_lab(folder, options))


@app.command(epilog="Examples:  careeval instruments        careeval instruments who5")
def instruments(
    name: Annotated[str, typer.Argument(help="Show this one.", show_default=False)] = "",
) -> None:
    """List the instruments of the library; with an id, show one: scores, bands, sources, traps."""
    from careeval.run.shelf import instrument_card, instrument_list

    print(*(instrument_card(name) if name else instrument_list()), sep="\n")


def main() -> None:
    """Run a command and leave with its exit code: 0 done, 1 a notebook failed, 2 a specification or data error."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # a Windows console may still be in a code page
    try:
        app(prog_name="careeval")
    except CareevalError as error:
        print(told(error), file=sys.stderr)
        sys.exit(getattr(error, "exit_code", WRONG))


def told(error: CareevalError) -> str:
    """All problems, numbered, one a line."""
    problems = [str(problem).removeprefix(": ") for problem in error.problems]
    first = "1 problem:" if len(problems) == 1 else f"{len(problems)} problems:"
    return "\n".join([first, *(f"{number:>3}. {problem}" for number, problem in enumerate(problems, start=1))])
