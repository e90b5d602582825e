"""The companies of the story, the names of their people, and how each pair of companies fared.

Every name is made up; none is meant to be a company that exists.
"""

from typing import NamedTuple

MARK = " (demo)"
"""Ends every sponsor's name, so that each row of a portfolio says what it is."""

TAG = "demo"
"""On every account; the system of its external id too."""


class Company(NamedTuple):
    """`specialty` is a key of SPECIALTIES; a site names its parent company."""

    key: str
    name: str
    country: str
    size: str
    specialty: str = ""
    parent: str | None = None


class Pair(NamedTuple):
    """`path` is the work they did (engagement_paths.PATHS), `scenario` how well it went (scenarios.SCENARIOS).

    `pace` multiplies how much was delivered.
    """

    sponsor: str
    provider: str
    owner: int
    path: str
    scenario: str
    pace: float = 1.0
    is_restricted: bool = False


SPONSORS = (
    Company("wrenfield", "Wrenfield Therapeutics", "US", "mid"),
    Company("halvorsund", "Halvorsund Pharma", "SE", "large"),
    Company("pinecrag", "Pinecrag Bio", "GB", "small"),
)

PROVIDERS = (
    Company("tarnholt", "Tarnholt Biologics", "DK", "large", "biologics"),
    Company("tarnholt-skive", "Tarnholt Biologics · Skive", "DK", "large", "biologics", "tarnholt"),
    Company("tarnholt-gmund", "Tarnholt Biologics · Gmünd", "AT", "large", "biologics", "tarnholt"),
    Company("quellenried", "Quellenried Sterile", "CH", "mid", "sterile"),
    Company("aubrecourt", "Aubrecourt Chimie", "FR", "mid", "actives"),
    Company("velmora", "Velmora Péptidos", "ES", "small", "peptides"),
    Company("brackenlow", "Brackenlow Analytical", "GB", "small", "analysis"),
    Company("ilvessuo", "Ilvessuo Cell Works", "FI", "small", "cells"),
    Company("castelferro", "Castelferro Farmaceutici", "IT", "mid", "doses"),
    Company("dunmarrow", "Dunmarrow Packaging", "IE", "mid", "packing"),
    Company("zeelwijk", "Zeelwijk Vector", "NL", "small", "genes"),
    Company("hrabina", "Hrabina Clinical", "CZ", "mid", "trials"),
    Company("nordvane", "Nordvane Cold Chain", "NO", "mid", "packing"),
    Company("szarvolgy", "Szarvölgy Labs", "HU", "small", "analysis"),
    Company("copperfall", "Copperfall Biomanufacturing", "US", "large", "biologics"),
    Company("larkspur", "Larkspur Hollow Sterile", "US", "mid", "sterile"),
    Company("tamarack", "Tamarack Ridge Chemistry", "US", "mid", "actives"),
    Company("pemberwick", "Pemberwick Labs", "US", "small", "analysis"),
    Company("saltmarsh", "Saltmarsh Gene Works", "US", "small", "genes"),
    Company("laurentide", "Laurentide Dose Forms", "CA", "mid", "doses"),
    Company("fennimoor", "Fennimoor Device Assembly", "US", "mid", "devices"),
    Company("quietwater", "Quietwater Clinical", "US", "mid", "trials"),
    Company("ottergate", "Ottergate Packaging", "CA", "small", "packing"),
    Company("redthorn", "Redthorn mRNA", "US", "small", "mrna"),
    Company("millrace", "Millrace Cell Therapy", "US", "mid", "cells"),
    Company("bluestem", "Bluestem Junction Peptides", "US", "small", "peptides"),
    Company("sagamine", "Sagamine Bioprocess", "JP", "large", "biologics"),
    Company("hanseom", "Hanseom Biologics", "KR", "large", "biologics"),
    Company("yunling", "Yunling Bright Peptide", "CN", "mid", "peptides"),
    Company("vasantgarh", "Vasantgarh Actives", "IN", "large", "actives"),
    Company("vasantgarh-3", "Vasantgarh Actives · Unit 3", "IN", "large", "actives", "vasantgarh"),
    Company("kaverina", "Kaverina Formulations", "IN", "mid", "doses"),
    Company("tanjara", "Tanjara Sterile", "SG", "mid", "sterile"),
    Company("coorabin", "Coorabin Clinical", "AU", "small", "trials"),
    Company("lanyang", "Lanyang Vector", "TW", "small", "genes"),
    Company("itavera", "Itaverá Fármacos", "BR", "mid", "doses"),
    Company("karoovale", "Karoovale Packaging", "ZA", "small", "packing"),
    Company("arbelon", "Arbelon Peptide", "IL", "small", "peptides"),
    Company("nakhlawi", "Nakhlawi Dose Forms", "EG", "mid", "doses"),
    Company("pampalinda", "Pampalinda Biologics", "AR", "small", "biologics"),
)

