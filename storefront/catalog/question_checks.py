"""Why the questions of a definition are refused: each is specific, and explained where it stands (S-03).

Whether a question is specific, words alone cannot prove. What is caught here are the phrases by which
questions ask for whatever else there may be; people who publish read the rest.
"""

from collections.abc import Iterator, Sequence

from storefront.catalog.definition import FollowUp, ProductDefinition, Question

CATCH_ALL = (
    "any other", "anything else", "anything more", "other illness", "other disease", "other condition",
    "other symptom", "not mentioned", "not listed", "otherwise unwell",
    "\u5176\u4ed6\u75be\u75c5",  # qita jibing, other illness
    "\u5176\u4ed6\u75c5\u75c7",  # qita bingzheng, other illness
    "\u5176\u4ed6\u4e0d\u9002",  # qita bushi, otherwise unwell
    "\u5176\u4ed6\u5f02\u5e38",  # qita yichang, otherwise abnormal
    "\u5176\u4ed6\u60c5\u51b5",  # qita qingkuang, other circumstances
    "\u4efb\u4f55\u5176\u4ed6",  # renhe qita, any other
    "\u5176\u4ed6\u4efb\u4f55",  # qita renhe, any other
    "\u4e0a\u8ff0\u4ee5\u5916",  # shangshu yiwai, besides the above
    "\u672a\u63d0\u53ca",  # wei tiji, not mentioned
)  # fmt: skip


def faults(definition: ProductDefinition) -> Iterator[tuple[str, str]]:
    """The key at fault and a sentence, for `catalog.rules`."""
    yield from _of("questions", definition.questions)
    yield from _of("application.questionnaire", definition.application.questionnaire)


def _of(where: str, questions: Sequence[Question]) -> Iterator[tuple[str, str]]:
    for question in questions:
        yield from _of_one(f"{where}.{question.code}", question)
        for asked in question.follow_ups:
            yield from _of_one(f"{where}.{asked.code}", asked)


def _of_one(key: str, asked: Question | FollowUp) -> Iterator[tuple[str, str]]:
    if asked.help is None:
        yield f"{key}.help", "S-03: a question needs a short explanation"
    for text in (asked.text.zh, asked.text.en.lower()):
        for phrase in CATCH_ALL:
            if phrase in text:
                yield f"{key}.text", f"S-03: “{phrase}” asks for more than a specific thing"
