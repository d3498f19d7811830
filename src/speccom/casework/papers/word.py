"""A paper as a Word document: real headings, lists and table headings, so that it can be heard and edited."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from speccom.casework.papers.paper import Grid, Paper, Paragraph, Part, Points

_LANGUAGE, _TYPEFACE = "en-GB", "Arial"
_LONGEST = 255
"""How long a property of a Word document may be."""


def as_word(paper: Paper) -> bytes:
    """Return the document; the same paper gives the same bytes."""
    made = docx.Document()
    _set_styles(made)
    _set_properties(made, paper)
    made.add_paragraph(paper.title, style="Title")
    if paper.mark:
        made.add_paragraph(style="Intense Quote").add_run(paper.mark)
    if paper.facts:
        _add_facts(made, paper.facts)
    for section in paper.sections:
        if section.heading:
            made.add_heading(section.heading, section.depth)
        for part in section.parts:
            _add_part(made, part)
    made.add_paragraph(paper.origin)
    _add_foot(made, paper)
    return _at_one_moment(made, paper.made)


def _add_part(made: Any, part: Part) -> None:
    match part:
        case Paragraph(text):
            made.add_paragraph(text)
        case Points(items):
            for item in items:
                made.add_paragraph(item, style="List Bullet")
        case Grid():
            _add_grid(made, part)


def _add_grid(made: Any, grid: Grid) -> None:
    caption = made.add_paragraph(grid.caption, style="Caption")
    caption.paragraph_format.keep_with_next = True
    table = made.add_table(rows=1, cols=len(grid.headings), style="Table Grid")
    _name(table, grid.caption)
    for cell, words in zip(table.rows[0].cells, grid.headings, strict=True):
        _write_bold(cell, words)
    heading = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(heading)
    for row in grid.rows:
        cells = table.add_row().cells
        _write_bold(cells[0], row[0])
        for cell, words in zip(cells[1:], row[1:], strict=True):
            cell.text = words
    made.add_paragraph()


def _add_facts(made: Any, facts: tuple[tuple[str, str], ...]) -> None:
    table = made.add_table(rows=0, cols=2, style="Table Grid")
    _name(table, "Facts")
    for name, value in facts:
        cells = table.add_row().cells
        _write_bold(cells[0], name)
        cells[1].text = value
    made.add_paragraph()


def _write_bold(cell: Any, words: str) -> None:
    cell.paragraphs[0].add_run(words).bold = True


def _name(table: Any, words: str) -> None:
    """Give a table the title that is read to those who cannot see it."""
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), words)
    table._tbl.tblPr.append(caption)


def _set_styles(made: Any) -> None:
    normal = made.styles["Normal"]
    normal.font.name, normal.font.size = _TYPEFACE, Pt(11)
    for name in ("Title", "Heading 1", "Heading 2", "Caption", "Intense Quote"):
        fonts = made.styles[name].element.get_or_add_rPr().get_or_add_rFonts()
        for each in list(fonts.attrib):
            del fonts.attrib[each]
        made.styles[name].font.name = _TYPEFACE
    for language in made.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LANGUAGE)


def _set_properties(made: Any, paper: Paper) -> None:
    about = made.core_properties
    about.title, about.author, about.language = paper.title[:_LONGEST], "speccom", _LANGUAGE
    about.identifier, about.version = paper.reference[:_LONGEST], paper.version[:_LONGEST]
    about.comments = paper.mark[:_LONGEST]
    about.last_modified_by, about.revision = "speccom", 1
    about.created = about.modified = paper.made.astimezone(UTC).replace(tzinfo=None)


def _add_foot(made: Any, paper: Paper) -> None:
    foot = made.sections[0].footer.paragraphs[0]
    foot.add_run(f"{paper.identity}\t\tPage ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)


def _at_one_moment(made: Any, moment: datetime) -> bytes:
    """Write the document with one time on all of its parts, in place of the time of writing."""
    first, out = io.BytesIO(), io.BytesIO()
    made.save(first)
    stamp = max(moment.astimezone(UTC).timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(first) as read, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name in read.namelist():
            written.writestr(zipfile.ZipInfo(name, stamp), read.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
