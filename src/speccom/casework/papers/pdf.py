"""A paper as an accessible PDF (PDF/UA-1), made by Typst from typefaces that come with it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from importlib.resources import files

import typst

from speccom.casework.papers.paper import Paper
from speccom.problem import Problem

_NO_LETTER = re.compile(r'the text `"(.+?)"` could not be displayed')


def as_pdf(paper: Paper) -> bytes:
    """Return the PDF; the same paper gives the same bytes.

    Raises Problem for letters that no typeface here has.
    """
    try:
        return typst.compile(
            files(__package__).joinpath("paper.typ").read_bytes(),
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(_as_data(paper), ensure_ascii=False)},
            timestamp=int(paper.made.timestamp()),
        )
    except typst.TypstError as error:
        unknown = dict.fromkeys(_NO_LETTER.findall(error.diagnostic))
        if not unknown:
            raise
        raise Problem(
            f"the PDF's typefaces have no letters for {', '.join(f'“{each}”' for each in unknown)}",
            where=paper.title,
            mend="Use the Word document, which is shown with the typefaces of the reader's own machine",
        ) from None


def _as_data(paper: Paper) -> dict[str, object]:
    return {
        "title": paper.title,
        "mark": paper.mark,
        "identity": paper.identity,
        "origin": paper.origin,
        "facts": paper.facts,
        "sections": [
            {
                "heading": section.heading,
                "depth": section.depth,
                "parts": [{"kind": part.kind, **asdict(part)} for part in section.parts],
            }
            for section in paper.sections
        ],
    }
