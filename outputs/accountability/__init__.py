"""The statement of accountability (verantwoording) of a run: what the purpose says beside what the log shows."""
