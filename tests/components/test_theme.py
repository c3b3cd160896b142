"""Colours that can be read and told apart, with or without full colour vision."""

from __future__ import annotations

from itertools import combinations

import pytest

from components.look import theme
from kpi.judging.pace import Light
from kpi.wording.wording import LIGHT_COLOURS, LIGHT_SHAPES, LIGHT_WORDS

JUDGED = (Light.MET, Light.GREEN, Light.YELLOW, Light.RED)
# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
DEUTERANOPIA = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
                (-0.011820, 0.042940, 0.968881))
PROTANOPIA = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
              (-0.003882, -0.048116, 1.051998))


def _linear(colour: str) -> list[float]:
    channels = [value / 255 for value in theme.rgb(colour)]
    return [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
            for value in channels]


def _luminance(colour: str) -> float:
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), _linear(colour),
                                                       strict=True))


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _lab(linear: list[float]) -> list[float]:
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    scaled = [sum(m * max(v, 0) for m, v in zip(row, linear, strict=True)) / w
              for row, w in zip(matrix, white, strict=True)]
    x, y, z = (value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
               for value in scaled)
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]


def _apart(one: str, other: str, vision: tuple[tuple[float, ...], ...]) -> float:
    seen = [_lab([sum(m * v for m, v in zip(row, _linear(colour), strict=True)) for row in vision])
            for colour in (one, other)]
    return float(sum((a - b) ** 2 for a, b in zip(*seen, strict=True)) ** 0.5)


@pytest.mark.parametrize("colour", [*LIGHT_COLOURS.values(), theme.TEXT, theme.MUTED, theme.INK])
@pytest.mark.parametrize("ground", [theme.CARD, theme.PAGE])
def test_every_colour_that_is_written_in_can_be_read(colour: str, ground: str) -> None:
    assert _contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("vision", [DEUTERANOPIA, PROTANOPIA], ids=["deuteranopia", "protanopia"])
def test_the_lights_stay_apart_without_full_colour_vision(
        vision: tuple[tuple[float, ...], ...]) -> None:
    for one, other in combinations(JUDGED, 2):
        assert _apart(LIGHT_COLOURS[one], LIGHT_COLOURS[other], vision) > 12, (one, other)


def test_every_light_has_shape_word_and_colour_and_no_two_judged_ones_agree_in_word() -> None:
    assert set(LIGHT_COLOURS) == set(LIGHT_SHAPES) == set(LIGHT_WORDS) == set(Light)
    assert len({LIGHT_WORDS[light] for light in JUDGED}) == len(JUDGED)


def test_a_mark_says_its_word_and_shape() -> None:
    assert "▲ 滞后" in theme.light_mark(Light.YELLOW)
