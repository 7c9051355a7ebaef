"""The passphrase from Airflow's secrets backend: a Variable that is read inside the task, at the moment of need.

Nothing of Airflow is imported when this module is: the scheduler that parses a DAG file never sees the passphrase.
"""

from typing import Final

from schemas.errors import RefusedByPurpose

#: Airflow masks the value of a variable with ``passphrase`` in its name in its logs.
DEFAULT_VARIABLE: Final = "samenloop_passphrase"


def passphrase_of_variable(name: str) -> bytes:
    """Gives the passphrase that the secrets backend keeps under this name.

    Raises:
        RefusedByPurpose: ``key_missing``: no backend knows the variable, or none answers.
    """
    from airflow.sdk import Variable

    try:
        value = Variable.get(name)
    except Exception:  # backends raise what they like, and may quote what they were asked
        value = None
    if not isinstance(value, str) or not value.strip():
        raise RefusedByPurpose(
            "key_missing", f"Airflow's secrets backend has no variable {name}", "put the passphrase in the backend"
        )
    return value.encode()
