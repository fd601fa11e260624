"""Organisations, roles and elevation: who may give what to whom."""

from datetime import timedelta

import pyotp
import pytest

from tests.record.orgs.people import PASSWORD, acting_as, add_user, everything, organisation, sign_in
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.base.actor import acting, actor
from tongchou.record.base.scope import Scope, ScopedManager, scoped, system
from tongchou.record.orgs import commands, signing_in
from tongchou.record.orgs.beginning import begin
from tongchou.record.orgs.models import Elevation, Organisation
from tongchou.record.orgs.permissions import PERMISSIONS, ROLES, clashes

pytestmark = pytest.mark.usefixtures("record")


def test_every_role_gives_permissions_that_exist_to_kinds_that_exist() -> None:
    kinds = {kind for kind, _ in Organisation.KINDS}
    for role in ROLES.values():
        assert set(role.permissions) <= set(PERMISSIONS)
        assert set(role.at) <= kinds
        assert set(role.never_with) <= set(ROLES)


def test_no_role_alone_holds_both_sides_of_a_check() -> None:
    sides = [
        ("people.write", "people.merge"),
        ("filings.submit", "filings.decide"),
        ("contributions.refund", "contributions.approve"),
        ("packs.propose", "packs.activate"),
        ("users.write", "users.grant"),
        ("providers.write", "providers.decide"),
    ]
    for made, checked in sides:
        makers = {name for name, role in ROLES.items() if made in role.permissions and "agency" in role.at}
        checkers = {name for name, role in ROLES.items() if checked in role.permissions}
        assert makers
        assert checkers
        assert not makers & checkers
        assert all(clashes({a, b}) for a in makers for b in checkers), (made, checked)


def test_five_levels_and_no_more() -> None:
    parent = None
    for level in range(1, 6):
        parent = organisation("agency", parent)
        assert parent.level == level
    with pytest.raises(ProblemError, match="A108"):
        organisation("agency", parent)


def test_a_hospital_stands_below_an_agency() -> None:
    province = organisation("agency")
    hospital = organisation("provider", province)
    assert hospital.path == f"{province.path}{hospital.code}/"
    for parent in (None, hospital):
        with pytest.raises(ProblemError, match="A108"):
            organisation("provider", parent)


def test_codes_and_user_names_are_used_once() -> None:
    city = organisation("agency")
    with everything():
        with pytest.raises(ProblemError, match="A107"):
            commands.open_organisation(kind="agency", code=city.code, name="又一个")
        given = {"name": "x", "organisation_id": city.id, "password": PASSWORD}
        commands.add_user(username="same", **given)
        with pytest.raises(ProblemError, match="A107"):
            commands.add_user(username="same", **given)
        with pytest.raises(ProblemError, match="A109"):
            commands.add_user(username="weak", **{**given, "password": "12345678901"})


def test_an_agency_sees_its_branch_and_nothing_else() -> None:
    province = organisation("agency")
    city, neighbour = organisation("agency", province), organisation("agency", province)
    county = organisation("agency", city)
    with acting_as(add_user("administrator", city)):
        assert {one.id for one in Organisation.objects.all()} == {city.id, county.id}
        with pytest.raises(ProblemError, match="A114"):
            commands.open_organisation(kind="agency", code="x", name="x", parent=neighbour.id)


def test_a_code_that_begins_like_another_is_another_branch() -> None:
    with everything():
        one = commands.open_organisation(kind="agency", code="45", name="x")
        commands.open_organisation(kind="agency", code="450", name="y")
    with acting_as(add_user("administrator", one)):
        assert [each.code for each in Organisation.objects.all()] == ["45"]


def test_roles_are_for_kinds_of_organisation() -> None:
    city = organisation("agency")
    hospital = organisation("provider", city)
    with everything():
        user = commands.add_user(username="doctor", name="x", organisation_id=hospital.id, password=PASSWORD)
        with pytest.raises(ProblemError, match="A110"):
            commands.grant(user_id=user.id, role="clerk", reason="x")
        commands.grant(user_id=user.id, role="hospital", reason="x")


def test_nobody_gives_a_role_to_themselves() -> None:
    officer = add_user("security")
    with acting_as(officer), pytest.raises(ProblemError, match="A112"):
        commands.grant(user_id=officer.id, role="clerk", reason="x")


