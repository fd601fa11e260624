"""A synthetic year settled in bulk, and a record that knows its people, households and institutions."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.record.contributions.stage import region
from tests.record.orgs.people import organisation
from tongchou.faces.cli.settle import settle_folder
from tongchou.faces.cli.synth import draw, profile_of
from tongchou.record.base.columns import numbers, write
from tongchou.record.base.secret import keys
from tongchou.record.orgs.models import Organisation
from tongchou.record.people.models import Household, Membership, Person
from tongchou.record.providers.models import Institution
from tongchou.record.settlement.batch import Known

YEAR = 2025


def a_year(folder: Path, persons: int) -> tuple[Path, Path]:
    """Folders with a drawn year and with what settling it in bulk gives."""
    pack, data, results = region(), folder / "data", folder / "results"
    data.mkdir()
    results.mkdir()
    draw(pack, profile_of(pack, "ninghe", None), persons, YEAR, 1, data)
    settle_folder(pack, data, results, "parquet", jobs=1, trace=True)
    return data, results


def known_in(data: Path, agency: Organisation) -> Known:
    """Everybody in the data with their household, and every institution, as the record has them now."""
    return Known(_people(data, agency), _institutions(data, agency))


def _people(data: Path, agency: Organisation) -> dict[str, int]:
    persons = pq.read_table(data / "persons.parquet")
    count = len(persons)
    ids = numbers(Person, count)
    secret = "\\x" + keys().seal("王某", "person.name").hex()
    same = {"agency_id": pa.repeat(agency.pk, count), "name": pa.repeat(secret, count)}
    same |= {"name_finder": pa.repeat(secret[:66], count), "provisional": pa.repeat(False, count)}
    write(Person, pa.table({"id": ids, **same, "born": persons["birth_date"], "sex": persons["sex"]}))
    names = persons["household_id"].to_pylist()
    homes = {name: number for number, name in enumerate(dict.fromkeys(names))}
    home = numbers(Household, len(homes))
    write(Household, pa.table({"id": home, "agency_id": pa.repeat(agency.pk, len(home))}))
    of = np.array([homes[name] for name in names])
    during = [f"[{born or date(1900, 1, 1)},)" for born in persons["birth_date"].to_pylist()]
    member = {"person_id": ids, "household_id": home[of], "head": pa.repeat(False, count), "during": during}
    write(Membership, pa.table(member))
    return dict(zip(persons["person_id"].to_pylist(), ids.tolist(), strict=True))


def _institutions(data: Path, agency: Organisation) -> dict[str, int]:
    texts = sorted(set(pq.read_table(data / "claims.parquet")["provider_id"].to_pylist()))
    found = {}
    for number, text in enumerate(texts):
        found[text] = Institution.objects.create(
            organisation=organisation("provider", agency),
            code=text,
            kind="hospital",
            ownership="public",
            credit_code=f"Y{number:017d}",
            opened=date(2000, 1, 1),
        ).pk
    return found


def day_after(data: Path) -> date:
    """The first day on which all of it is past."""
    last: date = max(pq.read_table(data / "claims.parquet")["settled_at"].to_pylist()).date()
    return last + timedelta(days=1)
