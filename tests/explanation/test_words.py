"""Explanations in words."""

from __future__ import annotations

import numpy as np
import pytest
from explained_cases import HALF, KEYS, SHORT, case, events

from bridge.engine.constraints import Constraints
from bridge.engine.model import Draw
from bridge.explanation.case import Case, Facts
from bridge.explanation.causes import Cause
from bridge.explanation.explain import Explanation, Field, Passage
from bridge.explanation.words import interval, sentences
from bridge.vocabulary.codec import DRUMS, Event
from bridge.vocabulary.guide import free_guide, guide_of


@pytest.mark.parametrize(
    ("semitones", "said"),
    [
        (0, "on the same pitches"),
        (5, "a fourth up"),
        (-12, "an octave down"),
        (19, "an octave and a fifth up"),
        (-1, "a semitone down"),
        (24, "2 octaves up"),
    ],
)
def test_intervals(semitones: int, said: str) -> None:
    assert interval(semitones) == said


def test_what_is_known_is_said() -> None:
    one = case([60, 62, 64, 65])
    answer = {"candidates": 16, "began_from": "opening moved", "terms": {"key": 1.0, "motif": 0.8, "home": 0.1}}
    told = Case(one.events, one.context, one.event, one.mine, None, Facts("respond", "C major", "F", "keys", answer))
    field = Field("pitch", "F4", 0.25, 2, 128, 0.25, 1.0, (("G4", 0.5), ("F4", 0.25)))
    others = [Field(name, "so", 0.5, 1, 9, 0.5, 1.0, ()) for name in ("dt", "voice", "velocity", "duration")]
    causes = (Cause(2, np.log(3.0)), Cause(1, 0.01))
    said = list(sentences(Explanation(told, (field, *others), causes, Passage(0, 4, 5))))
    assert said[0].endswith("the model did not draw it")
    assert "your notes 1.5 beats before: 4 notes alike, a fourth up" in said[1]
    assert said[2:4] == ["the chord is F: F is its root", "the key is C major"]
    assert "chosen from 16" in said[4] and "against it home 0.10" in said[4]
    assert said[5] == "without your E4 0.5 beats before it would have been 3.0 times less likely"
    assert said[6] == "as a pitch it had 25 %, number 2 of 128; G4 50 %" and len(said) == 7


FIELDS = {name: Field(name, "so", 0.5, 1, 9, 0.5, 1.0, ()) for name in ("dt", "voice", "pitch", "velocity", "duration")}


def said(one: Case, *fields: Field, causes: tuple[Cause, ...] = (), passage: Passage | None = None) -> list[str]:
    """All sentences of a case whose fields are unremarkable but for the ones given."""
    all_fields = {**FIELDS, **{field.name: field for field in fields}}
    return list(sentences(Explanation(one, tuple(all_fields.values()), causes, passage)))


def drawn(constraints: Constraints | None = None, guide: np.ndarray | None = None) -> Case:
    draw = Draw(constraints or Constraints(), np.zeros(5, np.float32), 1.0, 1.0, guide)
    return case([60, 62, 64], draw)


def narrowed(name: str, allowed: float, classes: int = 9, value: str = "so") -> Field:
    return Field(name, value, 0.5, 1, classes, 0.5, allowed, ())


def test_of_a_note_that_the_model_drew_freely_only_what_it_is_and_its_odds_are_said() -> None:
    first, last = said(drawn())
    assert "did not draw" not in first and last == "as a pitch it had 50 %, the likeliest of 9"


def test_a_note_that_the_model_could_not_have_drawn_had_no_chance() -> None:
    lost = Field("pitch", "F4", float("nan"), 0, 0, 0.0, 0.0, ())
    assert said(case([60, 62]), lost)[-1] == "the model had no chance of it"


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("dt", "moments"), ("voice", "voices"), ("pitch", "pitches"), ("velocity", "loudness"), ("duration", "lengths")],
)
def test_rules_that_left_little_are_told_in_words_of_the_music(name: str, kinds: str) -> None:
    (told,) = [text for text in said(drawn(), narrowed(name, 0.25)) if "the rules" in text]
    assert told.startswith(f"the rules left 25 % of the {kinds} the model would have played")


def test_a_rule_that_left_one_choice_says_which_and_one_that_left_nearly_all_says_nothing() -> None:
    assert "the rules left one voice: bass" in said(drawn(), narrowed("voice", 0.2, 1, "bass"))
    assert not any("rules" in text for text in said(drawn(), narrowed("voice", 0.95), narrowed("dt", 1.0, 1)))
    assert not any("rules" in text for text in said(case([60, 62]), narrowed("voice", 0.2))), "nobody drew it"


@pytest.mark.parametrize(
    ("pitches", "told"),
    [
        ([60, 64, 67], "would have played: C4, E4, G4"),
        ([60, 64, 67, 72], "would have played: C4, E4, G4, C5"),
        ([60, 64, 67, 72, 76], "would have played: C4 to E5, of C E G"),
        (list(range(48, 73)), "would have played: C3 to C5"),
    ],
)
def test_the_pitches_that_were_allowed_are_named_where_few_and_summed_up_where_many(
    pitches: list[int], told: str
) -> None:
    constraints = Constraints()
    constraints.allow_pitches(pitches, (KEYS,))
    (rule,) = [text for text in said(drawn(constraints), narrowed("pitch", 0.5)) if "the rules" in text]
    assert rule.endswith(told)


def test_drums_have_no_harmony_and_no_pitches_to_be_named() -> None:
    one = drawn()
    drum = Case(
        one.events, one.context, Event(HALF, DRUMS, 36, 20, SHORT), one.mine, one.draw, Facts(key="C", chord="F")
    )
    told = said(drum, narrowed("pitch", 0.5))
    assert not any("chord" in text or "key is" in text for text in told)
    assert "the rules left 50 % of the pitches the model would have played" in told


