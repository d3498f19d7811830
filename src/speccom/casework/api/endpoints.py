"""The API as a whole: the endpoints of each subject, and how they say what goes wrong."""

from __future__ import annotations

from ninja import NinjaAPI

from speccom.casework.api import cases, documents, drafts, letters, meetings
from speccom.casework.api.refusals import ANSWERS

ROUTERS = (cases.router, documents.router, drafts.router, letters.router, meetings.router)

api = NinjaAPI(
    title="speccom",
    version="1",
    description="Cases and meetings. A token of a person's account acts with that person's roles.",
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)
for each in ROUTERS:
    api.add_router("", each)
for fault, answer in ANSWERS.items():
    api.add_exception_handler(fault, answer)
