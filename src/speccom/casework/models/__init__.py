"""What the database keeps of cases, a noun a file."""

from speccom.casework.models.case import CaseRow, CaseWord, Due, ReferenceNumber, Waiting
from speccom.casework.models.daily_message import DailyMessage
from speccom.casework.models.document import Document, DocumentVersion, HeldDocument, Withdrawal
from speccom.casework.models.ledger import LedgerEvent, LedgerTail, Receipt
from speccom.casework.models.meeting import AgendaItem, Attendance, Interest, Meeting, Membership
from speccom.casework.models.policy import PolicyVersion
from speccom.casework.models.submission import Answer, CaseKey, Draft, Submission

__all__ = [
    "AgendaItem",
    "Answer",
    "Attendance",
    "CaseKey",
    "CaseRow",
    "CaseWord",
    "DailyMessage",
    "Document",
    "DocumentVersion",
    "Draft",
    "Due",
    "HeldDocument",
    "Interest",
    "LedgerEvent",
    "LedgerTail",
    "Meeting",
    "Membership",
    "PolicyVersion",
    "Receipt",
    "ReferenceNumber",
    "Submission",
    "Waiting",
    "Withdrawal",
]
