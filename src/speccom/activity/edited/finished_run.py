"""A run that is finished: its manifest, its own copy of the rulebook, and the activity that it read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from speccom.activity.layouts import load_layouts
from speccom.activity.prepare import PreparedFile, prepare
from speccom.activity.run_folder import MANIFEST
from speccom.problem import Problem
from speccom.rulebook import find
from speccom.rulebook.identification import IdentificationRulebook, load_identification

CANONICAL = "canonical"
IDENTIFICATION = "identification"


@dataclass(frozen=True)
class FinishedRun:
    """A sealed run of identification. `digest` is that of its manifest."""

    folder: Path
    manifest: Mapping[str, Any]
    digest: str

    @classmethod
    def open(cls, folder: Path) -> FinishedRun:
        """Open a run's folder. Raises Problem where it holds no finished identification."""
        try:
            text = (folder / MANIFEST).read_bytes()
            manifest = json.loads(text)
            kind = manifest.get("kind", IDENTIFICATION)
        except (OSError, ValueError, AttributeError) as error:
            raise Problem(
                "there is no finished run here",
                where=str(folder),
                mend="Name the folder that `speccom identify` left; a run that goes on has no manifest yet",
            ) from error
        if kind != IDENTIFICATION:
            raise Problem(
                f"this is a run of {kind}, and an edited rulebook is tried on an identification",
                where=str(folder),
                mend="Name the folder that `speccom identify` left",
            )
        return cls(folder, manifest, hashlib.sha256(text).hexdigest())

    @cached_property
    def rulebook(self) -> IdentificationRulebook:
        """The copy of the rulebook that the run keeps."""
        return load_identification(self.folder / "rulebook")

    def summary(self) -> pa.Table:
        """Return the run's totals by dataset, provider, month, line, layer and fate."""
        return self._table("summary")

    def prepared(self) -> tuple[PreparedFile, ...]:
        """Return the canonical files that the run read. Raises Problem where one is not as it was."""
        with TemporaryDirectory() as spare:
            return tuple(self._prepared(each, Path(spare)) for each in self.manifest["inputs"])

    def rows_left_out(self, files: tuple[PreparedFile, ...]) -> npt.NDArray[np.bool_] | None:
        """Mark the rows of the canonical files that the run left out as repeats; None where it left none."""
        whole = sum(file.rows for file in files)
        written = pq.ParquetFile(self._path("rows"))
        if written.metadata.num_rows == whole:
            return None
        starts = np.cumsum([0, *(file.rows for file in files)])
        left_out = np.ones(whole, dtype=np.bool_)
        for group in range(written.metadata.num_row_groups):
            table = written.read_row_group(group, columns=["file", "activity_row"])
            file, row = (table.column(name).to_numpy() for name in ("file", "activity_row"))
            left_out[starts[file] + row] = False
        return left_out

    def _prepared(self, facts: Mapping[str, Any], spare: Path) -> PreparedFile:
        path = self.folder / facts["prepared"]
        converted = path.is_relative_to(self.folder)
        layout = CANONICAL if converted else facts["layout"]
        file = prepare(path, layout=layout, dataset=facts["dataset"], folder=spare)
        if (
            file.path != path
            or file.rows != facts["kept"]
            or not (converted or file.digest == facts["sha256"])
        ):
            raise Problem(
                "this file is not as it was when the run read it",
                where=str(path),
                mend="Put it back as it was, or run the identification again",
            )
        not_attended = load_layouts(find.shelf())[facts["layout"]].not_attended
        return replace(file, layout=facts["layout"], not_attended=not_attended)

    def _table(self, name: str) -> pa.Table:
        return pq.read_table(self._path(name))

    def _path(self, name: str) -> Path:
        path = self.folder / f"{name}.parquet"
        if not path.is_file():
            raise Problem(
                "a file of this run is missing",
                where=str(path),
                mend="Put it back, or run the identification again",
            )
        return path
