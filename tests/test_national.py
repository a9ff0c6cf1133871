"""National tables: DuckDB and Spark count as pandas does, what is shown is hidden by the same code, and the same tables are refused."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import anchorbook.evidence.national as national
from anchorbook.cli import main
from anchorbook.evidence import deprivation as dep
from anchorbook.evidence.deprivation import trust
from tests.support.projects import ROOT

TABLE, SAMPLE = ROOT / "data" / "deprivation-2019.csv", ROOT / "data" / "sample-staff-synthetic.csv"
PAGE = ROOT / "book" / "evidence" / "national-staff.md"


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return dep.load_areas(TABLE)


def save(rows: pd.DataFrame, path: Path) -> Path:
    """The rows as Parquet, written by DuckDB."""
    with duckdb.connect() as engine:
        engine.register("made", rows)
        kinds = ", ".join(f'CAST("{name}" AS {"VARCHAR" if rows[name].dtype.kind == "O" or str(rows[name].dtype) in ("str", "string") else "BIGINT"}) AS "{name}"'
                          for name in rows.columns)
        engine.sql(f"SELECT {kinds} FROM made").write_parquet(str(path))
    return path


def by_pandas(rows: pd.DataFrame, areas: pd.DataFrame, folder: Path) -> pd.Series:
    """The same with pandas, through the reader that one trust uses."""
    path = folder / "by-pandas.csv"
    rows.groupby("lsoa_code", as_index=False)["staff"].sum().to_csv(path, index=False)
    return dep.load_staff_counts(path, areas)


def many_rows(areas: pd.DataFrame, seed: int, heads: int = 9_000, parts: int = 4) -> pd.DataFrame:
    """Made-up rows, several for most areas, with ties and zeros, in no order."""
    chance = np.random.default_rng(seed)
    where = dep.synthetic_staff(areas, seed, total=heads, gradient=float(chance.uniform(-2, 2)))
    rows = [(code, int(piece)) for code, count in where.items() for piece in chance.multinomial(count, [1 / parts] * parts) if count or chance.random() < 0.3]
    return pd.DataFrame(rows, columns=["lsoa_code", "staff"]).sample(frac=1, random_state=seed)


def same_report(one: dep.StaffReport, other: dep.StaffReport) -> None:
    pd.testing.assert_frame_equal(one.deciles, other.deciles)
    assert one[1:] == other[1:]


# ---------------------------------------------------------------- the same figures


@pytest.mark.parametrize("seed", range(6))
def test_the_same_counts_and_the_same_report_as_with_pandas(tmp_path, areas, seed):
    rows = many_rows(areas, seed, heads=[150, 400, 1_000, 3_000, 9_000, 20_000][seed])
    ours = national.load_national_counts(save(rows, tmp_path / "staff.parquet"), areas)
    theirs = by_pandas(rows, areas, tmp_path)
    pd.testing.assert_series_equal(ours, theirs)
    for threshold in (3, 5, 10):
        same_report(dep.analyse(areas, ours, threshold), dep.analyse(areas, theirs, threshold))


def test_the_same_from_csv(tmp_path, areas):
    rows = many_rows(areas, 11)
    path = tmp_path / "staff.csv"
    rows.to_csv(path, index=False)
    pd.testing.assert_series_equal(national.load_national_counts(path, areas), by_pandas(rows, areas, tmp_path))
    pd.testing.assert_series_equal(national.load_national_counts(SAMPLE, areas), dep.load_staff_counts(SAMPLE, areas))


def test_rows_with_nothing_in_them_are_passed_over(tmp_path, areas):
    rows = pd.DataFrame({"lsoa_code": ["E01021237", None, "E01021238"], "staff": pd.array([60, None, 70], dtype="Int64")})
    assert national.load_national_counts(save(rows, tmp_path / "a.parquet"), areas).sum() == 130
    path = tmp_path / "a.csv"
    path.write_text("lsoa_code,staff\nE01021237,60\n,\n\"E01021238 \", 70\n")
    assert national.load_national_counts(path, areas).sum() == 130


def test_small_numbers_are_hidden_by_the_one_function(areas, tmp_path, monkeypatch):
    """Take the hiding away in the one place, and both ways show everything."""
    staff = dep.synthetic_staff(areas[areas["district"] == "Maldon"], 3, total=130).reindex(areas.index, fill_value=0)
    assert "hidden" in dep.analyse(areas, staff, 40).deciles["Staff"].tolist()
    monkeypatch.setattr(trust, "protect", lambda here, counts, threshold: dep.Shown(
        counts.groupby(here["imd_decile"]).sum(), counts.groupby(here["district"]).sum(), int(counts.sum())))
    assert "hidden" not in dep.analyse(areas, staff, 40).deciles["Staff"].tolist()


@pytest.mark.parametrize("seed", range(4))
def test_tables_by_decile_and_district_go_with_the_report(areas, seed):
    staff = dep.synthetic_staff(areas, seed, total=250)
    shown, report = dep.tables(areas, staff), dep.analyse(areas, staff)
    assert ["hidden" if pd.isna(count) else f"{count:,}" for count in shown.deciles] == report.deciles["Staff"].tolist()
    assert sorted(shown.districts.index) == report.districts and shown.total == report.counted
    for table in (shown.deciles, shown.districts):
        assert (table.dropna() % 5 == 0).all()


@pytest.mark.parametrize("number, threshold, words", [(250, 2, "a threshold below 3"), (90, 5, "fewer than 100")])
def test_tables_of_few_staff_and_low_thresholds_are_refused(areas, number, threshold, words):
    with pytest.raises(ValueError, match=words):
        dep.tables(areas, dep.synthetic_staff(areas, 1, total=number), threshold)


def test_a_million_rows_are_added_up(tmp_path, areas):
    path = tmp_path / "million.parquet"
    codes = areas[dep.RESIDENTS].to_dict()
    with duckdb.connect() as engine:
        engine.execute("CREATE TABLE codes AS SELECT unnest(?) AS lsoa_code, unnest(range(?)) AS place", [list(codes), len(codes)])
        made = engine.sql(f"SELECT lsoa_code, i % 3 AS staff FROM range(1000000) AS numbers(i) JOIN codes ON place = i % {len(codes)}")
        made.write_parquet(str(path))
        total, rows = engine.execute("SELECT SUM(staff), COUNT(*) FROM read_parquet(?)", [str(path)]).fetchone()
    bigger = areas.copy()
    bigger[dep.RESIDENTS] = 100_000
    counts = national.load_national_counts(path, bigger)
    assert rows == 1_000_000 and counts.sum() == total
    assert abs(dep.analyse(bigger, counts).counted - total) < 5


# ---------------------------------------------------------------- the same refusals


def refused(path: Path, areas: pd.DataFrame) -> str:
    with pytest.raises(ValueError) as caught:
        national.load_national_counts(path, areas)
    said = str(caught.value)
    assert said.startswith(f"{path}: ")
    return said.removeprefix(f"{path}: ")


REFUSED = {
    "another census": ({"lsoa_code": ["E01021237", "E01099999"], "staff": [3, 4]}, "area of the census of 2021"),
    "unknown": ({"lsoa_code": ["E01021237", "E01000001"], "staff": [3, 4]}, "the area E01000001 is not known here"),
    "no code": ({"lsoa_code": ["E01021237", "Jane Bloggs"], "staff": [3, 4]}, "a row has no code of a small area"),
    "missing code": ({"lsoa_code": ["E01021237", None], "staff": [3, 4]}, "a row has no code of a small area"),
    "postcode": ({"lsoa_code": ["E01021237", "SS16 5NL"], "staff": [3, 4]}, "holds a postcode"),
    "missing count": ({"lsoa_code": ["E01021237", "E01021238"], "staff": [3, None]}, "staff of E01021238 is not a whole number"),
    "one of two counts missing": ({"lsoa_code": ["E01021237", "E01021237"], "staff": [3, None]}, "staff of E01021237 is not a whole number"),
    "below zero": ({"lsoa_code": ["E01021237", "E01021237"], "staff": [30, -3]}, "It cannot be below zero"),
    "more than residents": ({"lsoa_code": ["E01021237"], "staff": [123456]}, "more staff are counted in E01021237"),
    "one row a person": ({"lsoa_code": ["E01021237", "E01021237", "E01021238"], "staff": [1, 1, 1]}, "one row for each person"),
    "a third column": ({"lsoa_code": ["E01021237"], "staff": [3], "name": ["Jane Bloggs"]}, "column 3 looks like details of people"),
    "no counts": ({"lsoa_code": ["E01021237"]}, "the column staff is missing"),
    "no rows": ({"lsoa_code": [], "staff": []}, "this table is empty"),
}


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("why", REFUSED)
def test_what_is_refused(tmp_path, areas, why, kind):
    columns, words = REFUSED[why]
    rows = pd.DataFrame({name: pd.array(values, dtype="Int64") if name == "staff" else pd.array(values, dtype="str") for name, values in columns.items()})
    path = tmp_path / f"staff.{kind}"
    if kind == "parquet":
        with duckdb.connect() as engine:
            engine.execute(f"CREATE TABLE made ({', '.join(name + (' BIGINT' if name == 'staff' else ' VARCHAR') for name in columns)})")
            for row in zip(*columns.values(), strict=True):
                engine.execute(f"INSERT INTO made VALUES ({', '.join('?' * len(columns))})", list(row))
            engine.table("made").write_parquet(str(path))
    else:
        rows.to_csv(path, index=False)
    said = refused(path, areas)
    assert words in said
    assert "Bloggs" not in said and "5NL" not in said and "123456" not in said


@pytest.mark.parametrize("why", [name for name in REFUSED if name not in ("one of two counts missing",)])
def test_a_trust_would_be_refused_as_well(tmp_path, areas, why):
    path = tmp_path / "staff.csv"
    pd.DataFrame({name: pd.array(values, dtype="Int64") if name == "staff" else values for name, values in REFUSED[why][0].items()}).to_csv(path, index=False)
    with pytest.raises(ValueError):
        dep.load_staff_counts(path, areas)


@pytest.mark.parametrize("select", ["'E01021237' AS lsoa_code, 3.0 AS staff", "'E01021237' AS lsoa_code, '3' AS staff", "1021237 AS lsoa_code, 3 AS staff",
                                    "['E01021237'] AS lsoa_code, 3 AS staff", "'E01021237' AS lsoa_code, true AS staff"])
def test_columns_of_another_kind_are_refused(tmp_path, areas, select):
    path = tmp_path / "staff.parquet"
    duckdb.sql(f"SELECT {select}").write_parquet(str(path))
    assert "does not hold" in refused(path, areas)


@pytest.mark.parametrize("name, content", [("a.parquet", b"PAR1Jane Bloggs"), ("a.parquet", b""), ("a.csv", b""), ("a.csv", b"\xff\xfel\x00"), ("a.csv", b'lsoa_code,staff\n"E01,3\n'),
                                           ("a.csv", b"lsoa_code,staff\nE01021237,3,Jane Bloggs\n"), ("a.csv", b"lsoa_code,staff\nE01021237,3.5\n")])
def test_what_is_no_table_is_refused_in_words(tmp_path, areas, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    said = refused(path, areas)
    assert "Bloggs" not in said and "Error" not in said and said.endswith(".")


def test_a_name_with_stars_is_one_file(tmp_path, areas):
    rows = pd.DataFrame({"lsoa_code": ["E01021237"], "staff": [60]})
    save(rows, tmp_path / "staff.parquet")
    odd = tmp_path / "s*[a].parquet"
    (tmp_path / "staff.parquet").rename(odd)
    save(rows, tmp_path / "s2.parquet")
    save(rows, tmp_path / "sxa.parquet")
    assert national.load_national_counts(odd, areas).sum() == 60


def test_the_statement_holds_no_word_of_the_file():
    assert "{" not in national.STATEMENT and "%" not in national.STATEMENT


# ---------------------------------------------------------------- the command


def test_the_command_reads_parquet(tmp_path, areas, capsys):
    rows = pd.read_csv(SAMPLE)
    path = save(pd.concat([rows[rows["staff"] > 0], rows[rows["staff"] == 0]]), tmp_path / "synthetic.PARQUET")
    assert main(["--project", str(ROOT), "staff", str(path)]) == 0
    from_parquet = capsys.readouterr().out
    assert main(["--project", str(ROOT), "staff", str(SAMPLE)]) == 0
    assert from_parquet == capsys.readouterr().out and "Counted: about 3,000 staff" in from_parquet


@pytest.mark.parametrize("name, words", [("none.parquet", "cannot be opened"), ("folder.parquet", "cannot be opened")])
def test_a_file_that_is_not_there(tmp_path, capsys, name, words):
    (tmp_path / "folder.parquet").mkdir()
    assert main(["--project", str(ROOT), "staff", str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().err


def test_without_duckdb_it_says_what_to_install(tmp_path, areas, monkeypatch, capsys):
    path = save(pd.read_csv(SAMPLE), tmp_path / "staff.parquet")
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert main(["--project", str(ROOT), "staff", str(path)]) == 1
    assert "pip install duckdb" in capsys.readouterr().err
    assert main(["--project", str(ROOT), "staff", str(SAMPLE)]) == 0


# ---------------------------------------------------------------- another engine


def test_the_page_shows_the_statement_as_it_is():
    shown = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert shown == [national.STATEMENT]


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    if importlib.util.find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed, so the statement was not tried on Spark here. It needs Java 17: pip install pyspark")
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    session = (SparkSession.builder.master("local[1]").appName("anchorbook test").config("spark.ui.enabled", "false")
               .config("spark.sql.shuffle.partitions", "1").config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
               .config("spark.sql.warehouse.dir", str(folder / "warehouse")).config("spark.local.dir", str(folder)).getOrCreate())
    yield session
    session.stop()


@pytest.mark.parametrize("seed", [1, 2])
def test_spark_gives_the_same_rows_for_the_same_statement(spark, tmp_path, areas, seed):
    rows = many_rows(areas, seed)
    rows.loc[rows.index[:5], "lsoa_code"] += " "
    path = save(rows, tmp_path / "staff.parquet")
    spark.read.parquet(str(path)).createOrReplaceTempView("staff")
    known = [(code, int(area["imd_decile"]), area["district"]) for code, area in areas.iterrows()]
    spark.createDataFrame(known, "lsoa_code string, imd_decile int, district string").createOrReplaceTempView("areas")
    found = [tuple(row) for row in spark.sql(national.STATEMENT).collect()]
    with duckdb.connect() as engine:
        national._see_staff(engine, path)
        engine.execute("CREATE TABLE areas AS SELECT unnest(?) AS lsoa_code, unnest(?) AS imd_decile, unnest(?) AS district", [list(column) for column in zip(*known, strict=True)])
        assert found == engine.execute(national.STATEMENT).fetchall()
    counts = national.counts_of(found, areas, path)
    pd.testing.assert_series_equal(counts, national.load_national_counts(path, areas))
    same_report(dep.analyse(areas, counts), dep.analyse(areas, by_pandas(rows.assign(lsoa_code=rows["lsoa_code"].str.strip()), areas, tmp_path)))
