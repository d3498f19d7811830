"""Addresses, made from the page registry and nothing else."""

from speccom.web.rooms import REGISTRY

urlpatterns = REGISTRY.patterns()
handler400 = "speccom.web.errors.bad_request"
handler403 = "speccom.web.errors.refused"
handler429 = "speccom.web.errors.asked_too_often"  # asked for by allauth
handler404 = "speccom.web.errors.not_found"
handler500 = "speccom.web.errors.failed"
