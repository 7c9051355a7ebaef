"""The only reader of the environment."""

from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from ``SAMENLOOP_...`` variables; none of them can widen what a signed purpose allows.

    Attributes:
        home: keyring and signing keys, readable by their owner only.
        passphrase_file: passphrase of the keyring; without it one in the keyring itself.
        passphrase_variable: name of the passphrase in Airflow's secrets backend, when the keyring is made.
        vault_addr, vault_token_file: where the vault is, and the file with the token for it.
        vault_key, vault_mount: the transit key and its engine, when the keyring is made.
        threads: threads that the query engine may use.
        memory_limit: memory that the query engine may use before it spills to the work folder.
        connections_file: JSON of what servers and databases want to know of their reader, by name, for its owner only;
            without it the Connections of Airflow.
        notify_url: webhook that is told when a task in Airflow fails; whoever has it can post there.
        purpose, delivery, period, work, out: defaults of the nightly run in Airflow.
    """

    model_config = SettingsConfigDict(env_prefix="SAMENLOOP_", frozen=True, extra="ignore")

    home: Path = Path(".samenloop")
    passphrase_file: Path | None = None
    passphrase_variable: str = ""
    vault_addr: str = ""
    vault_token_file: Path | None = None
    vault_key: str = ""
    vault_mount: str = "transit"
    threads: int = 2
    memory_limit: str = "2GB"
    connections_file: Path | None = None
    notify_url: SecretStr = SecretStr("")
    purpose: str = ""
    delivery: str = ""
    period: str = ""
    work: str = ""
    out: str = ""
