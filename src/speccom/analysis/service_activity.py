"""What the latest run found of one service: the part of its page that this room adds."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from speccom.analysis.run_charts import cost_bars, cost_columns
from speccom.analysis.run_folders import RunFolder, latest_run
from speccom.analysis.run_frame import rows_address
from speccom.analysis.run_page import Measured
from speccom.analysis.run_reader import Figure, total
from speccom.analysis.run_tables import SPECIALISED, figures_table
from speccom.analysis.run_words import records_and_cost
from speccom.analysis.selection import Selection
from speccom.catalogue.service_sections import Parameters, Section
from speccom.interface import formats
from speccom.interface.figures import KeyFigure
from speccom.interface.frame import Link
from speccom.interface.pages import address
from speccom.interface.tables import Download, first_rows
from speccom.problem import Problem
from speccom.rulebook.identification import IdentificationRulebook, Service

_SHOWN = 10


@dataclass(frozen=True)
class ServiceActivity:
    """Activity of a service in the latest run; ``problem`` says why there is none to show."""

    words: str
    run: Link | None
    figures: tuple[KeyFigure, ...]
    measured: tuple[Measured, ...]


def service_activity(rulebook: IdentificationRulebook, service: Service, asked: Parameters) -> Section | None:
    """Return the section; it says so where there is no run, or none of the service in it."""
    run = latest_run(settings.SPECCOM_HOME)
    try:
        content = _no_run() if run is None else _activity(run, service, asked)
    except Problem as problem:
        content = ServiceActivity(f"The latest run cannot be shown. {problem}", None, (), ())
    return Section("activity", "Activity and cost", "analysis/service_activity.jinja", content)


def _no_run() -> ServiceActivity:
    return ServiceActivity("No run has finished yet, so there is no activity to show.", None, (), ())


def _activity(run: RunFolder, service: Service, asked: Parameters) -> ServiceActivity:
    manifest = run.manifest
    link = Link(manifest.title, address("run", run=run.id))
    selection = Selection(line=service.code, fate=SPECIALISED)
    whole = total(run, selection)
    if not whole.records:
        return ServiceActivity(_none_found(run, service), link, (), ())
    path = address("service", code=service.code)
    providers = figures_table(
        run, "providers", selection, _sorting(asked), path, "Records and cost by provider"
    )
    months = figures_table(run, "months", selection, _sorting(asked), path, "Records and cost by month")
    everywhere = rows_address(run, selection)
    more = Download(f"See all {formats.number(len(providers.rows))} providers, and their records", everywhere)
    return ServiceActivity(
        words=(
            f"The latest run, by version {manifest.rulebook.version} of the rulebook, counts "
            f"{records_and_cost(run, whole)} under this service."
        ),
        run=link,
        figures=(
            KeyFigure(formats.number(whole.records), "records", everywhere),
            _cost_figure(run, whole, rows_address(run, selection, sort="-cost")),
            KeyFigure(formats.number(len(providers.rows)), "providers", "#providers"),
        ),
        measured=(
            Measured(cost_bars(providers, "providers", manifest), first_rows(providers, _SHOWN, more)),
            Measured(cost_columns(months, manifest), months),
        ),
    )


def _cost_figure(run: RunFolder, whole: Figure, href: str) -> KeyFigure:
    if not run.manifest.priced:
        return KeyFigure("None given", "cost", note="The activity has no prices")
    return KeyFigure(formats.money_in_words(whole.cost), "cost", href)


def _none_found(run: RunFolder, service: Service) -> str:
    if service.code in run.manifest.unseen_lines:
        return (
            "The latest run shows nothing of this service, and could not have: no rule of its rulebook "
            "looks for it. That says nothing about how much of it there was."
        )
    return "The latest run found no record of this service."


def _sorting(asked: Parameters) -> Parameters:
    return {name: value for name, value in asked.items() if name.endswith("-sort") or name == "rulebook"}
