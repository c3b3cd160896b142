"""The cards of alerts beside a scorecard: those it has made, or those of another roll-up or another
meeting day.
"""

from __future__ import annotations

from datetime import date

from kpi.alerts import Cards, Desk, Shelved, cards_at, history_of, meeting_day, none_shelved
from kpi.figures import Figures
from kpi.scorecard.scorecard import Scorecard
from kpi.vocabulary import Division, Rollup


def cards_of(
    figures: Figures,
    card: Scorecard,
    rollup: Rollup,
    since: date | None = None,
    shelved: Shelved = none_shelved,
) -> Cards:
    """The cards of the city and one roll-up as of the scorecard's day.

    `since`: the day news are counted from, the 1st of the month when left out. `shelved`: what has
    been put aside; that of the scorecard, which has applied it to its own cards already.
    """
    if since is None and rollup != Rollup.MANAGING:
        return Cards(card.as_of, meeting_day(card.as_of), card.cards)
    desk = Desk(card.alerts, card.by_key, card.plan, card.geography, history_of(figures),
                card.as_of)
    return cards_at(desk, rollup, since, shelved)


def unit_cards(
    figures: Figures,
    card: Scorecard,
    division: Division,
    since: date | None = None,
    shelved: Shelved = none_shelved,
) -> Cards:
    """The cards of one unit for itself; the arguments are those of `cards_of`."""
    return cards_of(figures, card, division.rollup, since, shelved).of_division(*division.key)
