"""The set of `antiphon jam` before it begins: its daemon, its port, and the surfaces that were asked for.

What is attached to a set from outside is attached here, a line each.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.commands.live_library import attach_library, model_of_library
from bridge.commands.options import presets_folder
from bridge.system.terminal import say

if TYPE_CHECKING:
    from bridge.live.daemon import Daemon
    from bridge.live.model_swap import LoadedModel, ModelLoader
    from bridge.live.surfaces import Surface
    from bridge.midi.port import MidiPort
    from bridge.osc.guests import Guests
    from bridge.performer.settings import Settings
    from bridge.vocabulary.events import PastNote
    from bridge.web.surface import PageSurface


def prepare(options: dict[str, Any], settings: Settings, remember: tuple[PastNote, ...] = ()) -> Daemon:
    """The daemon that `jam` runs; everything that can be refused is refused here, before a MIDI port opens.

    `options` are those of the command, by name. Raises OSError or ValueError, for people.
    """
    from bridge.live.daemon import Daemon

    guests = _guests(options["osc_host"], options["osc_allow"])
    load = _loader(options["dry"], options["provider"])
    if options["library"] is not None:
        options = {**options, "model": model_of_library(options["library"], options["model"])}
    loaded = load(options["model"])
    port = _port(options, settings)
    presets = presets_folder(options["presets"], options["config"])
    daemon = Daemon(
        loaded,
        settings,
        port,
        load,
        presets=presets,
        program_channel=options["program_channel"],
        keep_near=options["keep_near"] / 1000,
        remember=remember,
    )
    try:
        _attach_all(daemon, options, settings, loaded, port, guests, presets)
    except BaseException:
        daemon.abandon()
        raise
    say(f"model {loaded.model.name} on {loaded.model.provider}")
    say(f"OSC in on {options['osc_host']}:{options['osc_port']}, out to 127.0.0.1:{options['osc_out_port']}")
    if guests:
        say(f"OSC is heard from {guests}: whoever sends from there can play, steer, record and save presets here")
    return daemon


def _attach_all(
    daemon: Daemon,
    options: dict[str, Any],
    settings: Settings,
    loaded: LoadedModel,
    port: MidiPort,
    guests: Guests,
    presets: Path,
) -> None:
    """What was asked for, in the order in which it is told what happens. Raises OSError or ValueError, for people."""
    from bridge.commands.resumed_set import kept_options
    from bridge.explanation.surface import ExplanationSurface
    from bridge.library.advice_surface import AdviceSurface
    from bridge.live.last_events import LastEvents
    from bridge.live.last_set import LastSetSurface
    from bridge.live.osc import OscSurface
    from bridge.live.recording_surface import RecordingSurface
    from bridge.live.running import RunningSet, RunningSurface
    from bridge.presets.store import PresetShelf
    from bridge.sessions.last_set import last_set_path

    takes, at_once = options["record"] or Path("sessions"), options["record"] is not None
    daemon.attach(RecordingSurface(daemon, settings, loaded.model.name, loaded.digest, takes, at_once))
    targets = [("127.0.0.1", options["osc_out_port"])]
    daemon.attach(OscSurface(daemon, options["osc_host"], options["osc_port"], targets, guests))
    if options["osc_query"]:
        _attach_query(daemon, options, guests)
    daemon.attach(_link(daemon, settings.clock, settings.tempo))
    daemon.attach(ExplanationSurface(daemon, lambda: daemon.performer))
    daemon.attach(AdviceSurface(daemon, lambda: daemon.performer, PresetShelf(presets)))
    daemon.attach(LastEvents(settings.listen))
    kept = kept_options(options)
    daemon.attach(_port_picker(daemon, port, options, kept))
    if options["library"] is not None:
        attach_library(daemon, options["library"], loaded.model)
    if not options["dry"]:
        daemon.attach(
            LastSetSurface(
                daemon,
                last_set_path(options["name"]),
                kept,
                options["model"],
                daemon.going_on,
            )
        )
    page = _page(daemon, options) if options["web"] else None
    if page is not None:
        daemon.attach(page)
    address = page.address if page is not None else ""
    running = RunningSet(options["name"], os.getpid(), options["osc_host"], options["osc_port"], address)
    daemon.attach(RunningSurface(running))
    if options["demo"]:
        from bridge.live.demo import DemoSurface

        daemon.attach(DemoSurface(daemon))


def _attach_query(daemon: Daemon, options: dict[str, Any], guests: Guests) -> None:
    """OSCQuery, on TCP at the number of the OSC port, where it is free, or at the one that is asked for.

    Raises QueryPortBusy where that one is busy, OSError for a host that is not this machine's.
    """
    from bridge.web.discovery import Announcement
    from bridge.web.oscquery import OscQuerySurface, QueryPortBusy

    host, asked = options["osc_host"], options["osc_query_port"]
    try:
        surface = OscQuerySurface(host, asked or options["osc_port"], options["osc_port"], guests)
    except QueryPortBusy as busy:
        if asked is not None:
            raise
        say(f"warning: {busy}; this set goes without")
        return
    daemon.attach(surface)
    daemon.attach(Announcement(host, surface.port, options["osc_port"], options["name"]))
    say(f"OSCQuery http://{host}:{surface.port}/")


def _guests(host: str, allowed: Sequence[str]) -> Guests:
    """Who may send OSC from other machines. Raises ValueError where the port is open to them and nobody is named."""
    from bridge.osc.guests import ANYBODY, Guests, is_local

    guests = Guests.parse(word.strip() for words in allowed for word in words.split(",") if word.strip())
    if is_local(host) and guests:
        raise ValueError(f"--osc-allow lets other machines in, but {host} is heard by this one alone: see --osc-host")
    if not is_local(host) and not guests:
        raise ValueError(
            f"--osc-host {host} opens the port to the network, and whoever sends there can play, steer, record and "
            f"save presets on this machine: say who may, by --osc-allow 192.168.1.20 (or 192.168.1.0/24, or {ANYBODY})"
        )
    return guests


def _link(daemon: Daemon, clock: str, bpm: float) -> Surface:
    """A place in the Link session where the clock may be Link's and the library is there.

    Raises ValueError, which says how to get Link, where it must be and is not.
    """
    from bridge.live.link import LinkMissing, LinkSurface, NoLink

    if clock not in ("auto", "link"):
        return NoLink(daemon)
    try:
        link = LinkSurface(daemon, bpm or 120.0)
    except LinkMissing as missing:
        if clock == "link":
            raise ValueError(str(missing)) from missing
        return NoLink(daemon)
    say("Ableton Link joined: it listens on the local network, and tells it our tempo (--clock internal: neither)")
    return link


def _port_picker(daemon: Daemon, port: MidiPort, options: dict[str, Any], kept: dict[str, Any]) -> Surface:
    """Chooses ports while the set goes on; what is chosen is `kept`, for a set that goes on with this one."""
    from bridge.live.ports import PortPicker
    from bridge.midi.client import list_ports

    def changed(in_name: str | None, out_name: str | None) -> None:
        kept.update(in_name=in_name, out_name=out_name)

    look = None if options["no_midi"] or options["dry"] else list_ports
    names = options["in_name"], options["out_name"]
    return PortPicker(daemon, port, look, names, has_own=sys.platform != "win32", changed=changed)


def _page(daemon: Daemon, options: dict[str, Any]) -> PageSurface:
    """The page, whose address is told and, where that is wanted, opened."""
    from bridge.web.surface import PageSurface

    page = PageSurface(daemon, options["web_host"], options["web_port"])
    say(f"page {page.address}")
    wanted = options["browser"]
    if sys.stdout.isatty() and _has_screen() if wanted is None else wanted:
        import webbrowser

        threading.Thread(target=webbrowser.open, args=(page.address,), name="browser", daemon=True).start()
    return page


def _has_screen() -> bool:
    """Whether a browser would open in front of whoever started this, and not in their terminal."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    return sys.platform != "linux" or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _loader(dry: bool, provider: str) -> ModelLoader:
    if dry:
        from bridge.engine.fake import FakeModel
        from bridge.live.model_swap import LoadedModel

        def load_fake(name: str) -> LoadedModel:
            return LoadedModel(FakeModel(name="dry"), "")

        return load_fake
    from bridge.commands.model_loading import loader

    return loader(provider)


def _port(options: dict[str, Any], settings: Settings) -> MidiPort:
    from bridge.midi.port import PortSettings

    port_settings = PortSettings(
        in_name=options["in_name"],
        out_name=options["out_name"],
        virtual_in=f"{options['name']} In",
        virtual_out=f"{options['name']} Out",
    )
    if "late" in settings.values:
        port_settings = replace(port_settings, late=float(settings.values["late"]))
    if options["no_midi"] or options["dry"]:
        from bridge.midi.manual import FakePort

        return FakePort(port_settings, clock=time.perf_counter, keeps=0)
    from bridge.midi.client import MidiLink

    return MidiLink(port_settings)
