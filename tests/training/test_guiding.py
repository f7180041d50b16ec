"""Who is said to play in a stretch that is learnt from."""

import numpy as np

from bridge.training.guiding import drawn_roles
from bridge.vocabulary.codec import VOICES
from bridge.vocabulary.guide import HUMAN, MACHINE, SILENT, UNKNOWN

KEYS, BASS, LEAD = (VOICES.index(name) for name in ("keys", "bass", "lead"))


def test_roles_say_nothing_or_who_plays() -> None:
    voice = np.array([KEYS, BASS, LEAD, KEYS])
    drawn = [drawn_roles(voice, np.random.default_rng(i)) for i in range(400)]
    silent = [roles for roles in drawn if (roles == UNKNOWN).all()]
    assert 0.25 < len(silent) / len(drawn) < 0.45
    absent = [v for v in range(len(VOICES)) if v not in (KEYS, BASS, LEAD)]
    for roles in drawn:
        assert set(roles[absent].tolist()) in ({SILENT}, {UNKNOWN})
        assert SILENT not in roles[[KEYS, BASS, LEAD]]
    said = {tuple(roles[[KEYS, BASS, LEAD]].tolist()) for roles in drawn}
    # All the machine's, all but one, only one; and at times nothing is said of one.
    assert {(MACHINE,) * 3, (HUMAN, MACHINE, MACHINE), (HUMAN, MACHINE, HUMAN)} <= said
    assert any(UNKNOWN in roles and HUMAN in roles and MACHINE in roles for roles in said)


def test_one_voice_alone_is_the_machines() -> None:
    drawn = {int(drawn_roles(np.array([KEYS]), np.random.default_rng(i))[KEYS]) for i in range(50)}
    assert drawn == {UNKNOWN, MACHINE}
