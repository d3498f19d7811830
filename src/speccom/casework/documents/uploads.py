"""Files on their way in: held in memory, never on disk in the clear, and never more than may be taken."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from speccom.casework.documents.limits import limits_from


class WithinLimits(FileUploadHandler):
    """Takes a file into memory; of one that is too large it keeps nothing but its size."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin another file."""
        super().new_file(*args, **kwargs)
        self._limit = limits_from(settings.DOCUMENT_LIMITS).size
        self._content, self._seen = BytesIO(), 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep some more of the file, as long as it may still be taken."""
        self._seen += len(raw_data)
        if self._seen <= self._limit:
            self._content.write(raw_data)
        else:
            self._content = BytesIO()

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Return the file; its size is what came, also where its content was not kept."""
        self._content.seek(0)
        return InMemoryUploadedFile(
            self._content,
            self.field_name,
            self.file_name or "",
            self.content_type or "",
            self._seen,
            self.charset,
            self.content_type_extra,
        )
