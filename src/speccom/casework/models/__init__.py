"""What the database keeps of cases, a noun a file."""

from speccom.casework.models.case import CaseRow, Due, ReferenceNumber
from speccom.casework.models.ledger import LedgerEvent, LedgerTail, Receipt
from speccom.casework.models.submission import Answer, CaseKey, Draft, Submission

__all__ = [
    "Answer",
    "CaseKey",
    "CaseRow",
    "Draft",
    "Due",
    "LedgerEvent",
    "LedgerTail",
    "Receipt",
    "ReferenceNumber",
    "Submission",
]
