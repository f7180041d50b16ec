"""What a library and explanations take while one plays: how soon they answer, and what that costs the notes."""

from __future__ import annotations

import itertools
import random
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bridge.bench.harmonize import fill_window
from bridge.bench.jack_server import JackServer
from bridge.bench.keyboard import Keyboard, quiet
from bridge.bench.live import LiveDaemon
from bridge.bench.result import BenchError, Conditions, Figure, Result, quantiles_ms
from bridge.engine.embedding import identity_of
from bridge.engine.folders import find_model
from bridge.engine.manifest import Manifest, load_manifest
from bridge.library.indexing import FOLDER_NAME
from bridge.library.store import IndexedPhrase, Known, writing
from bridge.osc.wire import build, parse

PHRASES: Final = 100_000
CLIPS_BAR: Final = 20.0  # milliseconds from request to the last clip that is offered
WORDS_BAR: Final = 100.0  # and from a question to its words
P99_BAR: Final = 1.1  # times what a note takes while nobody asks
# Phrases of a file, of those that nobody ever wrote: a file is a transaction, and it is phrases that count here.
_OF_A_FILE: Final = 400
_CLIPS: Final = 6
# Seconds from an answer to the next request, uneven so that it falls anywhere between notes; and as long as one waits.
_REST: Final = (0.1, 0.3)
_PATIENCE: Final = 5.0
_LARGEST: Final = 1 << 16  # bytes of a datagram
_WARM_UP: Final = 20
_TURN: Final = 20  # notes


@dataclass(frozen=True, slots=True)
class Asking:
    """Something to ask for by OSC. `last` knows the last message of an answer by its address and arguments."""

    name: str
    address: str
    arguments: tuple[int, ...]
    refusals: str  # of whom a refusal is
    last: Callable[[str, Sequence[object]], bool]


CLIPS: Final = Asking(
    "clips",
    "/antiphon/recommend",
    (_CLIPS,),
    "library",
    lambda address, told: address == "/antiphon/recommended" and told[0] == told[-1],
)
WORDS: Final = Asking(
    "words",
    "/antiphon/explain",
    (0,),
    "explanation",
    lambda address, told: address == "/antiphon/explained" and told[1] == "told",
)
_WAYS: Final[tuple[Asking | None, ...]] = (None, CLIPS, WORDS)


def measure(conditions: Conditions) -> Result:
    """Notes in `harmonize`, in turns with nobody who asks, while clips are asked for, and while notes are explained.

    Asked by OSC, several times a second, of a library of vectors that no music is behind.
    """
    count = 40 if conditions.quick else 1200  # notes in each way
    phrases = PHRASES // 10 if conditions.quick else PHRASES
    manifest = load_manifest(find_model(conditions.model))
    with tempfile.TemporaryDirectory() as place:
        make_library(Path(place), manifest, phrases)
        options = ("--model", conditions.model, "--library", place, "--mode", "harmonize", "--seed", "1")
        with (
            JackServer() as server,
            LiveDaemon(*options, "--provider", "cpu") as daemon,
            Keyboard("bench") as keyboard,
            OscClient(daemon.port) as client,
        ):
            daemon.wait_for_midi()
            keyboard.connect(server.name, into="Antiphon In", out_of="Antiphon Out")
            fill_window(daemon)
            with quiet():
                times = _in_turns(keyboard, client, count, conditions)
            step = daemon.sure_status()["step_ms"]
    conditions.draw("recommend", {name or "nobody asks": seconds for name, seconds in times.items()})
    conditions.draw("recommend-answers", {name: seconds for name, seconds in client.took.items()})
    return Result(
        "recommend",
        _figures(times, client),
        f"{phrases:,} phrases without music; {count} notes each way in turns of {_TURN}; {len(client.took['clips'])} "
        f"requests for {_CLIPS} clips and {len(client.took['words'])} explanations, {_REST[0]:g} to {_REST[1]:g} s "
        f"after the last answer; model step {step} ms",
    )


def _figures(times: Mapping[str, Sequence[float]], client: OscClient) -> tuple[Figure, ...]:
    (clips, clips_p99), (words, words_p99) = (quantiles_ms(client.took[name]) for name in ("clips", "words"))
    notes = {name: quantiles_ms(seconds) for name, seconds in times.items()}
    _, alone = notes[""]
    return (
        Figure("clips, from request to answer, p99", clips_p99, bar=CLIPS_BAR),
        Figure("clips, from request to answer, median", clips),
        Figure("a note explained, from question to words, p99", words_p99, bar=WORDS_BAR),
        Figure("a note explained, from question to words, median", words),
        Figure("added note while clips are asked for, p99, by that without", notes["clips"][1] / alone, "×", P99_BAR),
        Figure("added note while notes are explained, p99, by that without", notes["words"][1] / alone, "×", P99_BAR),
        Figure("requests without an answer", client.unanswered, "", bar=0),
        *(
            Figure(f"note-on to added note-on, {words or 'nobody asks'}, {which}", value)
            for name, words in (("", ""), ("clips", "clips asked for"), ("words", "notes explained"))
            for which, value in zip(("median", "p99"), notes[name], strict=True)
        ),
    )


