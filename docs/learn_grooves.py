"""Learns bridge/performer/groove_library.py from groove-midi: bars as drummers play them, and what they add to them.

    python docs/learn_grooves.py shared/data > bridge/performer/groove_library.py

Only the train split is read. Of each recording with a steady beat the bar that is most like all its others is taken
(by the Jaccard index of what is struck on which sixteenth), and beside it, as ornaments, what is struck in ten to sixty
of a hundred of its bars. Of each style and feel the recordings that are most like the others of it are kept. Sixteenths
of a swung recording are those that its thirds of a beat are played for.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import mido

Hits = dict[tuple[int, int], int]

# Roland TD-11 and General MIDI keys to one for each instrument of the kit.
KIT: Final = {
    35: 36, 36: 36, 38: 38, 40: 38, 37: 37, 42: 42, 22: 42, 44: 44, 46: 46, 26: 46, 51: 51, 59: 51, 53: 51,
    41: 43, 43: 43, 58: 43, 45: 47, 47: 47, 48: 50, 50: 50,
}  # fmt: skip
NAMES: Final = {
    36: "kick", 38: "snare", 37: "stick", 42: "closed", 46: "open", 44: "pedal", 51: "ride",
    50: "high_tom", 47: "mid_tom", 43: "low_tom",
}  # fmt: skip
CYMBALS: Final = (42, 46, 51)
# Name in the library: (styles, metre, swung, how many recordings of it).
KINDS: Final = {
    "rock": (("rock", "rock-indie", "rock-groove8", "country", "gospel"), "4/4", False, 6),
    "pop": (("pop", "pop-groove7", "soul-motown", "dance-disco"), "4/4", False, 3),
    "ballad": (("pop-soft", "hiphop", "hiphop-groove6"), "4/4", False, 3),
    "soul": (("soul", "soul-groove4", "soul-groove9", "soul-groove10"), "4/4", False, 3),
    "funk": (("funk", "funk-groove1", "funk-groove2", "funk-groove5", "neworleans-funk"), "4/4", False, 3),
    "punk": (("punk",), "4/4", False, 1),
    "shuffle": (("blues-shuffle", "rock-shuffle", "soul-groove3", "funk-purdieshuffle"), "4/4", True, 3),
    "swing": (("jazz-swing", "jazz-mediumfast", "jazz"), "4/4", True, 2),
    "waltz": (("rock", "latin-ando"), "3/4", False, 2),
    "jazz waltz": (("jazz",), "3/4", True, 1),
    "six eight": (("rock",), "6/8", False, 3),
    "five four": (("rock-prog",), "5/4", False, 1),
}
# Where a snare or a stick has to be for the bar to be taken, in sixteenths.
BACKBEAT: Final = {"4/4": (4, 12), "6/8": (6,), "3/4": (8,)}
FEWEST_BARS: Final = 6
LEAST_ALIKE: Final = 0.4
RARE: Final = 0.1
OFTEN: Final = 0.6


@dataclass
class Recording:
    style: str
    bpm: int
    kind: str
    metre: str
    notes: list[tuple[float, int, int]]
    name: str

    def bars(self, swung: bool) -> list[Hits]:
        upper, lower = map(int, self.metre.split("/"))
        steps = upper * 16 // lower
        bars: dict[int, Hits] = defaultdict(dict)
        for beat, pitch, velocity in self.notes:
            step = int((beat + 1 / 6) // 1) * 4 + int((beat + 1 / 6) % 1 * 3) if swung else round(beat * 4)
            bar, place = divmod(step, steps)
            bars[bar][place, KIT[pitch]] = max(bars[bar].get((place, KIT[pitch]), 0), velocity)
        return [bars[bar] for bar in sorted(bars)]


def recordings(root: Path) -> list[Recording]:
    found = []
    with (root / "manifest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            told = re.search(r"/(\d+_(.+)_(\d+)_(beat|fill)_(\d+-\d+))\.mid", row["origin"])
            if row["source"] != "groove-midi" or row["split"] != "train" or told is None:
                continue
            name, style, bpm, kind, metre = told.groups()
            notes = []
            midi = mido.MidiFile(root / row["path"])
            for track in midi.tracks:
                now = 0
                for message in track:
                    now += message.time
                    if message.type == "note_on" and message.velocity and message.note in KIT:
                        notes.append((now / midi.ticks_per_beat, message.note, message.velocity))
            who = re.search(r"drummer\d+", row["origin"])
            where = f"{who.group() if who else ''} {name}"
            found.append(Recording(style, int(bpm), kind, metre.replace("-", "/"), sorted(notes), where))
    return found


def alike(one: set[tuple[int, int]], other: set[tuple[int, int]]) -> float:
    return len(one & other) / max(len(one | other), 1)


@dataclass
class Learnt:
    recording: Recording
    main: Hits
    ornaments: dict[tuple[int, int], float]
    steady: float


def learn(recording: Recording, swung: bool) -> Learnt | None:
    bars = [bar for bar in recording.bars(swung) if bar]
    if len(bars) < FEWEST_BARS:
        return None
    sets = [set(bar) for bar in bars]
    scores = [sum(alike(one, other) for other in sets) / len(sets) for one in sets]
    best = max(range(len(sets)), key=lambda place: scores[place])
    share: dict[tuple[int, int], list[int]] = defaultdict(list)
    for bar in bars:
        for hit, velocity in bar.items():
            share[hit].append(velocity)
    main = {hit: round(sum(share[hit]) / len(share[hit])) for hit in bars[best]}
    tonal = [hit for hit in share if hit not in main and hit[1] not in (43, 47, 50)]
    ornaments = {hit: len(share[hit]) / len(bars) for hit in tonal}
    ornaments = {hit: part for hit, part in ornaments.items() if RARE <= part <= OFTEN}
    return Learnt(recording, main, ornaments, scores[best])


def sound(learnt: Learnt, kind: str) -> bool:
    """Whether the bar has what people take such a groove by."""
    main, metre = learnt.main, learnt.recording.metre
    steps = max(place for place, _ in main) + 1
    if learnt.steady < LEAST_ALIKE or not any((0, kick) in main for kick in (36,)):
        return False
    if sum(pitch in CYMBALS for _, pitch in main) < steps // 6:
        return False
    if any(pitch in (43, 47, 50) for _, pitch in main):
        return False
    if kind in ("swing", "jazz waltz"):
        return any(pitch == 51 for _, pitch in main)
    if metre == "5/4":
        return True
    return all((place, 38) in main or (place, 37) in main for place in BACKBEAT.get(metre, ()))


def chosen(all_of_them: list[Recording]) -> dict[str, list[Learnt]]:
    library = {}
    for kind, (styles, metre, swung, count) in KINDS.items():
        found = [
            learnt
            for one in all_of_them
            if one.kind == "beat" and one.style in styles and one.metre == metre
            for learnt in [learn(one, swung)]
            if learnt is not None and sound(learnt, kind)
        ]
        kept: list[Learnt] = []
        while found and len(kept) < count:
            best = max(
                found, key=lambda one: gain(set(one.main), [set(k.main) for k in kept], [set(f.main) for f in found])
            )
            kept.append(best)
            found.remove(best)
        library[kind] = kept
    return library


def gain(candidate: set[tuple[int, int]], kept: list[set[tuple[int, int]]], found: list[set[tuple[int, int]]]) -> float:
    """How much better the `found` are stood for with the candidate beside the kept ones."""
    had = [max((alike(other, one) for one in kept), default=0.0) for other in found]
    return sum(max(alike(other, candidate) - best, 0.0) for other, best in zip(found, had, strict=True))


def fills(all_of_them: list[Recording], swung: bool, count: int) -> list[tuple[Recording, Hits]]:
    """Last halves of bars that are played as fills: at least five strokes, four on toms and snare, late ones too."""
    kinds = ("shuffle", "swing") if swung else ("rock", "pop", "soul", "funk")
    styles = [style for kind in kinds for style in KINDS[kind][0]]
    found: list[tuple[Recording, Hits]] = []
    for one in all_of_them:
        if one.kind != "fill" or one.metre != "4/4" or one.style not in styles:
            continue
        for bar in one.bars(swung)[:1]:
            half = {(place - 8, pitch): v for (place, pitch), v in bar.items() if place >= 8}
            drums = [place for place, pitch in half if pitch in (38, 43, 47, 50)]
            toms = any(pitch in (43, 47, 50) for _, pitch in half)
            if 5 <= len(half) <= 12 and toms and len(drums) >= 4 and any(place >= 4 for place in drums):
                found.append((one, half))
    kept: list[tuple[Recording, Hits]] = []
    while found and len(kept) < count:
        best = max(found, key=lambda one: gain(set(one[1]), [set(k[1]) for k in kept], [set(f[1]) for f in found]))
        kept.append(best)
        found.remove(best)
    return kept


def row(hits: dict[tuple[int, int], float], pitch: int, steps: int, most: float) -> str:
    return "".join(
        "." if (place, pitch) not in hits else str(min(max(round(9 * hits[place, pitch] / most), 1), 9))
        for place in range(steps)
    )


HEAD: Final = '''"""Bars that drummers played, to play from: written by docs/learn_grooves.py, not by hand.

