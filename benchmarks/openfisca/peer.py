"""The inpatient benefits of residents of `ninghe`, as OpenFisca says them. Runs in OpenFisca's own environment.

    python peer.py FIGURES.json CLAIMS.npz PAYMENTS.npz ROUNDS

The figures come from FIGURES.json, written from the loaded region; what is here is their connection. OpenFisca knows
persons and months, no claims: the k-th claim of a person is put into month k, so a person has at most twelve a year,
and whoever has fewer is computed all the same. Amounts are yuan in float32, its type of number; each payment is
rounded half up to the fen, as the region says.

It can say: the deductible by place, filing and level, half from the second stay; the scales by level, as marginal
rate scales, with points on top; the floor; yearly caps; the yearly deductible and scale of critical illness and the
assistance, each carried from month to month by a variable that reads the month before. Asked for December without
the months before it, it would answer with defaults: the months are asked for in order.

It cannot say, so no claim here needs it:
- money in whole fen: float32 keeps fen apart only below 131,072 yuan;
- a clamp above scale and points together, nor a group of items with points of its own: the deductible would have to
  be shared out over the groups to the fen (`figures.py` sees to it that the clamp does not bind);
- the lines of a claim: it receives the in-scope expense of each claim, already added up;
- a figure by the day on which it was known: it has one date, that of effect;
- interim bills of one stay, transfers, reversals, a second claim of one month.
"""

import json
import sys
import time
from importlib.metadata import version

import numpy as np
from openfisca_core.entities import Entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit, period
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

LAYERS = ("drug", "pool", "critical", "assistance")
AMOUNTS = ("in_scope", "in_scope_drug")
COUNTS = ("stays", "years_insured", "years_unused")
WORDS = ("place", "level", "filing", "referral", "category", "age_group", "signed")

Person = Entity("person", "persons", "person", "")


def money(name, formula=None):
    """A monthly amount of a person, in yuan."""
    members = {"value_type": float, "entity": Person, "definition_period": DateUnit.MONTH}
    return type(name, (Variable,), members | ({"formula": formula} if formula else {}))


def word(name, words):
    known = Enum(name, {text: text for text in words})
    members = {"value_type": Enum, "possible_values": known, "default_value": next(iter(known))}
    return type(name, (Variable,), {**members, "entity": Person, "definition_period": DateUnit.MONTH})


def count(name, formula=None):
    members = {"value_type": int, "entity": Person, "definition_period": DateUnit.MONTH}
    return type(name, (Variable,), members | ({"formula": formula} if formula else {}))


def to_fen(yuan):
    """Half up to the fen."""
    return np.floor(yuan * 100 + 0.5) / 100


def before(person, month, name):
    """What a running total was after the month before; nothing has been used at the start of a year."""
    return 0 if month.start.month == 1 else person(name, month.last_month)


def running(name):
    """The running total of a monthly variable over the year."""
    return lambda person, month: before(person, month, f"{name}_so_far") + person(name, month)


def by(node, *levels):
    """The figures of nested nodes as an array, one axis for each list of words."""
    if not levels:
        return node
    return np.array([by(node[text], *levels[1:]) for text in levels[0]])


def scales(node, levels, amount, level):
    """The amount that the scale of each one's level makes of an amount."""
    return np.select([level == i for i in range(len(levels))], [node[text].calc(amount) for text in levels])


