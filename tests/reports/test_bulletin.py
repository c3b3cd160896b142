"""The bulletin's tables are the scorecard's figures, unit by unit; ties are tested on the sample
(`test_exports`).
"""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from docx import Document

from kpi.sentences.headline import headline
from kpi.vocabulary.division import Rollup
from kpi.wording.wording import LIGHT_WORDS, figure
from reports.bulletin import bulletin_bytes, file_name
from tests.reports.conftest import Made
from tests.reports.office import convert
from tests.reports.world import AS_OF

Rows = list[list[str]]


def _tables(content: bytes) -> list[Rows]:
    return [[[cell.text for cell in row.cells] for row in table.rows]
            for table in Document(io.BytesIO(content)).tables]


@pytest.fixture(scope="module")
def written(city: Made) -> bytes:
    return bulletin_bytes(city.known.figures, city.known.card, city.known.note)


def test_the_league_is_the_scorecards(city: Made, written: bytes) -> None:
    card = city.known.card
    league = _tables(written)[0]
    assert league[0] == ["名次", "较上月", "单位", "得分", "完成或达序时", "滞后", "严重滞后"]
    wanted = [row for row in card.ranking if row.group == "county"]
    assert [row[2] for row in league[1:]] == [card.geography.unit_by_code[row.division].name
                                              for row in wanted]
    for shown, row in zip(league[1:], wanted, strict=True):
        assert shown[0] == str(row.place)
        assert abs(float(shown[3]) - (row.score or 0)) <= 0.05 + 1e-9
        assert sum(int(number) for number in shown[4:]) <= len(card.plan.core)


def test_every_indicator_has_a_table_with_each_units_own_line(city: Made, written: bytes) -> None:
    card, tables = city.known.card, _tables(written)[1:]
    assert len(tables) == len(card.plan.core)
    for item, rows in zip(card.plan.core, tables, strict=True):
        assert {row[1] for row in rows[1:]} == {county.name for county in card.geography.counties}
        for row in rows[1:]:
            county = next(county for county in card.geography.counties if county.name == row[1])
            line = card.line(item.code, county)
            assert row[2] == figure(line.value, item.indicator.unit, line.target, line.comparator)
            assert row[6].endswith(LIGHT_WORDS[line.light])
            if line.completion is not None:
                assert abs(float(row[4].rstrip("%")) / 100 - line.completion) <= 0.0005 + 1e-9


def test_the_months_addition_is_the_difference_of_two_days(city: Made, written: bytes) -> None:
    known = city.known
    number = [item.code for item in known.plan.core].index("training_attendances")
    before = AS_OF.replace(day=1) - timedelta(days=1)
    for row in _tables(written)[1 + number][1:]:
        county = next(county for county in known.card.geography.counties if county.name == row[1])
        now, then = (known.figures.measure("training_attendances", county, day).value or 0
                     for day in (AS_OF, before))
        assert row[3] == ("持平" if now == then else f"+{now - then:,.0f}人次")


def test_managing_units_are_ranked_among_their_peers(city: Made) -> None:
    known = city.known
    tables = _tables(bulletin_bytes(known.figures, known.card, known.note, Rollup.MANAGING))
    per_group = 1 + len(known.plan.core)
    own, zones = tables[0], tables[per_group]
    assert {row[2] for row in own[1:]} == {"宿城区", "沭阳县"}
    assert {row[2] for row in zones[1:]} == {"经开区"}
    line = known.card.line("jobs_published", next(unit for unit in known.card.geography.managing
                                                  if unit.name == "宿城区"))
    jobs = tables[1 + [item.code for item in known.plan.core].index("jobs_published")]
    assert next(row for row in jobs if row[1] == "宿城区")[2] == f"{line.value:,.0f}个"


def test_it_says_the_screens_sentence_and_whether_it_is_sample(city: Made, bare: Made,
                                                               written: bytes) -> None:
    said = [paragraph.text for paragraph in Document(io.BytesIO(written)).paragraphs]
    assert headline(city.known.card) in said
    assert any("演示数据" in text for text in said)
    real = bulletin_bytes(bare.known.figures, bare.known.card, bare.known.note)
    assert not any("演示数据" in paragraph.text for paragraph in Document(io.BytesIO(real)).paragraphs)
    assert "—" in {cell for table in _tables(real) for row in table for cell in row}


def test_equal_figures_make_equal_files_named_by_what_and_when(city: Made, written: bytes) -> None:
    assert bulletin_bytes(city.known.figures, city.known.card, city.known.note) == written
    assert file_name(AS_OF) == "零工归宿_县区通报_20261031.docx"
    assert file_name(AS_OF, Rollup.MANAGING) == "零工归宿_管理单位通报_20261031.docx"


def test_it_names_whom_it_is_sent_to_before_it_says_anything(city: Made, written: bytes) -> None:
    known = city.known
    units = bulletin_bytes(known.figures, known.card, known.note, Rollup.MANAGING)
    for content, whom in ((written, "各县区人民政府："), (units, "各县区人民政府，各功能区管委会：")):
        lines = [one.text for one in Document(io.BytesIO(content)).paragraphs]
        assert lines.index(whom) + 1 == next(at for at, text in enumerate(lines)
                                             if text.startswith("截至"))


@pytest.mark.office
def test_it_opens_and_prints(written: bytes, tmp_path: Path) -> None:
    assert convert(written, "pdf", tmp_path, name="bulletin.docx").read_bytes().startswith(b"%PDF")
