"""What a password may not be, beside short, common or like one's own name."""

from __future__ import annotations

from django.core.exceptions import ValidationError

_WORDS = ("speccom", "nationalhealth", "specialisedservice", "commissioning", "demonstration")


class NoHouseWords:
    """Refuses a password that is made of what everybody here would try first."""

    def validate(self, password: str, user: object = None) -> None:
        """Raise where little is left of the password without the house's words."""
        left = password.lower().replace(" ", "")
        for word in _WORDS:
            left = left.replace(word, "")
        if len(left) < len(password) // 2:
            raise ValidationError("The password is made of words that everybody here would try first.")

    def get_help_text(self) -> str:
        """Say what the rule is."""
        return "Do not make it of this product's name or of words that everybody here uses."