PAIRS = (
    Pair("wrenfield", "sagamine", 0, "integrated", "superb", 1.3),
    Pair("wrenfield", "tarnholt-skive", 0, "integrated", "superb", 1.2, is_restricted=True),
    Pair("wrenfield", "larkspur", 1, "programmes", "superb", 1.2),
    Pair("wrenfield", "brackenlow", 2, "varied", "superb", 1.6),
    Pair("wrenfield", "copperfall", 1, "strategic", "strong"),
    Pair("wrenfield", "yunling", 2, "repeat", "strong", 1.4),
    Pair("wrenfield", "vasantgarh", 3, "strategic", "strong", 1.2),
    Pair("wrenfield", "nordvane", 3, "varied", "weathered", 1.3),
    Pair("wrenfield", "hrabina", 2, "varied", "strong", 1.3),
    Pair("wrenfield", "fennimoor", 1, "varied", "turnaround", 1.3),
    Pair("wrenfield", "tanjara", 0, "strategic", "shutdown", 1.2),
    Pair("wrenfield", "aubrecourt", 3, "varied", "solid"),
    Pair("wrenfield", "tamarack", 1, "varied", "decline", 1.2),
    Pair("wrenfield", "kaverina", 3, "repeat", "erratic", 1.2),
    Pair("wrenfield", "millrace", 0, "strategic", "solid"),
    Pair("wrenfield", "pemberwick", 2, "repeat", "solid", 1.3),
    Pair("wrenfield", "ottergate", 3, "varied", "solid"),
    Pair("wrenfield", "nakhlawi", 3, "repeat", "poor"),
    Pair("wrenfield", "karoovale", 2, "one_off", "solid", 0.8),
    Pair("wrenfield", "redthorn", 0, "newcomer", "newcomer"),
    Pair("wrenfield", "lanyang", 1, "qualifying", "qualifying"),
    Pair("wrenfield", "szarvolgy", 2, "paused", "solid"),
    Pair("halvorsund", "quellenried", 1, "strategic", "superb", 1.3),
    Pair("halvorsund", "dunmarrow", 2, "varied", "superb", 1.4),
    Pair("halvorsund", "hanseom", 0, "programmes", "bad_quarter", 1.3),
    Pair("halvorsund", "tarnholt-gmund", 0, "strategic", "climber", 1.2),
    Pair("halvorsund", "laurentide", 3, "varied", "strong", 1.2),
    Pair("halvorsund", "vasantgarh-3", 3, "varied", "strong", 1.2),
    Pair("halvorsund", "castelferro", 1, "varied", "strong"),
    Pair("halvorsund", "quietwater", 2, "varied", "solid", 1.1),
    Pair("halvorsund", "velmora", 3, "varied", "solid"),
    Pair("halvorsund", "itavera", 3, "repeat", "strong", 1.1),
    Pair("halvorsund", "bluestem", 1, "ended", "decline", 1.1),
    Pair("halvorsund", "coorabin", 2, "one_off", "strong", 0.8),
    Pair("halvorsund", "pampalinda", 1, "dormant", "dormant"),
    Pair("halvorsund", "sagamine", 0, "lapsed", "strong", 1.2),
    Pair("pinecrag", "zeelwijk", 0, "strategic", "climber", 1.1),
    Pair("pinecrag", "saltmarsh", 1, "repeat", "strong"),
    Pair("pinecrag", "ilvessuo", 0, "ended", "fallen"),
    Pair("pinecrag", "arbelon", 2, "lost", "qualifying"),
    Pair("pinecrag", "copperfall", 1, "one_off", "solid", 0.8),
)

REGIONS = {
    **dict.fromkeys(("US", "CA"), "north_america"),
    **dict.fromkeys(("DK", "AT", "CH", "FR", "ES", "GB", "FI", "IT", "IE", "NL", "CZ", "NO", "HU", "SE"), "europe"),
    **dict.fromkeys(("JP", "KR", "CN", "IN", "SG", "AU", "TW"), "asia_pacific"),
    **dict.fromkeys(("BR", "ZA", "IL", "EG", "AR"), "rest_of_world"),
}

_NAMES = {
    "DK NO SE": ("Astrid Freja Ingrid Liv Lars Mikkel Nils Soren", "Dahlgaard Ekelund Haugstad Lindholm Moeller Tveit"),
    "AT CH": ("Katharina Lena Ursina Beat Florian Markus Reto Anna", "Aeschlimann Brunner Hofstetter Leitner Zumstein"),
    "FR": ("Camille Elodie Margaux Antoine Benoit Laurent", "Beaulieu Chastain Delorme Garnier Vasseur"),
    "ES AR BR": ("Carmen Lucia Marina Diego Rafael Thiago Paula", "Almeida Carranza Figueroa Medeiros Quiroga Salcedo"),
    "GB IE US CA AU ZA": (
        "Alison Bridget Claire Denise Erin Grant Howard Iain Marcus Nadia Priya Scott Thandi Wesley",
        "Abernathy Blackwood Corrigan Dunleavy Ellsworth Fairbairn Hargreaves Kendrick Lockhart Naidoo Okafor Prentice",
    ),
    "FI HU CZ": ("Aino Eszter Jitka Petra Antti Gabor Ondrej Zoltan", "Halonen Kovarik Nemeth Novotna Rantala Szekely"),
    "IT": ("Chiara Federica Giulia Davide Matteo Stefano", "Bellandi Caputo Ferraris Gualtieri Morandi"),
    "NL": ("Anouk Femke Marijke Bram Joost Pieter", "Boersma Dijkgraaf Hoekstra Kuipers Verbruggen"),
    "JP": ("Aiko Haruka Yumi Daisuke Kenji Takumi", "Fujikawa Hayashida Morimoto Okubo Sakurada"),
    "KR": ("Jiwoo Minseo Soyeon Dohyun Hyunwoo Taeyang", "Bae Choi Han Kwon Seo"),
    "CN TW SG": ("Jiayi Meilin Xinyi Boyang Junhao Weijie", "Chow Fang Liang Teo Xu Yeh"),
    "IN": ("Ananya Kavitha Meera Arjun Rohit Vikram", "Bhattacharya Deshpande Iyer Kulkarni Raghavan"),
    "IL EG": ("Dalia Noa Yasmin Amir Karim Yonatan", "Barakat Fahmy Halabi Mizrahi Shalev"),
}
NAMES = {
    country: (tuple(given.split()), tuple(family.split()))
    for countries, (given, family) in _NAMES.items()
    for country in countries.split()
}
"""Given and family names by country."""
