"""The questionnaire about the policyholder's enterprise, for example its security measures. Pure.

The answers stand in the encrypted parties of the application; the contract keeps them together with
the questions as they were asked, so that a claim can be judged on what was in place before it.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storefront.applications import declaration
from storefront.catalog.definition import FollowUp, ProductDefinition

KEY = "controls"


def stored(answers: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Complete answers with the moment they were confirmed, as the parties keep them."""
    return {"answers": dict(answers), "confirmed_at": now.isoformat()}


def answers_of(parties: Mapping[str, Any]) -> dict[str, Any]:
    """The answers by question code; none before the step is done."""
    found: dict[str, Any] = parties.get(KEY, {}).get("answers", {})
    return found


def complete(definition: ProductDefinition, parties: Mapping[str, Any]) -> bool:
    """Whether every question of this version is answered (S-03)."""
    raw = {code: declaration.as_text(value) for code, value in answers_of(parties).items()}
    _, faults = declaration.read_answers(definition.application.questionnaire, raw)
    return not faults


def typed(definition: ProductDefinition, parties: Mapping[str, Any]) -> dict[str, object]:
    """The answers as facts for underwriting."""
    return declaration.typed_answers(definition.application.questionnaire, answers_of(parties))


def record(definition: ProductDefinition, parties: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the contract keeps: when it was confirmed, and each question asked with its answer.

    None for a product without a questionnaire.
    """
    given = answers_of(parties)
    if not definition.application.questionnaire or not given:
        return None
    return {
        "confirmed_at": parties[KEY]["confirmed_at"],
        "answers": [
            {
                "code": asked.code,
                "text": asked.text.model_dump(),
                "follow_up": isinstance(asked, FollowUp),
                "type": asked.type,
                "unit": asked.unit.model_dump() if asked.unit else None,
                "answer": given[asked.code],
            }
            for asked in declaration.all_asked(definition.application.questionnaire)
            if asked.code in given
        ],
    }
