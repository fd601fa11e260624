"""A small region to test with: a province, a city, a hospital, and users in them."""

from itertools import count

from tongchou.record.base.actor import acting, system_actor
from tongchou.record.orgs import commands, signing_in
from tongchou.record.orgs.models import Organisation, User
from tongchou.record.orgs.signing_in import SignedIn

PASSWORD = "a long word of 9 letters"
_number = count(1)


def everything():
    """Whoever sets the stage may do everything that setting it takes."""
    return acting(system_actor("stage", "orgs.write", "users.write", "users.grant", "users.elevate"))


def organisation(kind: str, parent: Organisation | None = None) -> Organisation:
    number = next(_number)
    with everything():
        return commands.open_organisation(
            kind=kind, code=f"{kind}{number}", name=f"{kind} {number}", parent=parent and parent.id
        )


def add_user(role: str, at: Organisation | None = None) -> User:
    """A user with a role, at a city of their own unless told where."""
    where = at or organisation("agency", organisation("agency"))
    with everything():
        user = commands.add_user(
            username=f"user{next(_number)}", name="张三", organisation_id=where.id, password=PASSWORD
        )
        commands.grant(user_id=user.id, role=role, reason="任职")
        user.must_change = False
        user.save()
    return user


def sign_in(user: User, code: str = "") -> SignedIn:
    return signing_in.sign_in(username=user.username, password=PASSWORD, code=code)


def acting_as(user: User):
    return acting(signing_in.actor_of(sign_in(user).secret))
