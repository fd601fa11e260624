"""Signing in: what a wrong answer tells, lock-out, one-time codes, sessions that end."""

from datetime import datetime, timedelta

import pyotp
import pytest

from tests.record.orgs.people import acting_as, add_user, sign_in
from tongchou.ground.errors import ProblemError
from tongchou.record.base import clock
from tongchou.record.orgs import signing_in
from tongchou.record.orgs.models import User

MORNING = datetime(2026, 1, 5, 9, 0, tzinfo=clock.CHINA)

pytestmark = pytest.mark.usefixtures("record")


def codes(error: pytest.ExceptionInfo[ProblemError]) -> list[str]:
    return [problem.code for problem in error.value.problems]


def test_a_session_tells_who_acts() -> None:
    user = add_user("clerk")
    actor = signing_in.actor_of(sign_in(user).secret)
    assert (actor.user, actor.organisation) == (user.id, user.organisation_id)
    assert "people.write" in actor.permissions
    assert "people.merge" not in actor.permissions


@pytest.mark.parametrize("username", ["nobody", None])
def test_a_wrong_answer_does_not_tell_what_was_wrong(username: str | None) -> None:
    user = add_user("clerk")
    with pytest.raises(ProblemError) as error:
        signing_in.sign_in(username=username or user.username, password="not this one")
    assert codes(error) == ["A103"]


def test_five_wrong_answers_lock_the_account_for_a_while() -> None:
    user = add_user("clerk")
    with clock.at(MORNING):
        for _ in range(5):
            with pytest.raises(ProblemError):
                signing_in.sign_in(username=user.username, password="not this one")
        with pytest.raises(ProblemError) as error:
            sign_in(user)
        assert codes(error) == ["A104"]
    with clock.at(MORNING + signing_in.LOCKED):
        assert sign_in(user).secret


def test_a_one_time_code_is_due_and_works_once() -> None:
    user = add_user("clerk")
    secret = pyotp.random_base32()
    User.objects.within(signing_in.system_actor("test").scope).filter(id=user.id).update(totp=secret)
    with clock.at(MORNING):
        code = pyotp.TOTP(secret).at(int(MORNING.timestamp()))
        with pytest.raises(ProblemError) as error:
            sign_in(user)
        assert codes(error) == ["A105"]
        assert sign_in(user, code).secret
        with pytest.raises(ProblemError) as error:
            sign_in(user, code)
        assert codes(error) == ["A103"]


def test_an_unused_session_ends() -> None:
    user = add_user("clerk")
    with clock.at(MORNING):
        secret = sign_in(user).secret
    with clock.at(MORNING + signing_in.IDLE - timedelta(seconds=1)):
        signing_in.actor_of(secret)
    with clock.at(MORNING + signing_in.IDLE * 2), pytest.raises(ProblemError) as error:
        signing_in.actor_of(secret)
    assert codes(error) == ["A106"]


def test_a_used_session_ends_too() -> None:
    user = add_user("clerk")
    with clock.at(MORNING):
        secret = sign_in(user).secret
    step = timedelta(minutes=20)
    for number in range(1, 36):
        with clock.at(MORNING + step * number):
            signing_in.actor_of(secret)
    with clock.at(MORNING + signing_in.LONGEST), pytest.raises(ProblemError) as error:
        signing_in.actor_of(secret)
    assert codes(error) == ["A106"]


def test_signed_out_is_out() -> None:
    secret = sign_in(add_user("clerk")).secret
    signing_in.sign_out(secret)
    with pytest.raises(ProblemError) as error:
        signing_in.actor_of(secret)
    assert codes(error) == ["A106"]


def test_a_token_never_does_more_than_its_user() -> None:
    user = add_user("clerk")
    with acting_as(user):
        secret = signing_in.open_token(permissions=["people.read", "people.merge"], days=1).secret
    assert signing_in.actor_of(secret).permissions == {"people.read"}
