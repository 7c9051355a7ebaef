"""How people write numbers, addresses and dates: good values in odd spellings, and values that nobody can read.

Identifiers come from the test range 999900006-999999990 only. Besides it there are numbers below 10,000 written with
leading zeros: they pass the elfproef, need the padding of short numbers, and can never have been issued to a person.
"""

from random import Random

EDGE_DATES = ["2017-07-01", "2017-12-31", "2018-01-01", "2018-01-02", "2018-06-29", "2018-06-30", "2018-07-01"]
BAD_DATES = ["31-01-2018", "2018-02-30", "2018-1-5", "20180105", "onbekend", "2018-01-31T00:00:00", "0000-00-00"]
BAD_AMOUNTS = ["12,50", "12.50", "1e3", "gratis", "EUR 5", "--1", "1000000000000"]
BAD_BSNS = ["onbekend", "999900007", "99990000", "0999900", "12345", "9999000061", "99990000X", "000000013"]
SENTINELS = ["000000000", "999999999", "0000000", "999.999.999"]
BAD_POSTCODES = ["", "0711AA", "2711A", "2711AAA", "AA2711", "2711-AA"]
BAD_NUMBERS = ["", "0", "000", "123456", "A12", "-", "tegenover 4"]


def passes_elfproef(number: int) -> bool:
    """Tells whether the weighted sum of the nine digits is divisible by 11."""
    digits = f"{number:09d}"
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


TEST_BSNS = [f"{number:09d}" for number in range(999_900_006, 999_999_991) if passes_elfproef(number)]
SHORT_BSNS = [f"{number:09d}" for number in range(1_000, 10_000) if passes_elfproef(number)]


def spell_bsn(rng: Random, bsn: str, rate: float) -> str:
    """Writes a valid BSN, at the given rate with dots, spaces, hyphens or without its leading zeros."""
    if rng.random() >= rate:
        return bsn
    if bsn.startswith("00"):
        return rng.choice([bsn[1:], bsn[2:]])
    return rng.choice(
        [f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}", f"{bsn[:3]} {bsn[3:6]} {bsn[6:]}", f" {bsn} ", f"{bsn[:4]}-{bsn[4:]}"]
    )


def unreadable_bsn(rng: Random) -> str:
    """Gives a missing, a sentinel or an invalid BSN."""
    return rng.choice(["", "", rng.choice(SENTINELS), rng.choice(BAD_BSNS)])


def spell_address(rng: Random, address: dict[str, str], rate: float) -> dict[str, str]:
    """Writes the same address, at the given rate in other case, spacing or with letter and addition elsewhere."""
    if rng.random() >= rate:
        return dict(address)
    postcode, number = address["postcode"], address["huisnummer"]
    letter, addition = address["huisletter"], address["huisnummertoevoeging"]
    postcode = rng.choice([f"{postcode[:4]} {postcode[4:]}", postcode.lower(), f" {postcode} ", postcode])
    spellings = [
        (number, letter.lower(), addition.lower()),
        (number, letter + addition, ""),
        (number, "", f"-{letter} {addition}"),
        (f"{number} {letter}", "", addition),
        (f"{number}-{letter}{addition}", "", ""),
        (f"00{number}", letter, f"/{addition}" if addition else ""),
    ]
    number, letter, addition = rng.choice(spellings)
    return address_cells(postcode, number, letter, addition)


def address_cells(postcode: str, number: str, letter: str = "", addition: str = "") -> dict[str, str]:
    """Gives the four address cells of a row."""
    return {
        "postcode": postcode,
        "huisnummer": number,
        "huisletter": letter,
        "huisnummertoevoeging": addition,
    }


def unreadable_address(rng: Random, address: dict[str, str]) -> dict[str, str]:
    """Spoils postcode or house number, or leaves all of it out."""
    spoiled = dict(address)
    spoiled[rng.choice(["postcode", "huisnummer"])] = "?"
    if spoiled["postcode"] == "?":
        spoiled["postcode"] = rng.choice(BAD_POSTCODES)
    else:
        spoiled["huisnummer"] = rng.choice(BAD_NUMBERS)
    return rng.choice([spoiled, address_cells("", "")])


def any_date(rng: Random) -> str:
    """Gives a date around the first half of 2018: often one of its edges."""
    if rng.random() < 0.4:
        return rng.choice(EDGE_DATES)
    return f"{rng.choice([2016, 2017, 2017, 2018, 2018])}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
