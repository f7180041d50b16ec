"""`antiphon explain`: why a note was played."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bridge.commands.options import SEED, check_outputs
from bridge.system import terminal
from bridge.system.plain_files import write_plain
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.engine.streaming import StreamingModel
    from bridge.explanation.explain import Explanation
    from bridge.explanation.session import SessionNotes


@click.command(name="explain")
@click.argument("source", required=False, metavar="SESSION|FILE.mid", type=click.Path(path_type=Path))
@click.option("--note", "number", type=click.IntRange(1), help="Its number; without one the notes are listed.")
@click.option("--model", help="The folder of the model that played; of a file, the one that is asked.  [default: duo]")
@click.option("--near", type=click.IntRange(1, 128), default=48, show_default=True, help="Notes that are left out.")
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), help="Draw the note and its causes.")
@click.option("--json", "figures", type=click.Path(dir_okay=False, path_type=Path), help="Write every figure as JSON.")
@click.option(
    "--check", type=click.Path(path_type=Path), metavar="DATA", help="Try whether the causes that are named are causes."
)
@click.option("--split", type=click.Choice(["valid", "test"]), default="valid", show_default=True)
@click.option("--count", type=click.IntRange(1), default=60, show_default=True, help="Notes to check.")
@click.option("--seed", type=SEED, default=0, show_default=True)
def command(
    source: Path | None,
    number: int | None,
    model: str | None,
    near: int,
    picture: Path | None,
    figures: Path | None,
    check: Path | None,
    split: str,
    count: int,
    seed: int,
) -> None:
    """Say why a note of a recorded SESSION (a take's folder or its log), or of FILE.mid, was played.

    Which earlier notes it is owed to is found by leaving each of them out. Of the machine's own notes it is known what
    the draw was told: the rules that narrowed it, the controls, the candidates.
    """
    if (source is None) == (check is None):
        raise click.UsageError("give a session or a file, or --check DATA")
    check_outputs([path for path in (picture, figures) if path is not None], force=True)
    try:
        if check is not None:
            _check(check, model, split, count, seed)
        elif source is not None:
            _explain(source, number, model, near, picture, figures)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _explain(
    source: Path, number: int | None, model: str | None, near: int, picture: Path | None, figures: Path | None
) -> None:
    from bridge.commands.model_loading import load_reader, load_recorded
    from bridge.engine.attention import Attention
    from bridge.explanation.explain import explain
    from bridge.explanation.session import notes_of
    from bridge.explanation.words import sentences

    loaded: list[StreamingModel] = []

    def load(name: str, digest: str) -> StreamingModel:
        loaded.append(load_recorded(name, digest, model))
        return loaded[-1]

    notes = notes_of(source, load)
    asked = loaded[-1] if loaded else load_reader(model or "duo")
    if number is None:
        _list(notes, asked)
        return
    attention = None if asked.manifest.attention is None else Attention(asked.manifest)
    found = explain(notes.case(number), asked, attention, near=near)
    for sentence in sentences(found):
        say(f"- {sentence}")
    if picture is not None:
        from bridge.explanation.picture import arcs
        from bridge.reports.page import png

        title = f"{notes.music.title}, note {number}"
        write_plain(picture, png(arcs(found, title, machine=bool(notes.music.machine[number - 1]))))
        say(str(picture))
    if figures is not None:
        write_plain(figures, json.dumps(_as_json(found), indent=1) + "\n")
        say(str(figures))


def _list(notes: SessionNotes, model: StreamingModel) -> None:
    """The most surprising notes, those of the machine's where it played."""
    import numpy as np
    from rich.table import Table

    from bridge.evaluation.reviewing.surprise import surprise, total
    from bridge.vocabulary.codec import VOICES
    from bridge.vocabulary.scales import pitch_name

    music = notes.music
    bits = total(surprise(model, music.stretch))
    mine = music.machine if music.machine.any() else np.ones(len(music), dtype=np.bool_)
    table = Table(title=f"{music.title}: its most surprising notes", title_justify="left", show_edge=False)
    for heading in ("note", "seconds", "who", "voice", "pitch", "bits"):
        table.add_column(heading, justify="left" if heading in ("who", "voice", "pitch") else "right")
    order = np.argsort(-np.where(mine, np.nan_to_num(bits), -1.0), kind="stable")[: min(16, int(mine.sum()))]
    for place in sorted(order.tolist()):
        who = "Antiphon" if music.machine[place] else "you"
        pitch = pitch_name(int(music.stretch.pitch[place]))
        seconds = f"{music.seconds[place] - music.seconds[0]:.2f}"
        table.add_row(
            str(place + 1), seconds, who, VOICES[int(music.stretch.voice[place])], pitch, f"{bits[place]:.1f}"
        )
    terminal.console().print(table)
    say(f"{len(music)} notes; antiphon explain {music.title} --note N explains one")


def _check(data: Path, model: str | None, split: str, count: int, seed: int) -> None:
    from bridge.commands.model_loading import load_reader
    from bridge.commands.progress import progress
    from bridge.data.corpus import Corpus
    from bridge.explanation.sanity import leave_out_top

    with progress("leaving notes out") as tell:
        found = leave_out_top(Corpus(data), split, load_reader(model or "duo"), count, tell, seed)
    say(
        f"{found.notes} notes: without its {found.left_out} first causes a note is {found.top:.2f} nats less likely, "
        f"without as many others {found.others:.2f} ({found.top / found.others:.1f} times)"
    )


def _as_json(found: Explanation) -> dict[str, Any]:
    from bridge.explanation.words import sentences

    def number(value: float) -> float | None:
        return round(value, 5) if math.isfinite(value) else None

    return {
        "event": list(found.case.event),
        "drawn": found.case.draw is not None,
        "words": list(sentences(found)),
        "fields": [
            {
                "name": field.name,
                "value": field.value,
                "probability": number(field.probability),
                "rank": field.rank,
                "of": field.classes,
                "free": number(field.free),
                "allowed": number(field.allowed),
                "alternatives": [[text, number(odds)] for text, odds in field.alternatives],
            }
            for field in found.fields
        ],
        "causes": [
            {"before": len(found.case.events) - cause.place, "effect": number(cause.effect),
             "attention": number(cause.attention)}
            for cause in found.causes
        ],
    }  # fmt: skip
