"""Word and Excel files: what they are by their own list of contents, and whether they only are to be read."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from speccom.casework.documents.archive import ZIP_SIGN, Entry, unpacked
from speccom.casework.documents.kinds import TAKEN, DocumentKind
from speccom.casework.documents.limits import Limits
from speccom.casework.documents.refusal import NotTaken, active, damaged, two_in_one
from speccom.casework.documents.xml_part import BrokenXml, OnElement, OnText, UnsafeXml, read_xml

OLE_SIGN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTENT_TYPES = "[Content_Types].xml"

_MAIN_PARTS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": DocumentKind.WORD,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": DocumentKind.EXCEL,
}
_OTHER_MAIN_PARTS = (
    ("macroenabled", "with macros"),
    ("template.main+xml", "made as a template"),
    ("presentationml", "of slides"),
)
_MACROS = re.compile(r"vba|macrosheet|activex|dialogsheet|attachedtoolbars", re.IGNORECASE)
_ACTIVE_INSIDE = (
    "oleobject",
    "control",
    "externallink",
    "connections",
    "afchunk",
    "subdocument",
    "frame",
    "webextension",
    "webextensiontaskpanes",
)
_SAFE_LINK = re.compile(r"(?i)(https?|mailto|tel):|#")
_FIELD_THAT_ACTS = re.compile(r"(?i)\bDDE(AUTO)?\b")
_FORMULAS = ("f", "definedName", "formula", "formula1", "formula2")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'!")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_ARCHIVES = (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_XML_ENDINGS = (".xml", ".rels")
_DEEPEST = 1


def check_office(content: bytes, limits: Limits, depth: int = 0) -> DocumentKind:
    """Return whether this is a Word document or a workbook. Raises NotTaken for what else it is, or does."""
    parts = list(unpacked(content, "a Word or Excel file" if depth == 0 else "a file inside of it", limits))
    kind, types = _kind_of({part.name: part for part in parts})
    for part in parts:
        _check_part(part, kind, types, limits, depth)
    return kind


def _kind_of(parts: Mapping[str, Entry]) -> tuple[DocumentKind, Mapping[str, str]]:
    if CONTENT_TYPES not in parts or "_rels/.rels" not in parts:
        raise NotTaken(
            "This is a zip archive",
            why=f"The documents of a case are read one by one; archives are not taken, only {TAKEN}",
            mend="Unpack it and send each document by itself",
        )
    types: dict[str, str] = {}

    def declared(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Override":
            types[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "").lower()
        elif name == "Default":
            types[f"*.{attributes.get('Extension', '').lower()}"] = attributes.get("ContentType", "").lower()

    mains: list[str] = []

    def related(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/officeDocument"):
            mains.append(posixpath.normpath(attributes.get("Target", "").lstrip("/")))

    _read(parts[CONTENT_TYPES], declared)
    _read(parts["_rels/.rels"], related)
    if len(mains) != 1 or mains[0] not in parts:
        raise damaged("a Word or Excel file", "its main part is missing")
    main_type = types.get(mains[0], types.get("*.xml", ""))
    kind = _MAIN_PARTS.get(main_type)
    if kind is None:
        raise _other_kind(main_type)
    return kind, types


def _other_kind(main_type: str) -> NotTaken:
    found = next(
        (words for sign, words in _OTHER_MAIN_PARTS if sign in main_type), "of a kind that is not taken"
    )
    return NotTaken(
        f"This is an Office file {found}",
        why=f"A document of a case may only be read; {TAKEN} are taken",
        mend="Save it as an ordinary Word document (docx) or workbook (xlsx), or as a PDF",
    )


def _check_part(
    part: Entry, kind: DocumentKind, types: Mapping[str, str], limits: Limits, depth: int
) -> None:
    name = part.name.lower()
    ending = posixpath.splitext(name)[1]
    declared = types.get(part.name, types.get(f"*{ending}", ""))
    if _MACROS.search(name) or _MACROS.search(declared):
        raise active(
            kind.words, "macros or controls", "Save it without macros (as docx or xlsx), or as a PDF"
        )
    if part.content.startswith(OLE_SIGN) or part.content.startswith(_PROGRAMS):
        raise active(
            kind.words, f"an embedded object ({part.name})", "Paste it as a picture, or save as a PDF"
        )
    if part.content.startswith(_ARCHIVES):
        raise two_in_one(kind.words, f"an archive ({part.name})")
    if part.content.startswith(ZIP_SIGN):
        if "/embeddings/" not in f"/{name}" or depth >= _DEEPEST:
            raise two_in_one(kind.words, f"an archive ({part.name})")
        check_office(part.content, limits, depth + 1)
    elif ending in _XML_ENDINGS or declared.endswith(("+xml", "/xml")):
        _check_xml(part, kind)
    elif b"<!doctype" in (plain := part.content[:4096].replace(b"\0", b"").lower()) or b"<!entity" in plain:
        raise _unsafe(kind)


def _check_xml(part: Entry, kind: DocumentKind) -> None:
    instructions: list[str] = []
    relationships = part.name.lower().endswith(".rels")

    def element(name: str, attributes: Mapping[str, str]) -> None:
        if relationships and name == "Relationship":
            _check_relationship(attributes, kind)
        elif name == "fldSimple":
            instructions.extend(f" {value} " for value in attributes.values())
        elif name in ("ddeLink", "oleLink"):
            raise _linked(kind, "a link to another program")

    def text(name: str, words: str) -> None:
        if name == "instrText":
            instructions.append(words)
        elif name in _FORMULAS and kind is DocumentKind.EXCEL and "|" in _QUOTED.sub("", words):
            raise _linked(kind, "a formula that starts another program")

    _read(part, element, text, kind)
    if _FIELD_THAT_ACTS.search("".join(instructions)):
        raise _linked(kind, "a field that starts another program")


def _check_relationship(attributes: Mapping[str, str], kind: DocumentKind) -> None:
    type_, target = attributes.get("Type", ""), attributes.get("Target", "")
    last = type_.rpartition("/")[2].lower()
    if attributes.get("TargetMode", "").lower() == "external":
        if last == "hyperlink" and _SAFE_LINK.match(target.strip()):
            return
        if last == "attachedtemplate":
            raise active(
                kind.words,
                "a link to its template",
                "In Word, under Developer, Document Template, choose Normal and save; or save it as a PDF",
            )
        raise _linked(kind, "a link to a file outside of it")
    if last in _ACTIVE_INSIDE or _MACROS.search(last):
        raise _linked(kind, "embedded objects, data connections or links to other files")


def _linked(kind: DocumentKind, detail: str) -> NotTaken:
    return active(
        kind.words,
        detail,
        "Break its links and connections (paste values and pictures instead), or save it as a PDF",
    )


def _read(
    part: Entry, element: OnElement, text: OnText | None = None, kind: DocumentKind | None = None
) -> None:
    try:
        read_xml(part.content, element, text)
    except UnsafeXml:
        raise _unsafe(kind) from None
    except BrokenXml:
        raise damaged(
            kind.words if kind else "a Word or Excel file", f"its part {part.name} is not whole"
        ) from None


def _unsafe(kind: DocumentKind | None) -> NotTaken:
    return active(
        kind.words if kind else "a Word or Excel file",
        "XML with definitions of its own",
        "Open it in Word or Excel, save it again, and send the new file",
    )
