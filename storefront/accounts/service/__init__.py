"""Use cases of accounts. Other features need only what is named here."""

from storefront.accounts.service.people import (
    AlreadyListed,
    PersonDetails,
    Profile,
    people_of,
    person_of,
    profile_of,
    remove_person,
    save_person,
    save_profile,
)

__all__ = [
    "AlreadyListed",
    "PersonDetails",
    "Profile",
    "people_of",
    "person_of",
    "profile_of",
    "remove_person",
    "save_person",
    "save_profile",
]
