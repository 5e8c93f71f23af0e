"""A set of good answers for every product, with the premium they must give."""

from datetime import date
from decimal import Decimal

BORN, START = date(1996, 6, 15), date(2026, 12, 1)

TERM_LIFE: dict[str, object] = {
    "birth_date": BORN,
    "sex": "M",
    "start_date": START,
    "sum_insured": Decimal(100_000),
    "term_years": 20,
    "pay_years": 20,
}
CRITICAL_ILLNESS: dict[str, object] = {
    "birth_date": BORN,
    "sex": "F",
    "start_date": START,
    "sum_insured": Decimal(300_000),
    "cover_to_age": 70,
    "pay_years": 20,
}
ACCIDENT: dict[str, object] = {
    "birth_date": BORN,
    "sex": "M",
    "start_date": START,
    "sum_insured": Decimal(500_000),
    "occupation_class": 1,
}
MEDICAL: dict[str, object] = {
    "birth_date": BORN,
    "start_date": START,
    "social_insurance": True,
    "deductible": Decimal(10_000),
}
TRAVEL: dict[str, object] = {
    "days": 7,
    "death": Decimal(200_000),
    "disability": Decimal(200_000),
    "medical": Decimal(12_000),
    "hospital_cash": Decimal(0),
    "social_insurance": True,
    "medical_deductible": Decimal(0),
}
MOTOR: dict[str, object] = {"vehicle_class": "MC01", "float_code": 3}
CYBER_SME: dict[str, object] = {
    "limit": Decimal(1_000_000),
    "deductible": Decimal(1_000),
    "per_event_limit": Decimal(5_000),
    "renewal": "new",
    "risk_management": "average",
    "revenue": Decimal(30_000_000),
    "industry": "it",
    "instalments": False,
}
CYBER_BUSINESS: dict[str, object] = {
    "limits": {
        "emergencyDetection": Decimal(1_000_000),
        "emergencyPR": Decimal(200_000),
        "emergencyNotify": Decimal(0),
        "businessInterruption": Decimal(2_000_000),
        "dataRecovery": Decimal(500_000),
        "cyberExtortion": Decimal(500_000),
    },
    "security_level": "low",
    "bi_waiting_days": 5,
    "bi_deductible_rate": Decimal("0.20"),
    "other_deductible": Decimal(50_000),
    "other_deductible_rate": Decimal("0.10"),
    "bi_months": 6,
    "renewal": "renewed-once",
    "loss_ratio": Decimal("0.30"),
}
EMPLOYERS: dict[str, object] = {
    "employees": 10,
    "limit_per_person": Decimal(500_000),
    "industry_class": 2,
    "medical_ratio": Decimal("0.10"),
    "lost_work_ratio": Decimal("0.10"),
    "per_event_multiple": Decimal(5),
    "aggregate_multiple": Decimal(2),
    "medical_deductible": Decimal(0),
    "category": "frontline",
    "work_injury_insured": False,
    "renewal": "new",
}

EXAMPLES: dict[str, tuple[dict[str, object], str]] = {
    "term-life": (TERM_LIFE, "132.09"),
    "critical-illness": (CRITICAL_ILLNESS, "2913.21"),
    "accident-year": (ACCIDENT, "205.45"),
    "medical-year": (MEDICAL, "266.00"),
    "travel-accident": (TRAVEL, "16.34"),
    "motor-compulsory": (MOTOR, "665.00"),
    "cyber-sme": (CYBER_SME, "10483.20"),
    # low security 1.35, loss ratio of 30 % 0.7, deductibles 0.8, six months 1.4:
    # (9,800 + 1,480 + 600 × 1.4 + 450 + 100) × 1.35 × 0.7 × 0.8
    "cyber-business": (CYBER_BUSINESS, "9578.52"),
    "employers-liability": (EMPLOYERS, "10200.00"),
}
