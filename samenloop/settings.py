"""The only reader of the environment."""

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Settings from ``SAMENLOOP_...`` variables; none of them can widen what a signed purpose allows.

    Attributes:
        home: keyring and signing keys, readable by their owner only.
        threads: threads that the query engine may use.
        memory_limit: memory that the query engine may use before it spills to the work folder.
        purpose, delivery, period, work, out: defaults of the nightly run in Airflow.
    """

    model_config = SettingsConfigDict(env_prefix="SAMENLOOP_", frozen=True, extra="ignore")

    home: Path = Path(".samenloop")
    threads: int = 2
    memory_limit: str = "2GB"
    purpose: str = ""
    delivery: str = ""
    period: str = ""
    work: str = ""
    out: str = ""
