"""The roles of the agency's people and what each may do. Views name the permission, never a role."""

from collections.abc import Iterable, Mapping

EVERYBODY = frozenset({"home"})
"""What every member may do: their own queue, their own logins, search and reading what is not masked."""

ROLES: Mapping[str, frozenset[str]] = {
    "support": frozenset(
        {
            "customers.read", "customers.unmask", "customers.edit", "customers.merge",
            "applications.read", "policies.read", "policies.reissue", "claims.read",
            "payments.read", "tickets", "complaints",
        }
    ),
    "underwriter": frozenset(
        {
            "customers.read", "customers.unmask", "applications.read", "evidence.replay",
            "underwriting", "policies.read",
        }
    ),
    "assessor": frozenset(
        {
            "customers.read", "customers.unmask", "applications.read", "policies.read",
            "claims.read", "claims.assess", "payouts.request",
        }
    ),
    "finance": frozenset(
        {
            "policies.read", "claims.read", "payments.read", "payments.decide", "payouts.approve",
            "bank", "refunds.approve", "dashboard", "export",
        }
    ),
    "product": frozenset({"products.read", "products.edit", "products.approve"}),
    "compliance": frozenset(
        {
            "customers.read", "customers.unmask", "customers.close", "applications.read",
            "evidence.replay", "policies.read", "claims.read", "payments.read", "products.read",
            "complaints", "complaints.export", "audit", "export", "dashboard", "diligence",
            "evidence.faults",
        }
    ),
    "manager": frozenset(
        {
            "customers.read", "applications.read", "policies.read", "claims.read", "payments.read",
            "products.read", "team", "dashboard", "export", "payouts.approve", "refunds.approve",
            "tickets", "complaints",
        }
    ),
    "administrator": frozenset({"members", "members.approve", "jobs", "help.edit", "audit"}),
}  # fmt: skip


def permissions_of(roles: Iterable[str]) -> frozenset[str]:
    """Everything that somebody with these roles may do. Raises KeyError for an unknown role."""
    return EVERYBODY.union(*(ROLES[role] for role in roles))
