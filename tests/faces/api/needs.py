"""What every operation of the interface needs, written down apart from the program: the matrix holds it to this."""

NOBODY, SIGNED_IN, SIGNS_OUT = "nobody", "signed in", "signs out"
"""Nobody need be signed in; any user may; any user may, and then is gone."""

NEEDS = {
    "POST /api/session": NOBODY,
    "GET /api/session": SIGNED_IN,
    "DELETE /api/session": SIGNS_OUT,
    "PUT /api/session/password": SIGNED_IN,
    "PUT /api/session/codes": SIGNED_IN,
    "POST /api/session/tokens": SIGNED_IN,
    "GET /api/organisations": "orgs.read",
    "POST /api/organisations": "orgs.write",
    "POST /api/organisations/{organisation}/users": "users.write",
    "POST /api/organisations/users/{user}/roles": "users.grant",
    "DELETE /api/organisations/users/{user}/roles/{role}": "users.grant",
    "POST /api/persons": "people.write",
    "POST /api/persons/search": "people.read",
    "GET /api/persons/{person}": "people.read",
    "POST /api/persons/{person}/in-full": "people.reveal",
    "POST /api/persons/{person}/categories": "people.write",
    "POST /api/persons/merges": "people.write",
    "POST /api/persons/merges/{case}": "people.merge",
}