def system_of(figures):
    """The tax and benefit system of these figures."""
    words = figures["words"]
    index = {name: {text: i for i, text in enumerate(texts)} for name, texts in words.items()}

    def drug(person, month, parameters):
        p = parameters(month).drug
        room = p.cap - before(person, month, "drug_so_far")
        return np.minimum(to_fen(person("in_scope_drug", month) * p.ratio), room)

    def pool(person, month, parameters):
        p = parameters(month).pool
        base, level, place = person("in_scope", month), person("level", month), person("place", month)
        filing, at_home = person("filing", month), place == index["place"]["市内"]
        deductible = by(p.deductible, words["place"], words["filing"], words["level"])[place, filing, level]
        again = (person("stays_so_far", month) >= 2) & (person("referral", month) == index["referral"]["无"])
        deductible = deductible * np.where(again, p.again, 1)
        poorest = person("category", month) == index["category"]["特困"]
        deductible = np.minimum(base, np.where(poorest, p.deductible_of_the_poorest, deductible))
        care = (person("age_group", month) != index["age_group"]["成年"]) * p.points["老幼"]
        care = np.maximum(care, (person("signed", month) == index["signed"]["是"]) * p.points["签约"])
        away = (filing == index["filing"]["转诊"]) * p.points["转诊"]
        away = away + (filing == index["filing"]["无"]) * p.points["未备案"]
        points = (care + np.where(at_home, 0, away)) / 100
        paid = scales(p.scale, words["level"], base, level) - scales(p.scale, words["level"], deductible, level)
        paid = paid + points * (base - deductible)
        paid = np.maximum(paid, np.where(at_home, p.floor * base, 0))
        return np.minimum(to_fen(paid), p.cap - before(person, month, "pool_so_far"))

    def borne(person, month):
        return person("in_scope", month) - person("pool", month)

    def favoured(person, month):
        return np.isin(person("category", month), [index["category"][text] for text in figures["favoured"]])

    def critical(person, month, parameters):
        p = parameters(month).critical
        more = favoured(person, month)
        deductible = p.deductible * np.where(more, p.times, 1)
        now = np.maximum(0, person("borne_so_far", month) - deductible)
        earlier = np.maximum(0, before(person, month, "borne_so_far") - deductible)
        paid = p.scale.calc(now) - p.scale.calc(earlier + 0 * now) + np.where(more, p.points / 100, 0) * (now - earlier)
        cap = np.array(figures["critical_caps"], dtype=float)[
            person("years_insured", month), person("years_unused", month)
        ]
        room = np.where(more, np.inf, cap - before(person, month, "critical_so_far"))
        return np.minimum(to_fen(paid), room)

    def left(person, month):
        own = person("in_scope", month) + person("in_scope_drug", month) - person("drug", month)
        return own - person("pool", month) - person("critical", month)

    def assistance(person, month, parameters):
        p, category = parameters(month).assistance, person("category", month)
        deductible = by(p.deductible, words["category"])[category]
        now = np.maximum(0, person("left_so_far", month) - deductible)
        earlier = np.maximum(0, before(person, month, "left_so_far") - deductible)
        paid = by(p.ratio, words["category"])[category] * (now - earlier)
        return np.minimum(to_fen(paid), p.cap - before(person, month, "assistance_so_far"))

    system = TaxBenefitSystem([Person])
    system.parameters = ParameterNode("", data=figures["parameters"])
    system.add_variables(
        *[money(name) for name in AMOUNTS],
        *[word(name, words[name]) for name in WORDS],
        *[count(name) for name in COUNTS],
        *[money(formula.__name__, formula) for formula in (drug, pool, borne, critical, left, assistance)],
        count("stays_so_far", running("stays")),
        *[money(f"{name}_so_far", running(name)) for name in (*LAYERS, "borne", "left")],
    )
    return system


def settle(system, claims):
    """Layer → yuan by month and person. `claims`: name → values by month and person."""
    months, persons = claims["in_scope"].shape
    simulation = SimulationBuilder().build_default_simulation(system, count=persons)
    paid = {layer: np.zeros((months, persons), dtype=np.float32) for layer in LAYERS}
    for number in range(months):
        month = period(f"2025-{number + 1:02d}")
        for name, values in claims.items():
            simulation.set_input(name, month, values[number])
        for layer in LAYERS:
            paid[layer][number] = simulation.calculate(layer, month)
    return paid


def main(figures_file, claims_file, payments_file, rounds):
    with open(figures_file, encoding="utf-8") as file:
        figures = json.load(file)
    with np.load(claims_file) as archive:
        claims = dict(archive)
    system = system_of(figures)
    settle(system, {name: values[:, :10] for name, values in claims.items()})
    seconds = []
    for _ in range(int(rounds)):
        began = time.perf_counter()
        paid = settle(system, claims)
        seconds.append(time.perf_counter() - began)
    np.savez(payments_file, **paid)
    print(json.dumps({"name": f"OpenFisca-core {version('openfisca-core')}", "seconds": min(seconds)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
