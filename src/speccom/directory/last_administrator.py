"""There is always somebody who can give access: the last one cannot be taken away."""

from __future__ import annotations

from datetime import datetime

from speccom.directory.models import Grant, Person
from speccom.directory.permission import functions_of, grants_of, who_may
from speccom.problem import Problem

_FUNCTION = "administer_people"


def keep_an_administrator(*, person_without: Person, grant: Grant | None, at: datetime) -> None:
    """Raise Problem where nobody could give access without this grant of a person, or without the person."""
    gives = [each for each in grants_of(person_without, at) if _FUNCTION in functions_of(each.role)]
    left = [each for each in gives if grant is not None and each.grant != grant.pk]
    if not gives or left:
        return
    if all(each.pk == person_without.pk for each in who_may(_FUNCTION, at)):
        raise Problem(
            f"without {person_without.name} nobody could give access any more",
            mend="Give somebody else the role first",
        )
