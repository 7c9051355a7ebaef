"""How registers spell what is true: BSNs, addresses and names with the usual carelessness."""

from samenloop.synthetic.addresses import Address
from samenloop.synthetic.draws import Draws
from samenloop.synthetic.request import MessRates

Cells = tuple[str, str, str, str]


def spell_bsn(bsn: str, mess: MessRates, draws: Draws) -> str:
    """Gives the BSN as a register writes it: mostly nine digits, sometimes without its zero, or with separators."""
    if bsn.startswith("0") and draws.chance(mess.lost_zeros):
        return bsn[1:]
    if not draws.chance(mess.dotted_bsn):
        return bsn
    style = draws.between(0, 3)
    if style == 0:
        return f"{bsn[:3]}.{bsn[3:6]}.{bsn[6:]}"
    if style == 1:
        return f"{bsn[:4]}.{bsn[4:6]}.{bsn[6:]}"
    if style == 2:
        return f"{bsn[:3]} {bsn[3:6]} {bsn[6:]}"
    return f"{bsn[:4]}-{bsn[4:]}"


def spell_address(address: Address, mess: MessRates, draws: Draws) -> Cells:
    """Gives the four address cells as a register writes them; every spelling reads as the same address."""
    postcode, number, letter, addition = address.cells
    if not draws.chance(mess.address_spelling):
        return postcode, number, letter, addition
    if draws.chance(0.6):
        separator = draws.pick((" ", "", "  "))
        postcode = f"{postcode[:4]}{separator}{postcode[4:]}"
        postcode = postcode.lower() if draws.chance(0.5) else postcode
    if draws.chance(0.4):
        number = number.zfill(draws.between(4, 5))
    if not letter and not addition:
        return postcode, number, letter, addition
    if draws.chance(0.5):
        rest = draws.pick(("{} {}", "{}-{}", "{}{}")) if letter or not addition[0].isdigit() else "{}-{}"
        return postcode, rest.format(number, letter + addition), "", ""
    if draws.chance(0.5):
        letter, addition = letter.lower(), addition.lower()
    if addition and draws.chance(0.5):
        addition = f"-{addition}"
    return postcode, number, letter, addition


def spell_name(name: str, draws: Draws) -> str:
    """Gives a name with one typing error: two letters exchanged, one lost or one doubled."""
    place = draws.between(1, len(name) - 2)
    error = draws.between(0, 2)
    if error == 0:
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    return name[:place] + (name[place] * 2 if error == 1 else "") + name[place + 1 :]


def initials(given: str) -> str:
    """Gives the initials of given names, with dots."""
    return "".join(f"{name[0]}." for name in given.split())


def exchange_day_and_month(day: str) -> str:
    """Gives an ISO date with day and month exchanged, unchanged where that is no date."""
    year, month, of_month = day.split("-")
    return f"{year}-{of_month}-{month}" if int(of_month) <= 12 else day
