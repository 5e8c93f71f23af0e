"""Sentences about what is wrong with an uploaded list, in the present language."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from storefront.applications.employees.checking import WORKING_AGE, Fault
from storefront.applications.employees.columns import category, column
from storefront.applications.employees.reading import (
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_ROWS,
    FileRefused,
)
from storefront.applications.texts import fault as applicant_fault
from storefront.extensions import current_language


def heading(code: str) -> str:
    """The heading of a column."""
    return column(code).name.in_language(current_language())


def employee_rows(listed: Mapping[str, Any], language: str) -> list[tuple[str, str]]:
    """What an accepted list says as a whole, for reading: how many, and how many of each category."""
    rows = [(_("Employees"), format_decimal(listed["count"]))]
    return rows + [
        (category(code).name.in_language(language), format_decimal(count))
        for code, count in listed["categories"].items()
    ]


def reason(fault: Fault) -> str:
    """Why a cell is at fault, and what to do."""
    own = {
        "formula": _("This cell holds a formula. Please enter the value itself."),
        "cell-error": _("This cell shows an error of the spreadsheet."),
        "merged": _("This cell is merged with another. Please split it and fill in each cell."),
        "digits-lost": _(
            "The spreadsheet turned this number into a rounded one. Please set the column to the format Text and enter the number again."
        ),
        "duplicate": _("This employee is on the list already, in line %(line)s.", line=fault.other),
        "too-young": _("Employees are %(age)s or older.", age=WORKING_AGE),
        "category": _("Please enter management, support or front line."),
        "wage": _("Please enter a monthly wage in yuan, for example 6500 or 6500.50."),
        "yes-or-no": _("Please enter yes or no."),
    }
    return own.get(fault.slug) or applicant_fault(fault.slug)


def refusal(refused: FileRefused) -> str:
    """Why no list can be read from a file, and what to do."""
    names = ", ".join(heading(code) for code in refused.detail if refused.slug.startswith("column"))
    return {
        "no-file": _("Please choose the file with your list."),
        "empty": _("This file is empty."),
        "too-large": _(
            "This file is larger than %(size)s MB. Please remove pictures and sheets that do not belong to the list.",
            size=LARGEST_FILE // 1024 // 1024,
        ),
        "too-large-unpacked": _(
            "This workbook is too large inside. Please copy the list alone into a new file."
        ),
        "too-many-rows": _("A list holds up to %(most)s employees.", most=MOST_ROWS),
        "old-or-protected": _(
            "This is an old Excel file or one with a password. Please save it as .xlsx without a password, or as CSV."
        ),
        "not-a-table": _("This is neither an Excel workbook (.xlsx) nor a CSV file."),
        "broken-csv": _(
            "This CSV file is damaged near line %(line)s; a quotation mark may be missing.",
            line="".join(refused.detail),
        ),
        "broken-workbook": _(
            "This workbook is damaged. Please open it, save it anew and try again."
        ),
        "no-visible-sheet": _("All sheets of this workbook are hidden."),
        "no-headings": _(
            "We could not find the line with the headings within the first %(most)s columns. Please use our template.",
            most=MOST_COLUMNS,
        ),
        "columns-missing": _("These columns are missing: %(names)s.", names=names),
        "column-twice": _("These columns occur more than once: %(names)s.", names=names),
        "no-rows": _("There are no employees below the headings."),
    }[refused.slug]
