"""What may be declared in `interface/`: the codes in which institutions' software names what the region has words for.

The national interface leaves codes open to provinces. An institution's software speaks in codes; rules ask for words.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from tongchou.ground.region.scalars import Fact, When

Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z.]{1,20}$")]


class InsuranceCode(Fact):
    """险种类型 `insutype` of the scheme; `also` are codes that are read as the same."""

    code: Code
    also: tuple[Code, ...] = ()


class Care(Fact):
    """医疗类别 `med_type`: the kind of visit that it is, which facts of the visit it tells, and how it is cleared.

    `disease`: the disease that the visit names is a fact of the claim. `admission`: the type of filing by which an
    admission is registered.
    """

    kind: str
    gives: dict[str, str] = Field(default_factory=dict)
    disease: Literal["named", "none"] = "none"
    clearing: Code
    admission: str | None = None


class FundCode(Fact):
    """基金支付类型 `fund_pay_type` of what a layer pays; `hospital` is the share of the institution."""

    code: Code
    name: str | None = None


class WordCodes(Fact):
    """The codes of a fact's words: code → word. Several codes may be one word."""

    codes: dict[Code, str] = Field(min_length=1)


class PersonType(Fact):
    """人员类别 `psn_type` of those for whom the condition holds; of several the one written first."""

    when: When | None = None


class FilingCode(Fact):
    """Which filing a transaction of the interface makes (`2503`; of `2505` each business type, `2505-05`), and which of
    its fields says what the filing names. `papers`: evidence stays with the institution, as paper."""

    type: str
    names: dict[str, str] = Field(default_factory=dict)
    papers: Literal["kept", "none"] = "none"


class ExtraField(Fact):
    """A field that the region adds to a section of a transaction; one that tells a `fact` of the visit is read through
    the fact's codes."""

    of: Code
    section: str
    label: str
    fact: str | None = None


class Exchange(Fact):
    """How messages are exchanged: whether somebody must have signed in, in which ways an institution may prove itself,
    how many rows a section may have, for how many days messages are kept. `sold_twice`: whether the sale of a package
    whose traceability code is sold already is refused, or reported to supervision."""

    sign_in: Literal["required", "optional"] = "optional"
    methods: tuple[Literal["tif", "api", "ca-sm3", "ca-sha256", "apikey", "bearer"], ...] = (
        "tif",
        "api",
        "ca-sm3",
        "ca-sha256",
        "bearer",
    )
    rows: Annotated[int, Field(ge=1, le=10_000)] = 5_000
    kept_days: Annotated[int, Field(ge=366)] = 1_096
    sold_twice: Literal["reported", "refused"] = "reported"


INTERFACE_KINDS: dict[str, tuple[type[Fact], bool]] = {
    "insutype": (InsuranceCode, False),
    "med_type.*": (Care, True),
    "fund_pay_type.*": (FundCode, True),
    "codes.*": (WordCodes, True),
    "psn_type.*": (PersonType, True),
    "files.*": (FilingCode, True),
    "extra.*": (ExtraField, True),
    "exchange": (Exchange, False),
}
"""Kinds of facts of `interface/`: the model, and whether the address ends with a name of its own."""
