"""The entries of one run of the example purpose, as the processing log holds them."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import rfc8785
from builders import PURPOSE

from schemas.delivery import DeliveredFile, DeliveryManifest
from schemas.domains import DOMAIN_NAMES, FRAME, OBJECTIONS
from schemas.log_entries import LogEntry
from schemas.purpose import PurposeConfig

START = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
KEY = "10772b37be11a2f3"
ROWS = {"brp": 4_307, "jeugd": 264, "wmo": 582, "pwet": 541, "shv": 41, "rmc": 54, "bezwaar": 3, "veiligheid": 12}
PULLED: dict[str, dict[str, int]] = {
    "brp": {"received": 4_307, "used": 4_306, "objected": 1, "bsn:valid": 4_304, "bsn:missing": 3},
    "jeugd": {"received": 264, "used": 263, "excluded:outside_period": 1, "bsn:valid": 260, "bsn:sentinel": 4},
    "wmo": {"received": 582, "used": 575, "excluded:outside_period": 7, "bsn:valid": 573, "bsn:invalid": 9},
    "pwet": {
        **{"received": 541, "used": 480, "excluded:not_pwet": 51, "excluded:outside_period": 10},
        **{"bsn:valid": 541, "partner_objected": 2},
    },
    "shv": {"received": 41, "used": 28, "excluded:before_admission": 6, "excluded:outside_period": 7, "bsn:valid": 41},
    "rmc": {
        **{"received": 54, "used": 41, "excluded:outside_period": 7, "excluded:withdrawn": 5},
        **{"quarantined:begin:date": 1, "bsn:valid": 50, "bsn:missing": 4},
    },
}
LINKED = {
    **{"frame:briefadres": 6, "frame:duplicate": 34, "frame:member": 4_266, "households": 2_013},
    **{"jeugd:address": 6, "jeugd:bsn": 250, "jeugd:duplicate": 3, "jeugd:unmatched:address_unknown": 4},
    **{"wmo:address": 8, "wmo:bsn": 556, "wmo:duplicate": 8, "wmo:unmatched:not_in_frame": 3},
    **{"pwet:address": 5, "pwet:bsn": 465, "pwet:duplicate": 6, "pwet:excluded:not_private": 4},
    **{"shv:bsn": 26, "shv:duplicate": 1, "shv:unmatched:address_unknown": 1},
    **{"rmc:bsn": 37, "rmc:unmatched:no_identifier": 4},
}
PROTECTED = {
    "stacking": (54, 22, 18),
    "dimensions": (30, 14, 5),
    "use": (31, 17, 13),
    "costs": (270, 210, 115),
    "concentration": (72, 32, 24),
    "providers": (73, 40, 23),
    "segments": (40, 6, 2),
    "comparison": (18, 0, 0),
}


def digest(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def purpose_sha256(config: PurposeConfig) -> str:
    return sha256(rfc8785.dumps(config.model_dump(mode="json"))).hexdigest()


def manifest(**fields: Any) -> DeliveryManifest:
    files = {name: DeliveredFile(name=f"{name}.csv", rows=rows, sha256=digest(name)) for name, rows in ROWS.items()}
    sound = {"gemeentecode": "GM0637", "period": "2018H1", "reference_date": START.date().replace(2018, 7, 1)}
    return DeliveryManifest.model_validate({**sound, "delivery_id": "d1", "synthetic": True, "files": files, **fields})


def entries(config: PurposeConfig = PURPOSE) -> list[LogEntry]:
    """Open, a pull per source of the purpose, link, protect, draft, approve; every row is accounted for."""
    pulls = [pull_entry(config, source) for source in config.sources if source in (FRAME, *DOMAIN_NAMES)]
    unused = len(set(ROWS) - set(config.sources))
    opened = {"files:named": len(ROWS), "files:never_opened": unused}
    protected = {
        f"{table}:{name}": number
        for table, numbers in PROTECTED.items()
        for name, number in zip(("cells", "hidden", "primary"), numbers, strict=True)
    }
    tables = {f"table_{table}": digest(table) for table in config.tables}
    made = [
        entry(config, "open", counts=opened, keys=(KEY,), inputs={"levering.json": digest("levering.json")}),
        *pulls,
        entry(config, "link", counts=LINKED),
        entry(config, "protect", counts=protected, outputs=tables),
        entry(config, "draft", counts={"tables": len(tables)}, inputs=tables, outputs={"manifest": digest("draft")}),
        entry(config, "approve", inputs={"manifest": digest("draft")}),
    ]
    return [later(one, seconds) for seconds, one in enumerate(made)]


def entry(config: PurposeConfig, step: str, subject: str = "", **fields: Any) -> LogEntry:
    known = {"run": "2018h1-f2485dd77a4f", "step": step, "subject": subject, "started": START, "ended": START}
    purpose = {"purpose": f"{config.id}:{config.version}", "purpose_sha256": purpose_sha256(config)}
    return LogEntry.model_validate({**known, **purpose, **fields})


def pull_entry(config: PurposeConfig, source: str) -> LogEntry:
    ground = config.sources[source]
    columns = {"received": (*ground.columns, *ground.drops), "used": ground.columns, "dropped": ground.drops}
    inputs = {source: digest(source), OBJECTIONS: digest(OBJECTIONS)}
    counts = PULLED.get(source, {"received": ROWS[source], "used": ROWS[source]})
    return entry(config, "pull", source, columns=columns, counts=counts, inputs=inputs, keys=(KEY,))


def later(one: LogEntry, seconds: int) -> LogEntry:
    begun = START + timedelta(seconds=60 * seconds)
    return one.model_copy(update={"started": begun, "ended": begun + timedelta(seconds=31, milliseconds=250)})
