"""Tables of Dutch names: particles, short forms of given names, codes of sex. Small on purpose."""

from typing import Final

#: Voorvoegsels and their abbreviations, folded; longer ones are read as several.
PARTICLES: Final = (
    *("van", "von", "vom", "vd", "v", "der", "den", "dem", "de", "d", "des", "di", "da", "do", "dos", "du", "la", "le"),
    *("het", "t", "s", "ter", "ten", "te", "tot", "op", "in", "aan", "bij", "uit", "uijt", "voor", "onder", "over"),
    *("el", "al", "ben", "bin", "ibn", "abu", "ait", "af", "zu", "zum", "zur", "y"),
)

#: Letters that Unicode does not decompose.
LETTERS_WITHOUT_DECOMPOSITION: Final = {
    **{
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "\u0131": "i",
        "\u0133": "ij",
    },
}

SEXES: Final = {
    **{"m": "m", "1": "m", "man": "m", "mannelijk": "m", "male": "m"},
    **{"v": "v", "2": "v", "vrouw": "v", "vrouwelijk": "v", "f": "v", "female": "v", "w": "v"},
}

_SHORT_FORMS: Final = {
    "adrianus": "ad adri adriaan arjan arie aad janus",
    "albertus": "albert ab bert bertus appie",
    "alexander": "alex lex sander xander",
    "andreas": "andries dries andre",
    "antonius": "anton ton toon tonnie antoon teun twan",
    "bartholomeus": "bart",
    "bernardus": "bernard ben bernd",
    "christiaan": "chris christian kris",
    "cornelis": "kees cees cor corne cornelius nelis",
    "daniel": "daan dani",
    "dirk": "dick diederik dirck",
    "eduard": "ed edward edwin eddy",
    "elisabeth": "els elly ellie betsy lies liesbeth bep elise elizabeth",
    "everardus": "evert",
    "franciscus": "frans frank ciscus cisco",
    "frederik": "fred freek frederick",
    "geertruida": "truus geertje trudy gertrude",
    "gerardus": "gerard gert gerrit ger geert",
    "godefridus": "govert frits godfried",
    "hendrikus": "hendrik henk harrie harry henri rik hendricus",
    "hendrika": "riek rika hennie",
    "jacobus": "jaap jacob koos sjaak co jacques",
    "jacoba": "coby",
    "johanna": "jopie hanna annie joke jannie hannie johanne",
    "johannes": "jan johan hans joh joop han jannes johann",
    "jozef": "joseph jos jef sef josef",
    "katharina": "catharina trijntje tineke toos kaatje karin cato",
    "lambertus": "lammert lambert",
    "laurentius": "laurens lau rens",
    "leonardus": "leo leon leendert",
    "lucas": "luuk luc lukas",
    "maria": "marie mia riet ria mieke marijke rietje",
    "margaretha": "greet greetje margriet griet gre margreet",
    "marcus": "mark marc marco",
    "martinus": "martin tinus maarten rinus marten",
    "matheus": "mathijs matthijs thijs mattheus ties",
    "michael": "michiel giel chiel",
    "nicolaas": "klaas nico niek nicolas claas",
    "paulus": "paul pauwel",
    "petronella": "nel nellie petra ellen",
    "petrus": "piet pieter peter pierre per",
    "robert": "rob robbert robin",
    "rudolf": "rudi ruud dolf roelof",
    "samuel": "sam",
    "simon": "siem",
    "stephanus": "stefan steven stef stephan",
    "theodorus": "theo dorus theodoor",
    "thomas": "tom",
    "wilhelmina": "willemina mien mina willy wil willie minke",
    "wilhelmus": "willem wim helmus bill",
}

#: Short form to formal name, both folded.
FORMAL_NAMES: Final = {short: formal for formal, shorts in _SHORT_FORMS.items() for short in shorts.split()}
