"""The fields of the questions of an information request, with the words by which their headings are known.

None of these words is official: they are what forms and trackers of questions use. What a heading means is only
suggested; the person says.
"""

from __future__ import annotations

from collections.abc import Mapping

from desktop.records.field_words import KEY, NOTE, OWNER, named
from desktop.records.model import RecordField, RecordKind

_QUESTION = ("question", "q", "ppir", "rfi", "query")

QUESTION_FIELDS: Mapping[RecordKind, tuple[RecordField, ...]] = {
    RecordKind.QUESTIONS: (
        RecordField(
            "key",
            "Question number",
            synonyms=(*named(_QUESTION, *KEY), "q", "q no.", *KEY, "item", "item no", "item number"),
            about="By it a question is known again. Where a file has none, its rows become Q1, Q2 ...",
        ),
        RecordField(
            "text",
            "Question",
            needed=True,
            synonyms=(
                *named(_QUESTION[:1], "text", "wording", "description", "detail", "details"),
                "questions",
                "query",
                "information requested",
                "information required",
                "request for information",
                "what we ask",
                "what is asked",
            ),
        ),
        RecordField(
            "section",
            "Section",
            synonyms=("topic", "theme", "area", "question section", "question group", "question category", "heading"),
            about="Under which the document puts it; the heading of a part of the table where no column says it.",
        ),
        RecordField(
            "guidance",
            "How to answer",
            synonyms=(
                "guidance",
                "guidance notes",
                "guidance on answering",
                "answer guidance",
                "response guidance",
                "expected response",
                "response format",
                "answer format",
                "format of answer",
                "instructions",
                "clarification",
            ),
            about="What the sender says of how to answer.",
        ),
        RecordField(
            "answer",
            "Answer",
            synonyms=(
                "response",
                "answers",
                "responses",
                "your answer",
                "your response",
                "our answer",
                "our response",
                "participant answer",
                "participant response",
                "reply",
            ),
            about="A blank cell leaves the answer that is here.",
        ),
        RecordField(
            "owner",
            "Owner",
            synonyms=("answer owner", "response owner", "answered by", "to be answered by", *OWNER),
            about="Who answers it, at your organisation.",
        ),
        RecordField(
            "not_for_us",
            "Does not apply, because",
            synonyms=(
                "not for us",
                "why it does not apply",
                "reason not applicable",
                "not applicable because",
                "n/a reason",
            ),
            about="Why it does not apply to your organisation.",
        ),
        RecordField("note", "Note", synonyms=NOTE, about="For you: it never leaves."),
    ),
}
