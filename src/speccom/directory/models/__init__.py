"""What the directory keeps."""

from speccom.directory.models.change import RecordedChange
from speccom.directory.models.grant import Confirmation, Grant
from speccom.directory.models.identity import ProviderIdentity
from speccom.directory.models.organisation import Organisation, OrganisationDetails, Succession
from speccom.directory.models.person import Person
from speccom.directory.models.session import Session
from speccom.directory.models.token import Token

__all__ = [
    "Confirmation",
    "Grant",
    "Organisation",
    "OrganisationDetails",
    "Person",
    "ProviderIdentity",
    "RecordedChange",
    "Session",
    "Succession",
    "Token",
]
