"""What goes wrong, for programs: problem details as RFC 9457 has them, with the same findings as a page."""

from __future__ import annotations

from typing import Any

from django.http import JsonResponse


def problem_details(status: int, title: str, detail: str = "", **more: Any) -> JsonResponse:
    """Answer with a problem; `more` are members of its own, such as `findings`."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return JsonResponse(body, status=status, content_type="application/problem+json")
