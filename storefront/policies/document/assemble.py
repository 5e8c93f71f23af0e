"""One PDF out of the schedule and the clauses: pages, tags, outline and metadata.

WeasyPrint gives both as tagged PDF/A-3b. Here the clauses' pages follow the schedule's, each under
a head with the policy number, their tags join the one structure tree, and what is only furniture of
a page is marked as such, so that a screen reader does not read it on every page.
"""

import io
import re
from collections.abc import Iterator
from typing import cast

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, Page, Pdf

_MARKED = re.compile(rb"/\w+\s<</MCID (\d+)>>\sBDC")
_FURNITURE = b"/Artifact BMC"


def page_count(data: bytes) -> int:
    """How many pages a PDF has."""
    with Pdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def merge(schedule: bytes, clauses: bytes) -> bytes:
    """The schedule with the clauses behind it.

    The last pages of `schedule`, as many as there are pages of clauses, hold nothing but heads.
    The same input gives the same bytes.
    """
    with Pdf.open(io.BytesIO(schedule)) as policy, Pdf.open(io.BytesIO(clauses)) as appendix:
        _mark_furniture(policy)
        _mark_furniture(appendix)
        own_pages = len(policy.pages) - len(appendix.pages)
        heads = [_as_form(policy, page) for page in policy.pages[own_pages:]]
        _drop_pages(policy, own_pages)
        policy.pages.extend(appendix.pages)
        for number, head in enumerate(heads):
            _lay_over(policy.pages[own_pages + number], head, Name(f"/PolicyHead{number}"))
        _join_structure(policy, appendix, own_pages)
        _join_outline(policy, appendix, own_pages)
        merged = io.BytesIO()
        policy.save(
            merged,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        return merged.getvalue()


def _mark_furniture(pdf: Pdf) -> None:
    """Content that belongs to no element of the structure tree becomes an artifact."""
    known = {element.objgen for element in _elements(pdf.Root.StructTreeRoot)}
    for page, (_, owners) in zip(pdf.pages, _parents(pdf), strict=False):
        orphans = {number for number, owner in enumerate(owners) if owner.objgen not in known}

        def unmarked(mark: re.Match[bytes], orphans: set[int] = orphans) -> bytes:
            return _FURNITURE if int(mark[1]) in orphans else mark[0]

        page.Contents.write(_MARKED.sub(unmarked, page.Contents.read_bytes()))
        for number in orphans:
            owners[number] = None


def _elements(parent: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """All structure elements below one."""
    for child in parent.get("/K", Array()):
        if isinstance(child, Dictionary) and "/S" in child:
            yield child
            yield from _elements(child)


def _parents(pdf: Pdf) -> list[tuple[int, pikepdf.Object]]:
    """The parent tree: for each key the elements of a page's content, or the one of a link."""
    flat = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    return list(zip(map(int, flat[::2]), flat[1::2], strict=True))


def _as_form(pdf: Pdf, page: Page) -> pikepdf.Object:
    """A page's content as a form, to be drawn on another page."""
    return pdf.make_indirect(page.as_form_xobject())


def _drop_pages(pdf: Pdf, first: int) -> None:
    """Removes the pages from `first` on, and their elements from the structure tree."""
    root = pdf.Root.StructTreeRoot
    gone = {page.objgen for page in pdf.pages[first:]}
    document = root.K[0]
    document.K = Array([child for child in document.K if child.Pg.objgen not in gone])
    kept = [(key, owner) for key, owner in _parents(pdf) if not first <= key < first + len(gone)]
    root.ParentTree.Nums = Array([item for pair in kept for item in pair])
    del pdf.pages[first:]


def _lay_over(page: Page, head: pikepdf.Object, name: Name) -> None:
    page.add_resource(head, Name.XObject, name)  # the pages share one dictionary of resources
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q /Artifact BMC %s Do EMC Q" % bytes(name))


def _join_structure(pdf: Pdf, appendix: Pdf, first: int) -> None:
    """Hangs the structure tree of the appendix under the document's own."""
    root, document = pdf.Root.StructTreeRoot, pdf.Root.StructTreeRoot.K[0]
    part = pdf.copy_foreign(appendix.Root.StructTreeRoot.K[0])
    part.S, part.P = Name.Part, document
    document.K.append(part)
    offset = max(key for key, _ in _parents(pdf)) + 1
    for page in pdf.pages[first:]:
        page.StructParents += offset
    for key, owners in _parents(appendix):
        root.ParentTree.Nums.append(offset + key)
        root.ParentTree.Nums.append(_copied(pdf, owners))


def _copied(pdf: Pdf, owners: pikepdf.Object) -> pikepdf.Object:
    if isinstance(owners, Array):
        return Array([None if owner is None else pdf.copy_foreign(owner) for owner in owners])
    return pdf.copy_foreign(owners)


def _join_outline(pdf: Pdf, appendix: Pdf, first: int) -> None:
    numbers = {page.obj.objgen: number for number, page in enumerate(appendix.pages, first)}

    def copied(item: OutlineItem) -> OutlineItem:
        page = Array(cast("Array", item.destination))[0]
        copy = OutlineItem(item.title, numbers[page.objgen])
        copy.children.extend(copied(child) for child in item.children)
        return copy

    with appendix.open_outline() as added, pdf.open_outline() as outline:
        outline.root.extend(copied(item) for item in added.root)
