"""What an employer may count as a cost (CON-11), and its statement of a year."""

from datetime import date

import pytest

from tests.record.contributions.stage import doing_everything, put_in_force, worker
from tests.record.contributions.test_movements import pay
from tests.record.orgs.people import acting_as, add_user, organisation
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.contributions.assessing import assess_month
from tongchou.record.contributions.costs import Line, costs, declare_of_employer, statement
from tongchou.record.contributions.models import EmployerFigure, Order
from tongchou.record.contributions.receiving import cancel
from tongchou.record.orgs.models import Organisation

TODAY = date(2026, 6, 1)


@pytest.fixture
def county(record: None):
    with clock.at(TODAY), doing_everything():
        yield organisation("agency", organisation("agency"))


@pytest.fixture
def firm(county: Organisation) -> Organisation:
    return organisation("employer", county)


def test_five_per_cent_of_the_wages_are_a_cost(county: Organisation, firm: Organisation) -> None:
    """江门 59 号 二(一)2: of 600,000 yuan paid, 5 % of 10,000,000 are a cost and 100,000 are not."""
    put_in_force("jiangmen-2012")
    of = {"employer": firm.pk, "insurance": "employee", "year": 2013}
    (before,) = costs(**of)
    assert (before.within, before.beyond, before.missing) == (None, None, ("企业补充医保费", "职工工资总额"))
    with acting_as(add_user("employer", firm)):
        for fact, fen in (("企业补充医保费", 1), ("企业补充医保费", 60_000_000), ("职工工资总额", 1_000_000_000)):
            declare_of_employer(employer=firm.pk, fact=fact, year=2013, fen=fen)
        (found,) = costs(**of)
    assert (found.name, found.within, found.beyond, found.missing) == ("企业补充医保", 50_000_000, 10_000_000, ())
    assert "二(一)2" in found.cite
    assert costs(**{**of, "year": 2014}) == []  # the rule is of 2013
    assert statement(**of).costs == (found,)


def test_a_figure_that_no_rule_asks_for(county: Organisation, firm: Organisation) -> None:
    put_in_force("jiangmen-2012")
    given = {"employer": firm.pk, "fact": "职工工资总额", "year": 2013, "fen": 1}
    for wrong, code in (({"fact": "利润"}, "J112"), ({"fen": -1}, "J112"), ({"employer": county.pk}, "P111")):
        with pytest.raises(ProblemError, match=code):
            declare_of_employer(**{**given, **wrong})
    elsewhere = organisation("employer", organisation("agency", organisation("agency")))
    with acting_as(add_user("employer", elsewhere)):
        for ask in (lambda: declare_of_employer(**given), lambda: costs(employer=firm.pk, insurance="x", year=2013)):
            with pytest.raises(ProblemError, match="A114"):
                ask()
    assert not EmployerFigure.objects.exists()


def test_the_statement_sums_what_holds_and_what_came_in(county: Organisation, firm: Organisation) -> None:
    """Two workers of 8,000 yuan for March: 560 of the employer and 160 and 7 of their own each; one pays ten days late,
    in two receipts, and the order of a third is cancelled."""
    put_in_force()
    one, two, three = (worker(county, firm) for _ in range(3))
    worker(county)
    assess_month(insurance="employee", month=date(2025, 3, 1))
    for order in Order.objects.filter(person=three):
        cancel(order_id=order.pk, reason="离职")
    pay(one, "个人", date(2025, 4, 10), fen=6_000)
    pay(one, "个人", date(2025, 4, 25), fen=10_000)
    pay(two, "单位", date(2025, 4, 10))
    found = statement(employer=firm.pk, insurance="employee", year=2025)
    assert found.lines == (
        Line("基本医疗", "个人", 2, 32_000, 16_000, 45),
        Line("基本医疗", "单位", 2, 112_000, 56_000, 0),
        Line("大额补助", "个人", 2, 1_400, 0, 0),
    )
    assert found.costs == ()
    assert statement(employer=firm.pk, insurance="employee", year=2026).lines == ()
