"""The log: one JSON object a line, with its moment in UTC, and no line that somebody else could have made."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime


class OneLine(logging.Formatter):
    """Writes a record as one line of ASCII: what ends a line, or moves a cursor, is escaped within it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "from": record.name,
            "message": record.getMessage(),
            **getattr(record, "told", {}),
        }
        if record.exc_info:
            line["fault"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
