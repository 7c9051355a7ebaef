"""What municipalities answered to claims (325): which messages and which lines of them were rejected.

An answer belongs to one message, named in its header, so a claim that is sent again after a rejection stands.
Source: iWmo and iJw 3.2, rules OP303 and IV087: accepted lines are in no answer; a code other than 0200 in the header
or other than 0200 and 8001 on the claim rejects all of it.
"""

from collections import Counter

from pseudonymisation.sources.istandaard_files import MessageFile
from pseudonymisation.sources.istandaard_lines import missing_element
from pseudonymisation.sources.istandaard_messages import ACCEPTING, Identification, Message, return_codes, text_of

Claim = tuple[str, str | None, Identification]


class Answers:
    """The rejections of a source; of a rejected line only its reference is kept.

    Args:
        source: name of the source.
        counts: where lines are counted: ``merged:rejection``, or ``merged:no_remark`` for one that rejects nothing.
    """

    def __init__(self, source: str, counts: Counter[str]) -> None:
        self._source = source
        self._counts = counts
        self._rejected: set[Claim] = set()
        self._references: dict[Claim, set[str]] = {}

    def read(self, file: MessageFile) -> None:
        """Takes in a file of answers.

        Raises:
            RefusedDelivery: ``missing_element``, or what ``MessageFile.elements`` refuses.
        """
        for name, element in file.elements():
            message = file.message
            claim = (message.municipality, message.provider, message.answered)
            if name == "Prestatie":
                file.lines()
                codes = return_codes(element, message.spaces)
                reference = text_of(element, "m:ProductReferentie/s:ReferentieNummer", message.spaces)
                if reference is None:
                    raise missing_element(self._source, "ReferentieNummer", "Prestatie")
                rejects = bool(codes - ACCEPTING) or not codes
                self._counts["merged:rejection" if rejects else "merged:no_remark"] += 1
                if rejects:
                    self._references.setdefault(claim, set()).add(reference)
            elif name == "DeclaratieAntwoord" and return_codes(element, message.spaces) - ACCEPTING:
                self._rejected.add(claim)
            elif name == "Bericht":
                if None in message.answered:
                    raise missing_element(self._source, "DeclaratieIdentificatie", "Header")
                if message.codes - ACCEPTING:
                    self._rejected.add(claim)
            if name != "Bericht":
                file.forget(element)

    def rejects_all(self, message: Message) -> bool:
        """Tells whether a claim was rejected as a whole."""
        return _claim(message) in self._rejected

    def rejected_lines(self, message: Message) -> "set[str] | frozenset[str]":
        """Gives the references of the rejected lines of a claim."""
        return self._references.get(_claim(message), frozenset())


def _claim(message: Message) -> Claim:
    return message.municipality, message.provider, message.identification
