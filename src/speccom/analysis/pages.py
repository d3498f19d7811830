"""The addresses of runs, records and rulebooks."""

from django.urls import register_converter

from speccom.analysis import rulebook_views, run_start_views, views
from speccom.analysis.run_downloads import TableOfRecords
from speccom.analysis.start_form import START_RUNS
from speccom.directory.permission import SEE_RECORDS, SEE_RUNS
from speccom.interface.pages import POST, READ_AND_POST, Audience, Kind, Page

_ALL = Audience.EVERYONE
_RUN = "runs/<str:run>"
_RULEBOOK = "rulebooks/<str:rulebook>/<str:version>"

register_converter(TableOfRecords, "table_of_records")

PAGES = (
    Page("runs", "runs", views.runs, SEE_RUNS),
    Page("run-start", "runs/new", run_start_views.start_run, START_RUNS, methods=READ_AND_POST),
    Page("run", _RUN, views.run, SEE_RUNS),
    Page("run-stop", f"{_RUN}/stop", run_start_views.stop_run, START_RUNS, methods=POST),
    Page("run-resume", f"{_RUN}/resume", run_start_views.resume_run, START_RUNS, methods=POST),
    Page("run-payers", f"{_RUN}/payers", views.run_payers, SEE_RUNS),
    Page("run-assign", f"{_RUN}/payers/assign", run_start_views.assign_run, START_RUNS, methods=POST),
    Page("run-beside", f"{_RUN}/beside", views.run_beside, SEE_RUNS),
    Page("run-lines", f"{_RUN}/services", views.run_lines, SEE_RUNS),
    Page("run-providers", f"{_RUN}/providers", views.run_providers, SEE_RUNS),
    Page("run-faults", f"{_RUN}/faults", views.run_faults, SEE_RECORDS),
    Page("run-unseen", f"{_RUN}/unseen", views.run_unseen, SEE_RUNS),
    Page("run-agreement", f"{_RUN}/agreement", views.run_agreement, SEE_RUNS),
    Page("run-manifest", f"{_RUN}/manifest", views.run_manifest, SEE_RUNS),
    Page("run-rows", f"{_RUN}/rows", views.run_rows, SEE_RECORDS, about_records=True),
    Page("run-find", f"{_RUN}/find", views.run_find, SEE_RECORDS, about_records=True),
    Page("run-row", f"{_RUN}/rows/<int:row>", views.run_row, SEE_RECORDS, about_records=True),
    # Before the other tables, whose address would fit these too.
    Page(
        "run-record-file",
        f"{_RUN}/tables/<table_of_records:table>.<slug:ending>",
        views.run_file,
        SEE_RECORDS,
        Kind.DOWNLOAD,
        about_records=True,
    ),
    Page(
        "run-file",
        f"{_RUN}/tables/<slug:table>.<slug:ending>",
        views.run_file,
        SEE_RUNS,
        Kind.DOWNLOAD,
        about_records=True,
    ),
    Page("rulebooks", "rulebooks", rulebook_views.rulebooks, _ALL),
    Page("rulebook", _RULEBOOK, rulebook_views.rulebook, _ALL),
    Page("rulebook-codes", f"{_RULEBOOK}/codes/<str:codeset>", rulebook_views.codes, _ALL),
    Page("rulebook-comparison", f"{_RULEBOOK}/changes-from/<str:other>", rulebook_views.comparison, _ALL),
    Page("rulebook-sheet", f"{_RULEBOOK}/rulebook.xlsx", rulebook_views.sheet, _ALL, Kind.DOWNLOAD),
)