def test_a_role_that_was_taken_back_is_gone() -> None:
    user = add_user("clerk")
    with everything():
        commands.take_back(user_id=user.id, role="clerk", reason="调离")
    assert signing_in.actor_of(sign_in(user).secret).permissions == frozenset()


def test_elevation_is_given_by_another_for_a_few_hours_and_told() -> None:
    user = add_user("clerk")
    officer = add_user("security", user.organisation)
    with acting_as(officer):
        for hours, permissions in ((5, ["people.merge"]), (0, ["people.merge"]), (1, ["no.such"]), (1, [])):
            with pytest.raises(ProblemError, match="A113"):
                commands.elevate(user_id=user.id, permissions=permissions, hours=hours, reason="x")
        with pytest.raises(ProblemError, match="A112"):
            commands.elevate(user_id=officer.id, permissions=["people.merge"], hours=1, reason="x")
        commands.elevate(user_id=user.id, permissions=["people.merge"], hours=4, reason="值班")
    with acting_as(user):
        assert "people.merge" in actor().permissions
        assert actor().elevated == Elevation.objects.within(system("look")).get().id
    secret = sign_in(user).secret
    with clock.at(clock.now() + timedelta(hours=4, minutes=1)):
        fresh = signing_in.sign_in(username=user.username, password=PASSWORD).secret
        assert "people.merge" not in signing_in.actor_of(fresh).permissions
    assert secret


def test_who_is_switched_off_is_out_at_once() -> None:
    user = add_user("clerk")
    secret = sign_in(user).secret
    with everything():
        commands.switch_off(user_id=user.id, reason="离职")
    with pytest.raises(ProblemError, match="A106"):
        signing_in.actor_of(secret)
    with pytest.raises(ProblemError, match="A103"):
        sign_in(user)


def test_a_new_password_ends_every_session() -> None:
    user = add_user("clerk")
    secret = sign_in(user).secret
    with acting_as(user):
        with pytest.raises(ProblemError, match="A103"):
            commands.change_password(old="not this", new="another long word 1")
        commands.change_password(old=PASSWORD, new="another long word 1")
    with pytest.raises(ProblemError, match="A106"):
        signing_in.actor_of(secret)
    assert signing_in.sign_in(username=user.username, password="another long word 1").secret


def test_one_time_codes_are_turned_on_by_the_first_of_them() -> None:
    user = add_user("clerk")
    secret = pyotp.random_base32()
    with acting_as(user):
        for wrong in (("no base 32 !", "123456"), (secret, "x")):
            with pytest.raises(ProblemError, match="A103"):
                commands.use_codes(secret=wrong[0], code=wrong[1])
        commands.use_codes(secret=secret, code=pyotp.TOTP(secret).at(int(clock.now().timestamp())))
    with pytest.raises(ProblemError, match="A105"):
        sign_in(user)


def test_the_beginning_happens_once() -> None:
    passwords = begin("45", "宁和市")
    assert sorted(passwords) == ["administrator", "security"]
    first = signing_in.actor_of(signing_in.sign_in(username="security", password=passwords["security"]).secret)
    assert first.permissions == frozenset()
    with acting(first):
        commands.change_password(old=passwords["security"], new=PASSWORD)
    secret = signing_in.sign_in(username="security", password=PASSWORD).secret
    assert "users.grant" in signing_in.actor_of(secret).permissions
    with pytest.raises(ProblemError, match="A115"):
        begin("46", "又一个")


def test_every_model_about_somebody_has_the_scoped_manager() -> None:
    from django.apps import apps

    from tongchou.record.base.scope import Scoped

    found = [model for model in apps.get_models() if issubclass(model, Scoped)]
    assert len(found) > 10
    for model in found:
        assert isinstance(model._default_manager, ScopedManager), model
        assert "agency" in model.scope_by, model
        for kind in model.scope_by:
            with scoped(system("look")):
                list(model.objects.within(Scope(kind, "1" if kind == "agency" else 1)))


def test_a_role_does_not_end_before_it_begins() -> None:
    user = add_user("clerk")
    with everything(), pytest.raises(ProblemError, match="A116"):
        commands.grant(user_id=user.id, role="reviewer", reason="x", until=clock.now())


def test_beside_the_tree_stands_only_what_the_system_opens() -> None:
    with acting_as(add_user("administrator")):
        for kind in ("agency", "public"):
            with pytest.raises(ProblemError, match="A108"):
                commands.open_organisation(kind=kind, code=f"beside {kind}", name="x")
