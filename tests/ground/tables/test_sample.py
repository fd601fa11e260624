"""The sample."""

from pathlib import Path

from tongchou.ground.tables import read_tables, write_sample


def test_the_sample_reads_without_a_problem(tmp_path: Path) -> None:
    paths = write_sample(tmp_path)
    tables = read_tables(tmp_path)
    assert tables.problems == []
    assert sorted(tables.read) == sorted(path.stem for path in paths)
    assert all(tables.rows[name] for name in tables.read)
