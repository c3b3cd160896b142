"""What the 报表 page hands to its components: the papers of the view, their pages, and how a meeting
is frozen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

from components.library.papers import Offer, Progress, Shown
from components.shell import View, cached_per_view, plans
from components.shell.cache import cached
from components.shell.permit import Finish
from data_access.snapshots import FrozenNote
from kpi.vocabulary import PROVINCE, Division, InputError
from reports import papers, preview, preview_html
from reports.bundle import bundled
from reports.content import MEETING_PARTS, OF_A_CITY
from reports.follow_up_rows import FollowUpRow
from reports.freezing import freeze_meeting
from reports.handed_out import marked_for_printing
from reports.paper import Paper, PaperSource, named_with_years
from reports.workbook import ALL_PARTS, PART_NAMES, Part
from reports.workbook.paper import WORKBOOK

# the ledger's own sheet is there when a ledger is kept
SHEETS = {part.value: PART_NAMES[part] for part in Part if part != Part.FOLLOW_UPS}
PROVINCE_SHEETS = {key: PROVINCE.adapted(name) for key, name in SHEETS.items()
                   if key not in OF_A_CITY}
MEETING_SHEETS = frozenset(part.value for part in MEETING_PARTS)
_TEXT_LENGTH = 3000


def scope(view: View) -> Division | None:
    """The chosen unit, None for the whole city."""
    return None if view.selection.division is None else view.place


def offers(view: View, sheets: frozenset[str] = frozenset(SHEETS)) -> tuple[Offer, ...]:
    """What can be had: for one unit its workbook, for the city every paper."""
    parts = frozenset(part for part in ALL_PARTS if part == Part.FOLLOW_UPS or part.value in sheets)
    source = papers.source(view.current, view.card, _ledger_rows(view))
    return tuple(_offer(view, paper, parts, source) for paper in papers.PAPERS
                 if paper.offered(view.geography) and view.may(paper.permission)
                 and (paper.by_division or scope(view) is None))


def bundle(view: View, offered: Sequence[Offer]) -> Offer:
    """All of them as one archive, made of the same files."""
    place = scope(view)
    about = f"截至 {view.card.as_of} {place.name if place else '全市'}的 {len(offered)} 份报表"
    return Offer("all", "全部报表（zip）", about,
                 named_with_years(f"零工归宿_全部报表_{view.card.as_of:%Y%m%d}.zip", _years()),
                 "|".join(offer.identity for offer in offered),
                 lambda: bundled({offer.name: offer.data() for offer in offered}))


def own_workbook(view: View) -> Offer:
    """The workbook of the chosen unit. For an account limited to its divisions without the ledger's
    sheet, which names what others have to do."""
    whole = view.access.scope.everything
    parts = ALL_PARTS if whole else frozenset(part for part in ALL_PARTS if part != Part.FOLLOW_UPS)
    return _offer(view, WORKBOOK, parts, papers.source(view.current, view.card, _ledger_rows(view)
                                                       if whole else ()))


def city_only() -> str:
    """“情况通报、县区通报…”: the papers there are of the whole city only."""
    return "、".join(paper.title.split("（")[0] for paper in papers.PAPERS if not paper.by_division)


@cached_per_view(16)
def _ledger_rows(view: View) -> Sequence[FollowUpRow] | None:
    """The ledger's rows as of the day; the view's key grows with every event in it, so they are
    those of now.
    """
    return papers.source(view.current, view.card).follow_ups


def _offer(view: View, paper: Paper, parts: frozenset[Part], source: PaperSource) -> Offer:
    unit = scope(view)
    chosen = ",".join(sorted(parts)) if paper.sheets else ""
    identity = "|".join((view.key, str(view.card.as_of), paper.key,
                         ":".join(unit.key if unit else ()), chosen, paper.depends_on(source)))
    names = view.geography.names
    return Offer(paper.key, names.adapted(paper.title), names.adapted(paper.about),
                 paper.name_for(view.geography, view.card.as_of, unit, _years()), identity,
                 partial(_made, identity, paper, source, unit, parts), _pdf(paper.suffix))


def _years() -> str | None:
    """Of the plan that is looked at, None where it is the current one."""
    plan = plans.other()
    return None if plan is None else plan.years


def _pdf(suffix: str) -> Finish | None:
    """Makes pages of a marked file of that kind; None where this machine cannot."""
    if not preview.can_print(suffix):
        return None
    return lambda content, by: preview.pdf(marked_for_printing(content, by), suffix)


@cached(32)
def _made(identity: str, _paper: Paper, _source: PaperSource, _unit: Division | None,
          _parts: frozenset[Part]) -> bytes:
    return papers.paper_bytes(_paper, _source, scope=_unit, parts=_parts)


def draw(offer: Offer, progress: Progress) -> Shown:
    """The paper's pages; where nothing can lay them out its content; of data its beginning."""
    progress("正在生成文件", 0.1)
    content, suffix = offer.data(), PurePath(offer.name).suffix
    if suffix == ".json":
        return Shown(text=content.decode("utf-8")[:_TEXT_LENGTH] + "\n…")
    if not preview.available():
        return Shown(html=preview_html.html_of(content, suffix))
    progress("正在排版", 0.4)
    try:
        return _laid_out(offer.identity, content, suffix)
    except InputError:
        if suffix != ".pptx":
            raise
        # an office program without its part for slides, which is a package of its own
        return Shown(html=preview_html.html_of(content, suffix))


@cached(16)
def _laid_out(identity: str, _content: bytes, _suffix: str) -> Shown:
    # no progress from within: what a cached function draws is drawn again in other sessions, where
    # its place is gone
    pages = preview.rendered(_content, _suffix)
    draw_page = partial(preview.picture, pages.printed) if pages.printed else None
    return Shown(pages.pages, pages.total, draw_page)


def freezing(view: View) -> Callable[[Progress], FrozenNote]:
    """Makes the day's papers and keeps them with the snapshot and the plan."""
    def freeze(progress: Progress) -> FrozenNote:
        progress("正在生成报表", 0.2)
        made = papers.meeting_papers(papers.source(view.current, view.card))
        progress("正在留存", 0.8)
        return freeze_meeting(view.current, view.card, papers.note_of(view.current), made)
    return freeze