def _in_turns(keyboard: Keyboard, client: OscClient, count: int, conditions: Conditions) -> dict[str, list[float]]:
    """Seconds from a note to its first harmony, by what was asked for meanwhile; empty: nothing was."""
    times: dict[str, list[float]] = {"" if way is None else way.name: [] for way in _WAYS}
    draw = random.Random(3)
    for _ in range(_WARM_UP):
        keyboard.ping(draw.randrange(48, 72))
    for what in (CLIPS, WORDS):  # the processes that answer start with their first question
        client.warm_up(what)
    rounds = -(-count // _TURN)
    for done, way in itertools.product(range(rounds), _WAYS):
        with client.asking(way):
            for _ in range(_TURN):
                seconds = keyboard.ping(draw.randrange(48, 72))
                if seconds is not None:
                    times["" if way is None else way.name].append(seconds)
                time.sleep(draw.uniform(0.02, 0.05))
        conditions.progress((done + (_WAYS.index(way) + 1) / len(_WAYS)) / rounds)
    return times


class OscClient:
    """Asks a daemon at a port of this machine by OSC. `took` are the seconds from request to answer, by name."""

    def __init__(self, port: int) -> None:
        self._to = ("127.0.0.1", port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._draw = random.Random(5)
        self.took: dict[str, list[float]] = {}
        self.unanswered = 0

    def __enter__(self) -> OscClient:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def warm_up(self, what: Asking) -> None:
        """Ask until it is answered, and forget how long that took. Raises BenchError where it is refused, or never."""
        for _ in range(4):
            if self.ask(what) is not None:
                break
        else:
            raise BenchError(f"{what.address} was not answered within {4 * _PATIENCE:g} s")
        self.took[what.name], self.unanswered = [], 0

    def ask(self, what: Asking) -> float | None:
        """Seconds from the request to the last message of its answer; None where none came.

        Raises BenchError where it is refused.
        """
        began = time.perf_counter()
        self._socket.sendto(build(what.address, what.arguments), self._to)
        while (left := began + _PATIENCE - time.perf_counter()) > 0:
            self._socket.settimeout(left)
            try:
                datagram = self._socket.recv(_LARGEST)
            except TimeoutError:
                break
            now = time.perf_counter()
            for message in parse(datagram):
                if what.last(message.address, message.args):
                    self.took.setdefault(what.name, []).append(now - began)
                    return now - began
                if message.address == "/antiphon/error" and what.refusals in message.args:
                    raise BenchError(f"{what.address}: {message.args[-1]}")
        self.unanswered += 1
        return None

    @contextmanager
    def asking(self, what: Asking | None) -> Iterator[None]:
        """Ask again and again while entered. Raises BenchError on the way out where it was refused."""
        if what is None:
            yield
            return
        over = threading.Event()
        refused: list[BenchError] = []

        def ask() -> None:
            try:
                while not over.wait(self._draw.uniform(*_REST)):
                    self.ask(what)
            except BenchError as refusal:
                refused.append(refusal)

        thread = threading.Thread(target=ask, name=f"asks for {what.name}")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
        if refused:
            raise refused[0]


def make_library(folder: Path, manifest: Manifest, phrases: int) -> None:
    """An index of so many phrases with vectors drawn at random. Raises ValueError for a model without an ear."""
    identity = identity_of(manifest)
    assert manifest.embedding is not None
    width = manifest.embedding.width
    rng = np.random.default_rng(0)
    with writing(folder / FOLDER_NAME, identity, width) as writer:
        for first in range(0, phrases, _OF_A_FILE):
            count = min(_OF_A_FILE, phrases - first)
            vectors = rng.standard_normal((count, width)).astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            writer.add(f"song {first // _OF_A_FILE}.mid", Known(1, 1), [_phrase(rng) for _ in range(count)], vectors)
        writer.finish()


def _phrase(rng: np.random.Generator) -> IndexedPhrase:
    begin = float(rng.integers(400))
    return IndexedPhrase(
        first_bar=begin / 4 + 1,
        last_bar=begin / 4 + 3,
        begin_beat=begin,
        end_beat=begin + 8,
        tonic=int(rng.integers(12)),
        minor=bool(rng.integers(2)),
        bpm=float(rng.uniform(60, 180)),
        density=float(rng.uniform(0.5, 8)),
        height=float(rng.uniform(40, 80)),
        notes=16,
    )
