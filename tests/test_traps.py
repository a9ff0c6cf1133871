"""Traps for the checks of numbers and tables: odd files that once stopped a check or slipped through."""

from __future__ import annotations

from tests.test_datatables import CHECKS, COLUMNS, FIELDS, FOOD, SPORT, copy_of_data, food, found, table_findings  # noqa: F401
from tests.test_ledger import subject, real, measures, told, load, AVERAGE, shares, KEY, PANELS  # noqa
from tests.test_claims import claim, grants, GRANTS, run_check, Facts, SOLAR
import json, pytest

def j(**more):
    import copy
    r = {"path": "table.csv", "schema": {"fields": copy.deepcopy(FIELDS)}, "checks": copy.deepcopy(CHECKS)}
    return r

def test_trap_missing_column_of_a_sum(found):
    codes=[i.code for i in found([[c for n,c in zip(COLUMNS,row) if n!="grants"] for row in (FOOD,SPORT)], columns=[n for n in COLUMNS if n!="grants"])]
    assert codes.count("missing-column") == 1

def test_trap_empty_cell_not_required_in_sum(found):
    r=j()
    del r["schema"]["fields"][1]["constraints"]["required"]
    found([food(grants=""), SPORT], descriptor=json.dumps({"resources":[r]}))

@pytest.mark.parametrize("cell", ["true","false"])
def test_trap_true_in_number_column(found, cell):
    assert [i.code for i in found([food(grants=cell), SPORT])] == ["wrong-type"]

@pytest.mark.parametrize("cell", ["null","~"])
def test_trap_null(found, cell):
    assert [i.code for i in found([food(year=cell), SPORT])] == ["wrong-type"]

@pytest.mark.parametrize("change", [lambda r:r["schema"].pop("fields"), lambda r:r["schema"]["fields"][0].pop("name"), lambda r:r["checks"][0].update(rule="averge"),
   lambda r:r["checks"][0].update(total="nope"), lambda r:r["checks"][0].pop("n"), lambda r:r["schema"]["fields"][8]["constraints"].update(pattern="(")])
def test_trap_descriptor(found, change):
    r=j(); change(r)
    assert "broken-descriptor" in [i.code for i in found(descriptor=json.dumps({"resources":[r]}))]

def test_trap_descriptor_required_without_description(found):
    r=j(); r["schema"]["fields"][1].pop("description")
    assert [i.code for i in found([food(grants=""), SPORT], descriptor=json.dumps({"resources":[r]}))] == ["empty-cell"]

def test_trap_stale_excuse(found):
    assert found(checks=[{**CHECKS[0], "printed_so": {"Nobody": "x"}}]) != []

def test_trap_primary_key(tmp_path):
    p=copy_of_data(tmp_path); q=p.data/"deprivation-district-summaries.csv"; t=q.read_text(); q.write_text(t+t.splitlines()[-1]+"\n")
    assert list(table_findings(p)) != []

@pytest.mark.parametrize("value,of", [("1","{n: 4, what: a, total: 1e40}"),("1e-40","{n: 4, what: a, total: 3}"),("1e40","{n: 4, what: a, total: 3}")])
def test_trap_big(subject, value, of):
    subject(measures(AVERAGE.format(value, of)))

@pytest.mark.parametrize("value", ["1e40","1e-40"])
def test_trap_big_share(subject, value):
    subject(measures(*shares(value,"4")))

@pytest.mark.parametrize("c,f,facts", [("applicants: Art",{},0)])
def test_trap_zero_average(c,f,facts):
    with pytest.raises(ValueError): 
        run_check(claim(c), grants(Art=(4, 100, 0, 0, 0, 0, 0)))

@pytest.mark.parametrize("c", ["panels","theatre hours","carbon","cost of a panel","replies: 50"])
def test_trap_text_claim(c):
    with pytest.raises(ValueError): 
        run_check(claim(c, text="many"), SOLAR)

def test_trap_shares_zero_applicants():
    with pytest.raises(ValueError): run_check(claim("shares: Art"), grants(Art=(0, 100, 1, 50, 0, 50, 0)))
def test_trap_shares_nothing_fits():
    o=run_check(claim("shares: Art"), grants(Art=(5,100,20,33,1,66,0))); print(o.said); assert "fit ." not in o.said

@pytest.mark.parametrize("m", ["{claim: CL10, kind: outcome, period: 2020}", "{claim: CL34, kind: outcome}", "{claim: CL10, low: 5, high: 50}", "{claim: CL16, unit: USD}", "{claim: CL16, unit: people}"])
def test_trap_ranges_and_units(subject, m):
    assert "differs-from-ledger" in [i.code for i in subject(measures(m))[1]]

def test_trap_named_unknown_only(subject):
    codes=[i.code for i in subject(measures("{claim: CL99}"))[1]]; assert "unknown-claim" in codes

@pytest.mark.parametrize("t", ["It raised £345K [@K, line 271].","It raised £345 thousand [@K, line 271].","It raised £0.345 Million [@K, line 271].","It raised £345 000 [@K, line 271].",
  "On 1 April 2020 staff moved [@K, line 412].", "By 2022 people had signed [@reed2019_ch7, line 111].", "See [x](https://x.org/p900%20panels) [@K, line 157]"])
def test_trap_false_alarm(real, t):
    assert told(t, real) == []

@pytest.mark.parametrize("t", ["About 2,000 tonnes of carbon dioxide [@K, line 274].","At 85 per cent [@K, line 157].","It cost £50 billion [@reed2019_ch7, line 109].","€345,000 [@K, line 271]","**900** panels [@K, line 272]","-£345,000 [@K, line 271]"])
def test_trap_missed(real, t):
    assert told(t, real) != []

def test_trap_float_million(load):
    l=load(PANELS.replace("1000,,,,panels","1001000,,,,GBP"))
    assert list(differences("It raised £1.001 million [@reed2019_ch7, line 272].", l)) == []

@pytest.mark.parametrize("cells", [",20,10,,panels","5,1,,,panels","5,,9,,panels", ",5,,words,panels", "true,,,,panels","1000,,,,"])
def test_trap_claim_values(load, cells):
    assert load(PANELS.replace("1000,,,,panels",cells)).findings != []

def test_trap_lines_of():
    from anchorbook.ledger import lines_of
    assert lines_of("lines 45-47") == [45,46,47]

def test_trap_read_csv_u2028(tmp_path):
    from anchorbook.reading_csv import read_csv
    (tmp_path/"a.csv").write_text("a,b\nx\u2028y,2\n", encoding="utf-8")
    assert read_csv(tmp_path/"a.csv","a").place(("rows",0,"b")) == (2,5)

def test_trap_message(real):
    assert told("It raised £335,000 for the panels [@K, line 271].", real)[0][0].startswith("£335,000 is given")
from anchorbook.checks.ledger import differences
