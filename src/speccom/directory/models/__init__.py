"""What the directory keeps."""

from speccom.directory.models.change import RecordedChange
from speccom.directory.models.grant import Grant
from speccom.directory.models.organisation import Organisation, OrganisationDetails, Succession
from speccom.directory.models.person import Person

__all__ = ["Grant", "Organisation", "OrganisationDetails", "Person", "RecordedChange", "Succession"]
