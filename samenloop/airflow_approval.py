"""The question to the privacy officer in Airflow's own way: a task that waits for an answer in the browser.

The answer is a message and no more: any user of Airflow may mark this task as successful, or write its result. What
counts is the signature (``releases.carry_out``). The DAG file imports this while it is parsed, so what is heavy is
imported where it is used.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Param

if TYPE_CHECKING:
    from airflow.sdk.execution_time.hitl import HITLUser

    from samenloop.approvals import Answer

#: What the browser offers, and what it means.
ANSWERS: Final[Mapping[str, "Answer"]] = {"Goedkeuren": "approve", "Afwijzen": "reject"}


class AskPrivacyOfficer(HITLOperator):
    """Shows a draft to the FG and waits for the answer, in the state ``awaiting_input``: without a worker.

    The text is made when the task starts and goes to the page of the question alone, not through XCom.

    Args:
        draft: reference of the draft.
        within: how long to wait; without an answer the task fails, and nothing is published.
        people: users (``id`` and ``name``) who may answer; none for everybody.
        stated: as of every task.
    """

    template_fields = ("draft",)

    def __init__(self, *, draft: Any, within: timedelta, people: "list[HITLUser] | None" = None, **stated: Any):
        stated.pop("params", None)  # those of the DAG say where to look, and are no part of the form
        super().__init__(
            **{"retries": 0, **stated},
            subject="Concept van een uitgave: goedkeuren of afwijzen?",
            options=list(ANSWERS),
            params={
                "reason": Param("", type="string", maxLength=500, title="Reden", description="Reden, in één regel"),
            },
            assigned_users=people or None,
            response_timeout=within,
        )
        self.draft = draft

    def execute(self, context: Any) -> Any:
        """Makes the text and asks.

        Raises:
            AirflowFailException: the draft is not there any more, or is not what its manifest says.
        """
        from samenloop import airflow_steps

        self.subject = f"Uitgave {self.draft['release']}: goedkeuren of afwijzen?"
        self.body = airflow_steps.shown(self.draft)
        return super().execute(context)
