"""Small models of an MKBA, in the form of their file."""


def assumption(name, value, low=None, high=None, unit="cent"):
    bounds = {"laag": value if low is None else low, "hoog": value if high is None else high}
    return {"naam": name, "wat": "w", "eenheid": unit, "waarde": value, "bron": "b", "bron_interval": "b"} | bounds


def post(code, *factors, side="baten", term="kort", years=None, bearers=None):
    return {
        "code": code,
        "groep": code,
        "wat": "w",
        "kant": side,
        "termijn": term if side == "baten" else None,
        "dragers": bearers or {"gemeente": 100},
        "factoren": factors,
        "jaren": years,
    }


def content(assumptions, posts, **other):
    return {"naam": "m", "bron": "b", "bron_dragers": "b", "aannames": assumptions, "posten": posts} | other


SMALL = content(
    [
        assumption("kosten", 1000, 800, 1200),
        assumption("bedrag", 300, 200, 500),
        assumption("aantal_stuks", 10, 8, 12, "aantal"),
        assumption("deel", 50, 40, 60, "pct"),
    ],
    [
        post("k", "kosten", side="kosten", bearers={"gemeente": 75, "rijk": 25}),
        post("1", "bedrag", "aantal_stuks", "deel", bearers={"gemeente": 40, "huishoudens": 60}),
        post("2", "bedrag", term="immaterieel"),
    ],
)
