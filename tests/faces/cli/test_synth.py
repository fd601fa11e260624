"""`tongchou synth`: what it writes, what it says, and what it will not do."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.main import get_command

pytest.importorskip("numpy")

from tests.faces.cli.desk import Desk
from tongchou.faces.cli import synth as synth_module
from tongchou.faces.cli.speak import guarded, start_language

Synth = Callable[..., tuple[int, str, str]]
ASKED = ("ninghe", "--persons", 40, "--year", 2025)


@pytest.fixture
def synth(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Synth:
    """Runs the command by itself: code, standard output, standard error."""
    monkeypatch.delenv("TONGCHOU_LANG", raising=False)
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("synth")(guarded(synth_module.synth))
    app.callback()(lambda: None)

    def run(*words: object) -> tuple[int, str, str]:
        given = ["synth", *map(str, words)]
        start_language(given)
        with pytest.raises(SystemExit) as ended:
            get_command(app)(args=given, prog_name="tongchou")
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return run


def test_a_region_is_written_with_its_calibration_side_by_side(synth: Synth, tmp_path: Path) -> None:
    out = tmp_path / "out"
    code, said, _ = synth(*ASKED, "--out", out)
    assert code == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "accounts.parquet", "calibration.json", "claims.parquet", "discharges.parquet", "households.parquet",
        "lines.parquet", "persons.parquet", "spells.parquet",
    ]  # fmt: skip
    for text in ("persons: 40", "公布", "17.95 %", "第七次全国人口普查公报", "我们的假定", "不能当作任何地方的证据"):
        assert text in said
    document = json.loads((out / "calibration.json").read_text("utf-8"))
    assert (document["synthetic"], document["persons"], document["rows"]["persons"]) == (True, 40, 40)
    assert {"figure", "target", "published", "source", "generated"} <= set(document["calibration"][0])


def test_it_settles_with_no_rejects_and_reconciles(synth: Synth, desk: Desk, tmp_path: Path) -> None:
    assert synth("ninghe", "--persons", 150, "--year", 2025, "--seed", 5, "--out", tmp_path / "data")[0] == 0
    answer = desk("settle", "ninghe", "--data", tmp_path / "data", "--out", tmp_path / "out", "--jobs", 1, "--json")
    document = answer.json()
    assert (answer.code, document["reconciled"], document["claims"]["rejected"]) == (0, True, 0)
    assert document["claims"]["refused"] <= 0.01 * document["claims_in"]


def test_json_is_the_document_of_the_folder(synth: Synth, tmp_path: Path) -> None:
    code, said, _ = synth(*ASKED, "--out", tmp_path / "out", "--json")
    document = json.loads(said)
    assert (code, document["ok"], document["out"]) == (0, True, str(tmp_path / "out"))
    written = json.loads((tmp_path / "out" / "calibration.json").read_text("utf-8"))
    assert {name: document[name] for name in written} == written


def test_english(synth: Synth, tmp_path: Path) -> None:
    _, said, _ = synth(*ASKED, "--out", tmp_path / "out", "--lang", "en")
    for text in ("published", "persons per household", "our assumption", "evidence of nothing"):
        assert text in said


@pytest.mark.parametrize(
    ("changed", "zh", "en"),
    [
        (("--persons", 0), "--persons 是 1 到", "--persons is 1 to"),
        (("--persons", -5), "--persons 是 1 到", "--persons is 1 to"),
        (("--persons", 10**12), "--persons 是 1 到", "--persons is 1 to"),
        (("--year", 2024), "换一年", "choose another year"),
        (("--year", 2027), "换一年", "choose another year"),
        (("--year", 99999), "公历年份", "calendar year"),
    ],
)
def test_bad_arguments_are_refused_in_both_languages(
    synth: Synth, tmp_path: Path, changed: tuple[object, ...], zh: str, en: str
) -> None:
    for lang, text in (("zh", zh), ("en", en)):
        code, _, said = synth(*ASKED, "--out", tmp_path / "out", *changed, "--lang", lang)
        assert code == 2
        assert text in said
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_left_alone(synth: Synth, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert synth(*ASKED, "--out", out)[0] == 0
    before = (out / "claims.parquet").read_bytes()
    code, _, said = synth(*ASKED, "--out", out, "--seed", 2)
    assert (code, "--force" in said) == (2, True)
    assert synth(*ASKED, "--out", out, "--seed", 2, "--force")[0] == 0
    assert (out / "claims.parquet").read_bytes() != before
    (out / "mine.txt").write_text("x", encoding="utf-8")
    code, _, said = synth(*ASKED, "--out", out, "--force")
    assert (code, "mine.txt" in said) == (2, True)
    code, _, said = synth(*ASKED, "--out", out / "mine.txt")
    assert (code, "不是文件夹" in said) == (2, True)


def test_a_region_without_profile_says_what_to_do(synth: Synth, trial: Path, tmp_path: Path) -> None:
    code, _, said = synth(trial, "--persons", 5, "--year", 2024, "--out", tmp_path / "out")
    assert (code, "--profile" in said) == (2, True)


def test_unknown_words_and_broken_profiles_are_named(synth: Synth, trial: Path, tmp_path: Path) -> None:
    from tongchou.engines.synth import shipped_profile

    given = (trial, "--persons", 5, "--year", 2024, "--out", tmp_path / "out", "--profile")
    code, _, said = synth(*given, shipped_profile("ninghe"))
    assert (code, "kind 普通门诊" in said, "scheme employee" in said) == (3, True, True)
    (tmp_path / "p.yaml").write_text("a: 1\n", encoding="utf-8")
    code, _, said = synth(*given, tmp_path / "p.yaml")
    assert (code, "title" in said) == (3, True)
    code, _, said = synth(*given, tmp_path / "none.yaml")
    assert (code, "none.yaml" in said) == (3, True)
    assert not (tmp_path / "out").exists()


def test_without_numpy_it_says_what_to_install(synth: Synth, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "numpy", None)
    code, _, said = synth(*ASKED, "--out", tmp_path / "out")
    assert (code, "tongchou[fast]" in said) == (2, True)
