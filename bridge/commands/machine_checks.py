"""What `antiphon doctor` checks, one by one: each finding says what is, how good that is, and the way out."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from bridge.bench import machine
from bridge.bench.loopback import Loopback, measure_loopback, wait_for_news
from bridge.bench.result import BenchError, quantiles_ms
from bridge.live.diagnosis import Finding, Verdict
from bridge.live.running import ask_status
from bridge.midi.client import MidiLink, list_ports
from bridge.midi.devices import platform_apis
from bridge.midi.port import PortSettings, PortState

# From this on opset 24's TensorScatter and Attention run on the CPU.
OLDEST_ONNXRUNTIME: Final = (1, 24)
BACKENDS: Final = {"alsa": "ALSA sequencer", "jack": "JACK", "coremidi": "CoreMIDI", "winmm": "Windows MIDI"}
# Slower than this, in milliseconds, a machine is felt: a note of the model's, MIDI round, a deadline missed.
SLOW_STEP: Final = 6.0
SLOW_LOOP: Final = 10.0
LATE_DEADLINE: Final = 3.0
_BACKEND_OPENS_WITHIN: Final = 5.0
_TRIED_STEPS: Final = 200
# The subject of the finding that no backend opens.
NO_MIDI: Final = "MIDI"


def playing_possible(findings: list[Finding]) -> bool:
    """Whether nothing that was found keeps one from playing."""
    return all(finding.verdict is not Verdict.FAIL for finding in findings)


def how_to_play(findings: list[Finding]) -> str:
    """What to start, as things are; or that nothing can be started yet."""
    if not playing_possible(findings):
        return "Playing is not possible yet."
    if not midi_possible(findings):
        return "You can play by OSC only, until MIDI opens: antiphon jam --no-midi"
    if "winmm" in platform_apis():
        return 'You can play: antiphon jam --in NAME --out NAME, with ports that "antiphon ports" lists'
    return "You can play: antiphon jam"


def midi_possible(findings: list[Finding]) -> bool:
    """Whether a MIDI backend opens."""
    return all(finding.subject != NO_MIDI for finding in findings)


# --- MIDI ----------------------------------------------------------------------------------------


def check_midi() -> Iterator[Finding]:
    """Each backend of this system, whether it opens and why not, and the ports there are."""
    tried = {backend: _try_backend(backend) for backend in platform_apis()}
    any_opens = any(opens for opens, _ in tried.values())
    for backend, (opens, words) in tried.items():
        name = BACKENDS.get(backend, backend)
        if opens:
            yield Finding(Verdict.OK, name, f"opens{f'; {words}' if words else ''}")
        elif any_opens:
            yield Finding(Verdict.OK, name, f"does not open, and is not needed: {words}")
        else:
            yield Finding(Verdict.WARN, name, f"does not open: {words}")
    if not any_opens:
        yield Finding(Verdict.WARN, NO_MIDI, "no backend: notes come and go by OSC only", _midi_way_out())
        return
    try:
        ports = list_ports()
    except (TimeoutError, OSError) as error:
        yield Finding(Verdict.WARN, "MIDI ports", str(error), "restart the MIDI server")
        return
    ins, outs = (sum(port.is_input is wanted for port in ports) for wanted in (True, False))
    yield Finding(
        Verdict.OK,
        "MIDI ports",
        f"{ins} to listen to, {outs} to play to (antiphon ports lists them)",
        "" if ports else "none is needed: antiphon jam makes its own, Antiphon In and Antiphon Out",
    )


def _try_backend(backend: str) -> tuple[bool, str]:
    """Whether a backend opens, and what it said; tried in a process of its own, because a sick one hangs."""
    link = MidiLink(PortSettings(backend=backend, virtual_in="Antiphon Doctor In", virtual_out="Antiphon Doctor Out"))
    try:
        link.start()
        deadline = time.perf_counter() + _BACKEND_OPENS_WITHIN
        while time.perf_counter() < deadline:
            wait_for_news(link, deadline)
            if link.status.state in (PortState.OPEN, PortState.WAITING):
                return True, link.status.detail
            if link.status.state in (PortState.NO_BACKEND, PortState.RESTARTING):
                return False, _reason(backend, link.status.detail)
    finally:
        link.close()
    return False, f"no answer within {_BACKEND_OPENS_WITHIN:g} s"


def _reason(backend: str, detail: str) -> str:
    """What one backend said, out of a port's line about all that were tried."""
    _, found, rest = detail.partition(f"({backend}: ")
    return rest.partition("); ")[0] if found else detail


def _midi_way_out() -> str:
    if sys.platform.startswith("linux"):
        return "load the ALSA sequencer (modprobe snd-seq), or start JACK or PipeWire with pipewire-jack"
    return "restart the system's MIDI service; python-rtmidi (from Python 3.13 on rtmidi2) must be installed"


def check_loopback() -> tuple[Finding, Loopback | None]:
    """Send notes out of a port of ours into another one, through the first backend that opens."""
    if "winmm" in platform_apis():
        return Finding(Verdict.OK, "loop-back", "not tried: Windows has no virtual ports of a program's own"), None
    try:
        loop = measure_loopback()
    except (BenchError, OSError) as error:
        return Finding(Verdict.WARN, "loop-back", f"not measured: {error}"), None
    median, p99 = quantiles_ms(loop.latencies)
    _, late = quantiles_ms(loop.lateness)
    text = (
        f"{BACKENDS.get(loop.backend, loop.backend)}: median {median:.2f} ms, p99 {p99:.2f} ms; "
        f"notes leave up to {late:.2f} ms (p99) after their time; {loop.lost} of {loop.lost + len(loop.latencies)} lost"
    )
    if loop.lost:
        return Finding(
            Verdict.WARN, "loop-back", text, "JACK loses MIDI in asynchronous mode: start jackd with -S"
        ), loop
    if p99 > SLOW_LOOP or late > LATE_DEADLINE:
        advice = "end what else is running; with JACK, a smaller period (-p 64 or 128)"
        return Finding(Verdict.WARN, "loop-back", text, advice), loop
    return Finding(Verdict.OK, "loop-back", text), loop


