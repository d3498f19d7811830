"""What all pages of a run share: its parts, its filters, and the addresses of the records behind figures."""

from __future__ import annotations

from collections.abc import Mapping

from speccom.analysis.run_folders import RunFolder
from speccom.analysis.run_reader import Figure, figures
from speccom.analysis.run_words import dataset_words, layer_words, line_title, provider_words
from speccom.analysis.selection import NO_LINE, UNKNOWN, Selection
from speccom.catalogue.programmes import programmes_in_use
from speccom.interface import formats
from speccom.interface.addresses import with_query
from speccom.interface.downloads import Format
from speccom.interface.filters import Filter, FilterPanel, make_filter, make_panel
from speccom.interface.frame import Crumb, Frame, Link
from speccom.interface.pages import address
from speccom.interface.tables import Download
from speccom.rulebook.identification import IdentificationRulebook

_PARTS = (
    ("run", "Result"),
    ("run-lines", "Services"),
    ("run-providers", "Providers"),
    ("run-faults", "Faults"),
    ("run-unseen", "What no rule can see"),
    ("run-agreement", "Official lines"),
    ("run-payers", "Who pays"),
    ("run-beside", "Beside another run"),
    ("run-manifest", "How it was made"),
)


def run_crumbs(run: RunFolder | None = None) -> tuple[Crumb, ...]:
    """Return the way to a run's page, or to one below it where the run is given."""
    crumbs = (Crumb("Home", address("home")), Crumb("Runs", address("runs")))
    if run is None:
        return crumbs
    title = run.manifest.title if run.sealed else run.id
    return (*crumbs, Crumb(title, address("run", run=run.id)))


def run_frame(run: RunFolder, part: str, title: str, asked: Mapping[str, str]) -> Frame:
    """Return the frame of one part of a run; the filters go along from part to part."""
    kept = Selection(
        **{name: asked.get(name) for name in ("dataset", "programme", "provider", "month")}
    ).as_query()
    parts = [
        Link(words, with_query(address(name, run=run.id), kept), current=name == part)
        for name, words in _PARTS
        if name != "run-agreement" or has_agreement(run)
    ]
    main = part == "run"
    return Frame(
        title,
        "Runs",
        run_crumbs(None if main else run),
        caption="" if main else run.manifest.title,
        around=tuple(parts),
    )


def has_agreement(run: RunFolder) -> bool:
    """Whether the run's activity held official lines to compare with."""
    return (run.path / "agreement.parquet").is_file()


def rows_address(run: RunFolder, selection: Selection, **changes: str | None) -> str:
    """Return the address of the records behind a figure."""
    return with_query(address("run-rows", run=run.id), selection.as_query(), **changes)


def run_filters(
    run: RunFolder, action: str, asked: Mapping[str, str], *, extra: tuple[str, ...] = ()
) -> FilterPanel:
    """Return the panel of filters of a run's page; ``extra`` adds "line", "fate" and "layer"."""
    rulebook = run.rulebook
    everything = Selection()
    filters = [
        make_filter(
            "dataset",
            "Kind of care",
            [(each, dataset_words(each)) for each in _values(figures(run, everything, "dataset"))],
            asked,
        ),
        make_filter(
            "programme",
            "Programme of care",
            _programmes(rulebook, asked.get("programme", "")),
            asked,
        ),
        make_filter(
            "provider",
            "Provider",
            [(each, provider_words(each)) for each in _values(figures(run, everything, "provider"))],
            asked,
        ),
        make_filter(
            "month",
            "Month",
            [
                (each, formats.month(each) if each != UNKNOWN else "Not known")
                for each in _values(figures(run, everything, "month"))
            ],
            asked,
        ),
    ]
    return make_panel(action, [*filters, *_more_filters(run, asked, extra)], asked, keep=_sorts(asked))


def table_downloads(run: RunFolder, table: str, asked: Mapping[str, str]) -> tuple[Download, ...]:
    """Return the links by which a table can be had as a file, filtered as it is shown."""
    return tuple(
        Download(
            f"Download as {kind.words}",
            with_query(address("run-file", run=run.id, table=table, ending=kind.value), asked, page=None),
        )
        for kind in Format
    )


def _programmes(rulebook: IdentificationRulebook, asked: str) -> list[tuple[str, str]]:
    """Return the large programmes, and a clinical area of one where the address asks for it."""
    choices = [(each.code, each.title) for each in programmes_in_use(rulebook)]
    if asked in rulebook.programmes and asked not in dict(choices):
        choices.append((asked, rulebook.programme_title(asked)))
    return choices


def _more_filters(run: RunFolder, asked: Mapping[str, str], extra: tuple[str, ...]) -> list[Filter]:
    made = []
    if "line" in extra:
        lines = sorted(
            (
                (line_title(run.rulebook, each.name), each.name or NO_LINE)
                for each in figures(run, Selection(), "service_line")
            ),
            key=lambda line: line[0].casefold(),
        )
        made.append(make_filter("line", "Service", [(code, title) for title, code in lines], asked))
    if "fate" in extra:
        fates = [
            ("labelled", "Specialised"),
            ("not_specialised", "Not specialised"),
            ("not_attended", "Not attended"),
        ]
        made.append(make_filter("fate", "What became of it", fates, asked))
    if "layer" in extra and asked.get("layer"):  # reached by a figure alone, and can be taken off here
        layers = [(each, layer_words(each)) for each in ("rules", "local", "provider", NO_LINE)]
        made.append(make_filter("layer", "What decided", layers, asked))
    return made


def _values(found: tuple[Figure, ...]) -> list[str]:
    return sorted(each.name if each.name is not None else UNKNOWN for each in found)


def _sorts(asked: Mapping[str, str]) -> list[str]:
    return [name for name in asked if name == "sort" or name.endswith("-sort")]
