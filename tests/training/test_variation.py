"""What is varied in music each time it is drawn."""

import numpy as np
from training_corpus import note_array, scale

from bridge.data.encode import Stretch, stretch_of
from bridge.training.variation import forget_bars, hidden_durations, with_late_entries
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import HUMAN, MACHINE, SILENT

KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))
BAND = [note for voice in (KEYS, BASS, LEAD) for note in scale(120, voice=voice)]


def band() -> Stretch:
    return stretch_of(note_array(sorted(BAND)), free=False)


def test_what_the_human_holds_has_no_duration_yet() -> None:
    voice, roles = np.array([KEYS, BASS, KEYS, LEAD]), np.full(len(VOICES), SILENT)
    roles[[KEYS, BASS, LEAD]] = (HUMAN, MACHINE, MACHINE)
    drawn = {tuple(hidden_durations(voice, roles, np.random.default_rng(i)).tolist()) for i in range(60)}
    assert {(False,) * 4, (True,) * 4, (True, False, True, False)} <= drawn


def test_voices_come_in_late_or_never_but_one_is_always_there() -> None:
    whole = band()
    first_heard: set[tuple[bool, ...]] = set()
    for i in range(200):
        kept = with_late_entries(whole, np.random.default_rng(i))
        assert len(kept.onset) >= 16 and (np.diff(kept.onset) >= 0).all()
        begins = [kept.onset[kept.voice == voice].min(initial=np.inf) for voice in (KEYS, BASS, LEAD)]
        assert min(begins) == 0.0
        # From its entry on a voice is whole.
        for voice, begin in zip((KEYS, BASS, LEAD), begins, strict=True):
            theirs = whole.onset[whole.voice == voice]
            assert (kept.voice == voice).sum() == (theirs >= begin).sum()
        first_heard.add(tuple(begin == 0.0 for begin in begins))
    assert len(first_heard) == 7  # every voice alone, every pair, and all


def test_beats_that_nobody_counts_stay_beats() -> None:
    whole, forgetful = band(), band()
    forget_bars(forgetful)
    assert np.isnan(forgetful.bar_beat).all() and np.isnan(forgetful.beats_per_bar).all()
    assert (forgetful.onset == whole.onset).all()