# --- the model -----------------------------------------------------------------------------------


def check_runtime() -> Iterator[Finding]:
    """ONNX Runtime and whether CUDA would load."""
    try:
        import onnxruntime

        from bridge.engine.providers import cuda_missing
    except (ImportError, OSError) as error:
        yield Finding(Verdict.FAIL, "ONNX Runtime", f"cannot be loaded: {error}", "pip install antiphon again")
        return
    version = str(onnxruntime.__version__)
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_ONNXRUNTIME:
        oldest = ".".join(map(str, OLDEST_ONNXRUNTIME))
        yield Finding(
            Verdict.FAIL, "ONNX Runtime", f"{version} is too old", f"pip install --upgrade 'onnxruntime>={oldest}'"
        )
    else:
        providers = ", ".join(name.removesuffix("ExecutionProvider") for name in onnxruntime.get_available_providers())
        yield Finding(Verdict.OK, "ONNX Runtime", f"{version}, built with {providers}")
    missing = cuda_missing()
    if missing is None:
        yield Finding(Verdict.OK, "CUDA", "a GPU and its libraries are here")
    else:
        advice = "pip install 'antiphon[cuda]'" if "library" in missing or "librar" in missing else ""
        yield Finding(Verdict.OK, "CUDA", f"not used: {missing}; the CPU is quick enough for one player", advice)


def check_models() -> Iterator[Finding]:
    """Every model that can be asked for by name: its manifest, its hashes, its graphs, and how long a note takes."""
    from bridge.engine.folders import MODELS_VARIABLE, list_models, search_folders

    models = list_models()
    broken = 0
    for name, folder in models.items():
        finding = _check_model(name, folder)
        broken += finding.verdict is Verdict.WARN
        yield finding
    if broken == len(models):
        searched = ", ".join(str(folder) for folder in search_folders())
        yield Finding(
            Verdict.FAIL,
            "models",
            f"none that plays; searched {searched}",
            f"antiphon export makes one; {MODELS_VARIABLE} names more folders; antiphon jam --dry plays without",
        )


def _check_model(name: str, folder: Path) -> Finding:
    from bridge.bench.step import random_music
    from bridge.engine.manifest import ModelError
    from bridge.engine.step_timer import measure_step
    from bridge.engine.streaming import StreamingModel

    try:
        model = StreamingModel.load(folder, provider="cpu")
    except (ModelError, OSError) as error:
        return Finding(Verdict.WARN, f"model {name}", str(error), f"export it again, or remove {folder}")
    step = 1000 * float(np.median(measure_step(model, random_music(_TRIED_STEPS))))
    manifest = model.manifest
    text = (
        f"{manifest.family}, {manifest.weights}, window {manifest.window}, {step:.2f} ms a note on the CPU ({folder})"
    )
    if step > SLOW_STEP:
        return Finding(Verdict.WARN, f"model {name}", text, "too slow to play along: use a smaller model, or CUDA")
    return Finding(Verdict.OK, f"model {name}", text)


# --- the rest ------------------------------------------------------------------------------------


def check_osc(port: int) -> Finding:
    """Whether the OSC port can be had, or who holds it."""
    from bridge.osc.server import OscServer

    try:
        OscServer("127.0.0.1", port, (), inbox=lambda batch, reply: None).close()
    except OSError as error:
        if ask_status("127.0.0.1", port) is not None:
            return Finding(Verdict.WARN, "OSC", f"an antiphon jam is running on port {port}", "end it to start another")
        return Finding(Verdict.FAIL, "OSC", str(error), "end that program, or antiphon jam --osc-port NUMBER")
    return Finding(Verdict.OK, "OSC", f"UDP port {port} on this machine is free")


def check_system() -> Iterator[Finding]:
    """Cores and load, how the processor is clocked, and what priority a program may have."""
    cores, load = machine.cores(), machine.load()
    told = f"{machine.cpu_name()}, {cores} core{'s' if cores > 1 else ''}"
    if load is not None and load > cores:
        yield Finding(Verdict.WARN, "processor", f"{told}, load {load}", "end what else is running before you play")
    else:
        yield Finding(Verdict.OK, "processor", told + (f", load {load}" if load is not None else ""))
    governor = _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
    if governor == "powersave":
        advice = "for the set: cpupower frequency-set -g performance"
        yield Finding(Verdict.WARN, "clock", "the processor saves power (governor powersave)", advice)
    elif governor:
        yield Finding(Verdict.OK, "clock", f"governor {governor}")
    if sys.platform.startswith("linux"):
        yield _check_priority()


def _check_priority() -> Finding:
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_RTPRIO)
    if soft or os.geteuid() == 0:
        return Finding(Verdict.OK, "priority", "real-time priority is allowed")
    advice = "where JACK drops out under load: join the group audio and allow rtprio in /etc/security/limits.d"
    return Finding(Verdict.OK, "priority", "real-time priority is not allowed; playing works without", advice)


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
