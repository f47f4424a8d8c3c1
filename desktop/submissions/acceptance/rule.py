"""What an acceptance rule is, and what it is given to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from desktop.declarations.model import Declaration
from desktop.errors import PlainError
from desktop.jobs import Job
from desktop.requests.model import Question
from desktop.submissions.content import Content, EvidenceFile
from desktop.submissions.context import Desk
from desktop.submissions.filling.model import FillProblem
from desktop.submissions.model import Mend, RecipientStanding, Scope, Severity, Submission
from desktop.submissions.putting_together import head_parts, template_values
from desktop.submissions.typed import masked_submission
from desktop.testing.matrix import Matrix
from desktop.testing.model import Defect

EXAMPLES = 5
"""Things that a line names; it tells how many there are in all."""

Params = Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """What a rule found: `count` things that are not as they should be (0 = none), and the first of them.

    `skipped`: why it has nothing to look at here; '' = it looked.
    """

    count: int = 0
    detail: str = ""
    examples: tuple[tuple[str, Mend], ...] = ()
    mend: Mend | None = None
    skipped: str = ""


class Looked:
    """One submission as rules look at it; what several of them need is read once."""

    def __init__(
        self, desk: Desk, submission: Submission, content: Content | PlainError, today: date, job: Job
    ) -> None:
        """`content`: what it would say, or why nothing can be said yet."""
        self.desk = desk
        self.submission = submission
        self.content = content if isinstance(content, Content) else None
        self.nothing = content if isinstance(content, PlainError) else None
        self.today = today
        self.job = job
        self.forms: dict[int, tuple[FillProblem, ...] | str] = {}
        """What stands in the way of filling a template, by its id, or why it cannot be read: each is read once."""

    @property
    def scope(self) -> Scope:
        """What it is over."""
        return self.submission.details.scope

    @property
    def evidence(self) -> tuple[EvidenceFile, ...]:
        """The files of evidence that go with it."""
        return self.content.evidence if self.content is not None else ()

    @cached_property
    def matrix(self) -> Matrix:
        """Requirements with what tests and proves them."""
        return self.desk.sources.trace.matrix()

    @cached_property
    def defects(self) -> tuple[Defect, ...]:
        """Every defect."""
        return self.desk.sources.defects.defects()

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions of its request that are still asked; () when it is over none."""
        request = self.scope.request_id
        found = self.desk.sources.requests.questions(request) if request is not None else ()
        return tuple(one for one in found if not one.missing)

    @cached_property
    def declarations(self) -> tuple[Declaration, ...]:
        """The declarations that it hands over, as far as they are there."""
        wanted = set(self.scope.declarations)
        return tuple(one for one in self.desk.sources.declarations.declarations() if one.id in wanted)

    def values(self, recipient: str) -> dict[str, str]:
        """The single values that a recipient's template takes."""
        head = head_parts(masked_submission(self.submission), self.desk, self.desk.clock(), (0, ""), None)
        return template_values(head, recipient, self.desk)

    def recipients(self, recipient: str) -> tuple[RecipientStanding, ...]:
        """The one whose rule it is; '' = all of them."""
        return tuple(one for one in self.submission.recipients if recipient in {"", one.recipient})

    def edit(self, field: str, option: str) -> Mend:
        """Where the draft itself is mended: a field of its form, and the option of the command."""
        return Mend("submissions", f"submission:field={field}", f"mhhs-desk submit edit {self.submission.ref} {option}")


Look = Callable[[Looked, Params, str], Found]
"""Looks at a submission, with its parameters, for a recipient ('' = for all)."""


@dataclass(frozen=True)
class Rule:
    """A rule of ours, known by its code. `needs_content`: it looks at what the submission would say.

    `kinds`: the kinds that it can be asked of; () = all.
    `params`: the whole numbers that a pack may set, with their defaults. `title` stands where no pack gives one.
    """

    code: str
    title: str
    look: Look
    structural: bool = False
    params: Params = field(default_factory=dict)
    needs_content: bool = False
    kinds: tuple[str, ...] = ()

    @property
    def severity(self) -> Severity:
        """Only rules about structure block, whatever a pack says."""
        return Severity.BLOCK if self.structural else Severity.ADVISE


def told(things: Iterable[tuple[str, Mend]], one: str, several: str, mend: Mend | None = None) -> Found:
    """What was found of things with their names; `one` and `several` say it, with {count} in them."""
    listed = list(things)
    count = len(listed)
    words = (one if count == 1 else several).format(count=f"{count:,}") if count else ""
    return Found(count, words, tuple(listed[:EXAMPLES]), mend or (listed[0][1] if listed else None))


def joined(names: Sequence[str]) -> str:
    """Names in a sentence: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