From the Groove MIDI Dataset by Jon Gillick, Adam Roberts, Jesse Engel, Douglas Eck and David Bamman (Google LLC),
https://magenta.tensorflow.org/datasets/groove, licence CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/);
changed: one bar of each recording, its strokes put on sixteenths and their loudness averaged over its bars.

The first line of each says kind, metre, straight or swung, tempo and recording. Then, for each instrument, a sign for
each sixteenth: a dot, or how loud from 1 to 9; and beside that how many in ten of the drummer's other bars have a
stroke there.
"""

from __future__ import annotations

from typing import Final

GROOVES: Final = (
'''


def main() -> None:
    everything = recordings(Path(sys.argv[1]))
    out = sys.stdout.write
    out(HEAD)
    for kind, kept in chosen(everything).items():
        for learnt in kept:
            one = learnt.recording
            upper, lower = map(int, one.metre.split("/"))
            steps = upper * 16 // lower
            feel = "swung" if KINDS[kind][2] else "straight"
            out(f'    """{kind.replace(" ", "-")} {one.metre} {feel} {one.bpm} {one.name}\n')
            for pitch, name in NAMES.items():
                line = row(dict(learnt.main), pitch, steps, 127)
                extra = row(learnt.ornaments, pitch, steps, 0.9)
                if line.strip(".") or extra.strip("."):
                    out(f"    {name:8s} {line} {extra}\n")
            out('    """,\n')
    out(")\n# Half bars, for the end of a phrase.\nFILLS: Final = (\n")
    for swung in (False, True):
        for one, half in fills(everything, swung, 5):
            out(f'    """fill 2/4 {"swung" if swung else "straight"} {one.bpm} {one.name}\n')
            for pitch, name in NAMES.items():
                line = row(dict(half), pitch, 8, 127)
                if line.strip("."):
                    out(f"    {name:8s} {line} {'.' * 8}\n")
            out('    """,\n')
    out(")\n")


if __name__ == "__main__":
    main()
