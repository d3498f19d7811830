"""The addresses of the register of policies."""

from speccom.casework.policies import views
from speccom.interface.pages import Audience, Page

PAGES = (
    Page("policies", "policies", views.policies, Audience.EVERYONE),
    Page("policy", "policies/<path:identifier>", views.policy, Audience.EVERYONE),
)