@pytest.mark.parametrize(
    ("chord", "pitch", "degree"),
    [("Bb7", 68, "seventh"), ("B", 66, "fifth"), ("Dbm", 64, "minor third"), ("F#dim", 60, "tritone")],
)
def test_the_root_of_a_chord_is_read_with_its_accidental(chord: str, pitch: int, degree: str) -> None:
    one = case([60, pitch])
    told = said(Case(one.events, one.context, one.event, one.mine, None, Facts(chord=chord)))
    assert any(text.startswith(f"the chord is {chord}: ") and text.endswith(f"is its {degree}") for text in told)


def test_a_chord_that_nobody_can_read_is_not_explained() -> None:
    one = case([60, 62])
    assert not any(
        "chord" in text for text in said(Case(one.events, one.context, one.event, one.mine, None, Facts(chord="?")))
    )


def test_what_the_draw_was_asked_for_is_said_in_the_controls_own_measures() -> None:
    guide = guide_of(controls={"energy": 100.0, "register": 60.0, "density": 4.0}, ending=8.0)
    told = said(drawn(guide=guide))
    (asked,) = [text for text in told if "asked for" in text]
    density, energy, register = asked.removeprefix("it was asked for ").split(", ")
    assert density.endswith("notes a beat") and 3.0 < float(density.split()[1]) < 5.0
    assert 95 < float(energy.removeprefix("about velocity ")) < 105
    assert register in {f"around {name}" for name in ("Bb3", "B3", "C4", "Db4", "D4")}
    (ending,) = [text for text in told if "to end" in text]
    assert 7.0 < float(ending.split()[-3]) < 9.0


def test_a_draw_that_was_asked_nothing_says_nothing_of_it() -> None:
    for guide in (None, free_guide()):
        assert not any("asked" in text or "to end" in text for text in said(drawn(guide=guide)))


def test_an_answer_of_one_candidate_was_not_chosen_and_one_without_terms_is_not_spoken_of() -> None:
    one = case([60, 62])

    def answered(**answer: object) -> list[str]:
        told = said(Case(one.events, one.context, one.event, one.mine, None, Facts(answer=answer)))
        return [text for text in told if "its answer" in text]

    (only,) = answered(candidates=1, began_from="free", terms={"key": 0.5, "home": 0.25})
    assert "the only one drawn" in only and "'free'" in only
    (best,) = answered(candidates=8, began_from="free", terms={"a": 0.1, "b": 0.4, "c": 0.3, "d": 0.2, "e": 0.05})
    assert "for it spoke b 0.40, c 0.30, d 0.20, against it e 0.05" in best
    (one_term,) = answered(candidates=8, began_from="free", terms={"a": 0.1})
    assert one_term.endswith("for it spoke a 0.10"), "and nothing against it"
    (two,) = answered(candidates=8, began_from="free", terms={"a": 0.1, "b": 0.4})
    (three,) = answered(candidates=8, began_from="free", terms={"a": 0.1, "b": 0.4, "c": 0.3})
    assert two.endswith("for it spoke b 0.40, against it a 0.10")
    assert three.endswith("for it spoke b 0.40, c 0.30, against it a 0.10")
    assert answered(terms={}) == answered(terms="none") == answered() == []


def test_three_causes_at_most_are_named_and_none_that_hardly_matters() -> None:
    one = case([60, 62, 64, 65, 67])
    causes = (Cause(3, 3.0), Cause(2, 2.0), Cause(1, 1.0), Cause(0, 0.9))
    told = [text for text in said(one, causes=causes) if text.startswith("without")]
    assert [text.split()[-4] for text in told] == ["20", "7.4", "2.7"]
    assert ["the machine's" in text for text in told] == [True, False, True]
    assert not any(text.startswith("without") for text in said(one, causes=(Cause(3, 0.05), Cause(2, -2.0))))


def test_a_cause_without_an_effect_is_what_the_model_looked_at() -> None:
    told = said(case([60, 62, 64]), causes=(Cause(1, float("nan"), 0.125), Cause(0, float("nan"), 0.004)))
    assert "the model looked at the machine's D4 0.5 beats before (12 % of its attention)" in told
    assert any(text.endswith("(0.4 % of its attention)") for text in told)


def test_however_surely_a_cause_made_the_note_the_number_can_be_read() -> None:
    (told,) = [text for text in said(case([60, 62]), causes=(Cause(0, 800.0),)) if text.startswith("without")]
    assert "inf" not in told


def test_a_note_struck_together_with_its_cause_is_of_the_same_moment() -> None:
    before = events((HALF, 60, SHORT), (0, 64, SHORT))
    one = case([60, 62, 64])
    chord = Case(before, one.context, Event(0, KEYS, 67, 20, SHORT), (False, False), None)
    told = said(chord, causes=(Cause(1, 1.0), Cause(0, 0.9)), passage=Passage(0, 3, -12))
    assert "it goes the way of your notes at the same moment: 3 notes alike, an octave down" in told
    assert sum("at the same moment" in text for text in told) == 3


def test_whose_notes_a_passage_goes_on_is_said_and_where_nobody_is_known_they_are_yours() -> None:
    one = case([60, 62, 64])
    assert any("what the machine played" in text for text in said(one, passage=Passage(1, 3, 0)))
    unknown = Case(one.events, one.context, one.event, (), None)
    told = said(unknown, passage=Passage(1, 3, 0), causes=(Cause(1, 1.0),))
    assert any("your notes" in text for text in told) and any("without your" in text for text in told)
