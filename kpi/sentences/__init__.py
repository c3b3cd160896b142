"""What is said of a scorecard: the headline, the narrative, definitions in words."""

from kpi.sentences.absence import why_absent
from kpi.sentences.alert_cards import (
    count_words,
    long_standing_words,
    news_words,
    rest_words,
    scope_words,
    state_words,
    under_words,
)
from kpi.sentences.definitions import (
    KIND_WORDS,
    REASON_RULES,
    TERMS,
    counting_rules,
    judged_words,
    light_rules,
    target_rule,
)
from kpi.sentences.departments import department_sentence
from kpi.sentences.headline import furthest_behind, tally
from kpi.sentences.market import fill_words, market_sentences, people, undated_words
from kpi.sentences.movement import (
    movement_words,
    odd_day_words,
    odd_unit_words,
    part_name,
    part_number,
    part_words,
)
from kpi.sentences.narrative import closing_words, told
from kpi.sentences.places import (
    ScorePart,
    certainty_words,
    group_division,
    league_sentence,
    left_out_because,
    moved_words,
    place_title,
    published_light,
    score_parts,
    still_early,
)
from kpi.sentences.scoring import formula_words, grade_words, method_words, paper_words
from kpi.sentences.standing import against, points, sentence, worst_first
from kpi.sentences.what_if import (
    closing_set_words,
    landing_words,
    places_range,
    supposed_chance,
    supposed_words,
)

__all__ = [
    "KIND_WORDS",
    "REASON_RULES",
    "TERMS",
    "ScorePart",
    "against",
    "certainty_words",
    "closing_set_words",
    "closing_words",
    "count_words",
    "counting_rules",
    "department_sentence",
    "fill_words",
    "formula_words",
    "furthest_behind",
    "grade_words",
    "group_division",
    "judged_words",
    "landing_words",
    "league_sentence",
    "left_out_because",
    "light_rules",
    "long_standing_words",
    "market_sentences",
    "method_words",
    "moved_words",
    "movement_words",
    "news_words",
    "odd_day_words",
    "odd_unit_words",
    "paper_words",
    "part_name",
    "part_number",
    "part_words",
    "people",
    "place_title",
    "places_range",
    "points",
    "published_light",
    "rest_words",
    "scope_words",
    "score_parts",
    "sentence",
    "state_words",
    "still_early",
    "supposed_chance",
    "supposed_words",
    "tally",
    "target_rule",
    "told",
    "undated_words",
    "under_words",
    "why_absent",
    "worst_first",
]
