"""A review as a page and as JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from evaluation_music import BASS, line, stretch

from bridge.evaluation.reviewing import pages
from bridge.evaluation.reviewing.music import Music
from bridge.evaluation.reviewing.review import FIT, MEASURES, Found, Review
from bridge.evaluation.reviewing.surprise import total

PITCHES = list(range(60, 76))


def reviewed(*, machine: tuple[int, ...] = (), title: str = "a <piece>", beats: bool = True) -> Review:
    """Notes on half beats that cost a bit a field, the pitch of note 9 costs 8; nothing is said of the first."""
    notes = stretch(line(PITCHES), BASS)
    bits = np.ones((len(PITCHES), 5))
    bits[0], bits[9, 2], bits[5, 3] = np.nan, 8.0, np.nan
    played = np.isin(np.arange(len(PITCHES)), machine)
    music = Music(title, notes, notes.onset / 96, played, beats)
    measures = {name: Found(1.0, None) for name in MEASURES} | {"order": Found(math.nan, None), "key": Found(0.5, 12.6)}
    fit = {"harmony": Found(0.75, 40.0)} if machine else {}
    return Review(music, bits, measures, fit, "turns" if machine else None)


def test_every_figure_is_in_the_json_and_what_is_not_known_is_null() -> None:
    told = pages.as_json(reviewed(machine=(3, 4)))
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert (told["notes"], told["machine_notes"], told["manner"]) == (16, 2, "turns")
    assert told["measures"]["order"] == {"value": None, "percentile": None}
    assert told["measures"]["key"] == {"value": 0.5, "percentile": 12.6} and set(told["measures"]) == set(MEASURES)
    assert told["fit"] == {"harmony": {"value": 0.75, "percentile": 40.0}}
    assert told["bits"][:2] == [None, 5.0] and told["bits"][9] == 12.0 and told["bits"][5] == 4.0
    assert told["seconds"][:3] == pytest.approx([0.0, 0.25, 0.5])


def test_a_page_says_what_a_measure_means_and_escapes_what_is_anybodys() -> None:
    text = pages.as_html(reviewed())
    assert "a &lt;piece&gt;" in text and "<piece>" not in text
    assert "16 notes, on the beats of its file or clock" in text
    assert MEASURES["key"].text in text and "<td>13</td>" in text, "percentiles are whole"
    assert "How the machine fitted you" not in text and "Antiphon" not in text.split("</title>")[1]
    assert text.count("data:image/png") == 2 and "http" not in text


def test_a_jam_says_who_played_and_how_it_fitted() -> None:
    text = pages.as_html(reviewed(machine=(3, 4, 5), beats=False))
    assert "16 notes, 3 of them Antiphon" in text and "without beats" in text
    assert "You played in turns" in text and FIT["harmony"].text in text


def test_the_most_surprising_notes_come_first_with_the_field_that_made_them_so() -> None:
    first, second, *rest = pages._most_surprising(reviewed())
    assert first == ["beat 4.50", "A4", "bass", "12.0", "the pitch"]
    assert second[0] == "beat 0.50", "of those alike the first"
    assert len(rest) == 6 and all(float(row[3]) <= 5 for row in rest)


def test_the_mean_is_of_the_notes_around_and_of_none_where_there_are_none() -> None:
    review = reviewed()
    bits, beats = total(review.bits), pages._beats(review)
    assert beats[:3].tolist() == [0.0, 0.5, 1.0]
    assert pages._mean_around(bits, beats, 0.5) == pytest.approx(5.0), "what is not known counts for nothing"
    assert pages._mean_around(bits, beats, 4.5) == pytest.approx((12 + 4 + 6 * 5) / 8)
    assert math.isnan(pages._mean_around(bits, beats, 100.0))


def test_pictures_hold_all_notes_however_few_are_known() -> None:
    review = reviewed()
    silent = Review(review.music, np.full((16, 5), np.nan), review.measures, {}, None)
    axes = pages.surprise_over_time(silent).axes[0]
    assert axes.get_ylim() == (0, 1) and axes.get_xlim() == (0.0, 7.5)
    (picture,) = pages.similarity(review).axes[0].images
    assert picture.get_array().shape[0] == picture.get_array().shape[1] > 4
