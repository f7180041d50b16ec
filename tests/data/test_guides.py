"""What a guide would have said: controls measured in music written by hand."""

import numpy as np
from training_corpus import note_array, scale

from bridge.data.encode import Stretch, in_playing_order, stretch_of, ticks_of
from bridge.data.guides import control_classes, controls_ahead
from bridge.vocabulary.codec import DRUMS, VOICES
from bridge.vocabulary.guide import CONTROL_NAMES, CONTROLS, FREE

KEYS, BASS = VOICES.index("keys"), VOICES.index("bass")


def ahead(stretch: Stretch, machine: list[int]) -> dict[str, list[float]]:
    """Each control at each event, of the notes of the voices `machine`."""
    values = controls_ahead(
        stretch, ticks_of(stretch.onset), ticks_of(stretch.offset), np.isin(stretch.voice, machine)
    )  # fmt: skip
    return {name: values[:, i].tolist() for i, name in enumerate(CONTROL_NAMES)}


def beats(notes: list[tuple[float, float, int, int, int]]) -> Stretch:
    return in_playing_order(stretch_of(note_array(notes), free=False))


def test_an_even_line_is_as_dense_as_it_is_written() -> None:
    measured = ahead(beats([(i * 0.5, 0.5, KEYS, 60, 80) for i in range(64)]), [KEYS])
    assert measured["density"][0] == 2.0
    assert measured["energy"][0] == 80.0
    assert measured["register"][0] == 60.0
    assert measured["texture"][0] == 1.0


def test_the_event_itself_and_what_lies_beyond_the_horizon_do_not_count() -> None:
    loud_first, loud_late = (0.0, 1.0, KEYS, 20, 127), (12.0, 1.0, KEYS, 20, 127)
    notes = [loud_first, *((float(i), 1.0, KEYS, 60, 40) for i in range(1, 9)), loud_late]
    measured = ahead(beats(notes), [KEYS])
    assert measured["density"][0] == 1.0  # eight notes in eight beats
    assert (measured["energy"][0], measured["register"][0]) == (40.0, 60.0)


def test_only_the_machines_notes_are_measured() -> None:
    both = [(i * 0.5, 0.5, KEYS, 72, 100) for i in range(40)] + [(float(i), 1.0, BASS, 40, 50) for i in range(20)]
    bass, keys = ahead(beats(both), [BASS]), ahead(beats(both), [KEYS])
    assert (bass["energy"][0], bass["register"][0], bass["texture"][0]) == (50.0, 40.0, 1.0)
    assert (keys["energy"][0], keys["register"][0]) == (100.0, 72.0)
    # After the second event: the first is a chord of both, whose bass is still to come.
    assert (keys["density"][1], bass["density"][1], bass["density"][0]) == (2.0, 1.0, 9 / 8)


def test_drums_have_a_density_and_an_energy_but_no_register_and_no_texture() -> None:
    measured = ahead(beats([(i * 0.25, 0.25, DRUMS, 36, 90) for i in range(64)]), [DRUMS])
    assert (measured["density"][0], measured["energy"][0]) == (4.0, 90.0)
    assert np.isnan(measured["register"][0]) and np.isnan(measured["texture"][0])


def test_a_chords_texture_rises_as_its_notes_begin_together() -> None:
    chords = [(float(i), 1.0, KEYS, pitch, 64) for i in range(20) for pitch in (60, 64, 67)]
    assert ahead(beats(chords), [KEYS])["texture"][2] == 3.0


def test_held_notes_are_counted_until_they_end() -> None:
    held = [(0.0, 8.0, KEYS, 48, 64), *((i + 1.0, 1.0, KEYS, 72, 64) for i in range(10))]
    # Seven notes above the held one (which ends at beat 8), then one alone.
    assert ahead(beats(held), [KEYS])["texture"][0] == (7 * 2 + 1) / 8


def test_unknown_velocities_have_no_energy_and_the_end_has_no_controls() -> None:
    measured = ahead(beats(scale(40, velocity=0)), [KEYS])
    assert np.isnan(measured["energy"]).all()
    last_two_beats = measured["density"][-4:]
    assert np.isnan(last_two_beats).all() and not np.isnan(measured["density"][:-4]).any()


def test_nothing_at_all_is_measured_in_nothing() -> None:
    empty = beats(scale(2)).reordered(np.array([], int))
    assert controls_ahead(empty, np.array([], int), np.array([], int), np.array([], bool)).shape == (0, len(CONTROLS))


def test_a_machine_that_is_silent_has_a_density_only() -> None:
    measured = ahead(beats(scale(40)), [BASS])
    assert measured["density"][0] == 0.0
    assert all(np.isnan(measured[name][0]) for name in ("energy", "register", "texture"))


def test_classes_are_those_of_the_controls() -> None:
    values = np.array([[control.levels[3] for control in CONTROLS], [np.nan] * len(CONTROLS)])
    assert control_classes(values).tolist() == [[4] * len(CONTROLS), [FREE] * len(CONTROLS)]
