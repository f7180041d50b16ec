"""`antiphon jam`: play together, live."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from bridge.commands.jam_daemon import prepare
from bridge.commands.options import (
    AUTO_MODEL,
    Channel,
    Channels,
    Number,
    model_option,
    musician_options,
    musician_settings,
    refuse_idle,
)
from bridge.midi.port import NAME, check_name
from bridge.system.terminal import say
from bridge.vocabulary.actions import ACTIONS, check_action, read_binds
from bridge.vocabulary.controllers import ANY_CHANNEL
from bridge.vocabulary.events import CLOCK_NAMES, ErrorReport, Severity
from bridge.vocabulary.parameters import PARAMETERS
from bridge.vocabulary.parts import read_parts
from bridge.vocabulary.voices import DRUM_CHANNEL

if TYPE_CHECKING:
    from bridge.live.daemon import Daemon
    from bridge.performer.settings import Settings
    from bridge.vocabulary.events import PastNote

# Seconds between looks at the set for the screen; a key is heard at once.
_LOOK_EVERY = 0.1


def _apply_config(ctx: click.Context, _: click.Parameter, path: Path | None) -> Path | None:
    """Make the file's values the defaults of the other options; what is on the command line wins."""
    if path is None:
        return None
    from bridge.presets import config as configuration

    names = {option.opts[0].lstrip("-"): option.name for option in ctx.command.params if option.name != "config"}
    try:
        given = configuration.load(path, names.keys())
    except (OSError, ValueError) as error:
        raise click.BadParameter(str(error)) from error
    if isinstance(given.get("thru"), bool):
        given["thru"] = "on" if given["thru"] else "off"
    ctx.default_map = {names[key]: value for key, value in given.items() if key in names}
    ctx.meta["antiphon.tables"] = {table: given.get(table, {}) for table in configuration.TABLES}
    return path


def _check_name(ctx: click.Context, param: click.Parameter, name: str) -> str:
    try:
        return check_name(name)
    except ValueError as refusal:
        raise click.BadParameter(str(refusal), ctx, param) from refusal


@click.command(name="jam")
@model_option(AUTO_MODEL, "; auto: duo, or duo-int8 where that is faster")
@musician_options
@click.option("--in", "in_name", metavar="NAME", help="Listen to this MIDI port instead of making one.")
@click.option("--out", "out_name", metavar="NAME", help="Play to this MIDI port instead of making one.")
@click.option(
    "--name",
    default=NAME,
    show_default=True,
    callback=_check_name,
    help="What the ports it makes are called, NAME In and NAME Out; for a second daemon (which needs OSC ports, too).",
)
@click.option("--tempo", type=Number(), default=0.0, help="Beats per minute (20-999); 0: free time.", show_default=True)
@click.option(
    "--clock",
    type=click.Choice(CLOCK_NAMES),
    default="auto",
    show_default=True,
    help="Whose tempo and bars to keep. auto: whichever speaks; joins Ableton Link where that is installed (GPL; "
    "pip install 'antiphon[link]').",
)
@click.option("--clock-out", is_flag=True, help="Send MIDI clock, start, stop and song position.")
@click.option("--controller", "controller", multiple=True, metavar="NAME=CC", help="A MIDI controller's parameter.")
@click.option(
    "--bind",
    multiple=True,
    metavar="ACTION=TRIGGER",
    help="A note, controller (as it is pressed) or program change that fires an action and is not heard: "
    "respond=note:60@10, stop=cc:67, next_mode=program:5. Actions: " + ", ".join(ACTIONS) + ".",
)
@click.option(
    "--listen", type=Channels(), metavar="CHANNELS", help="Hear you on these MIDI channels alone (1,2); usually on all."
)
@click.option(
    "--part",
    multiple=True,
    metavar="VOICE=KEYS@CHANNEL",
    help="Keys or a channel of yours heard as a voice: bass=0-47 (a split), lead=@2 (a second player); off: not heard.",
)
@click.option(
    "--mpe", is_flag=True, help="Channels 2 to 16 are one player's, with channel 1's pedal (MPE); no drums there."
)
@click.option(
    "--drum-channel",
    type=Channel("off", 0),
    default=DRUM_CHANNEL,
    show_default=True,
    metavar="CHANNEL|off",
    help="The MIDI channel on which your notes are drums.",
)
@click.option(
    "--program-channel",
    type=Channel("any", ANY_CHANNEL),
    metavar="CHANNEL|any",
    help="Program changes on this MIDI channel take the presets that have their program; usually none does.",
)
@click.option(
    "--thru",
    type=click.Choice(PARAMETERS["thru"].choices),
    is_flag=False,
    flag_value="on",
    help="Pass controllers, programs, bends and pressure on; notes: those too, so that you are heard on our output.",
)
@click.option("--programs", is_flag=True, help="Send each voice's General MIDI program as it begins to be used.")
@click.option("--record", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Record the session.")
@click.option("--osc-port", type=click.IntRange(1, 65535), default=7401, show_default=True, help="Listen to OSC here.")
@click.option("--osc-out-port", type=click.IntRange(1, 65535), default=7400, show_default=True, help="Send OSC here.")
@click.option(
    "--osc-host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; off this machine (0.0.0.0) it needs --osc-allow.",
)
@click.option(
    "--osc-allow",
    multiple=True,
    metavar="HOST",
    help="Hear OSC from this host (192.168.1.20), network (192.168.1.0/24) or any: it may then steer, record and save.",
)
@click.option(
    "--osc-query/--no-osc-query",
    default=True,
    show_default=True,
    help="Tell controllers by OSCQuery what can be set, where OSC is heard.",
)
@click.option(
    "--osc-query-port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="OSCQuery's TCP port; usually the number of the OSC port.",
)
@click.option(
    "--web/--no-web",
    default=True,
    show_default=True,
    help="Serve the page on which you can play, hear, see and steer it in the browser.",
)
@click.option(
    "--web-port",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="The page's port; usually 7402, or the next one that is free.",
)
@click.option(
    "--web-host",
    default="127.0.0.1",
    show_default=True,
    help="Address to serve the page on; 0.0.0.0: for others on the network too, who need the token in its address.",
)
@click.option("--browser/--no-browser", default=None, help="Open the page; usually where jam is started at a terminal.")
@click.option(
    "--library",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Offer clips of a MIDI library that antiphon index knows: its folder, or its index's.",
)
@click.option("--demo", is_flag=True, help="Play phrases to itself, once the page is open, until you play.")
@click.option("--no-midi", is_flag=True, help="OSC only: open no MIDI port.")
@click.option("--plain", is_flag=True, help="Lines with the time of day instead of a screen: for logs.")
@click.option("--dry", is_flag=True, help="A stand-in for the model and the ports: try a patch without either.")
@click.option("--provider", type=click.Choice(("auto", "cpu", "cuda")), default="auto", show_default=True)
@click.option(
    "--keep-near",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    metavar="MS",
    help="Run an idle model once in so many milliseconds, so that its weights stay in the caches; 0: never.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the last set (of this --name; without one a new set begins): settings, mode, tempo, ports, model "
    "and what the model had heard. What else is said here counts over that; of a --config file only ports, files and "
    "the model do.",
)
@click.option(
    "--config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    is_eager=True,
    callback=_apply_config,
    help="A TOML file with any of these.",
)
@click.pass_context
def command(ctx: click.Context, /, **options: Any) -> None:
    """Listen to what you play and answer, or play along.

    Makes the MIDI ports "Antiphon In" and "Antiphon Out", listens to OSC and serves a page. Ctrl-C ends it; nothing is
    left sounding.
    """
    began = time.perf_counter()
    tables: dict[str, dict[str, object]] = ctx.meta.get("antiphon.tables", {})
    refuse_idle(ctx, _idle(options))
    remember: tuple[PastNote, ...] = ()
    if options["resume"]:
        options, settings, remember = _resume(ctx, options, tables)
    else:
        settings = _settings(options, tables)
    try:
        daemon = prepare(options, settings, remember)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    _run(daemon, began, options["plain"])


def _resume(
    ctx: click.Context, options: dict[str, Any], tables: dict[str, dict[str, object]]
) -> tuple[dict[str, Any], Settings, tuple[PastNote, ...]]:
    """Options, settings and what was heard of the last set; of a new one, which is said, where there is none.

    What starts with the power is to play the first time as well, and after a version that kept sets otherwise.
    """
    from bridge.commands.resumed_set import resumed_options, resumed_settings, uncounted
    from bridge.sessions.last_set import last_set_path, load

    try:
        last = load(last_set_path(options["name"]))
    except ValueError as error:
        say(f"warning: {error}; a new set begins")
        return options, _settings(options, tables), ()
    say(f"going on with the last set: {last.settings.mode}, {len(last.notes)} notes of it remembered")
    if left := uncounted(ctx, tables):
        file, names = options["config"], ", ".join(left)
        say(f"as the last set had it, and not as {file} says: {names}; without --resume that counts")
    return resumed_options(ctx, options, last), resumed_settings(ctx, _settings(options, {}), last), last.notes


def _idle(options: dict[str, Any]) -> dict[str, str]:
    """Options that would do nothing beside others, and why."""
    idle: dict[str, str] = {}
    for flag, word in (("no_midi", "--no-midi"), ("dry", "--dry")):
        if options[flag]:
            ports = ("in_name", "out_name", "name", "controller", "program_channel", "thru", "programs", "clock_out")
            idle |= dict.fromkeys(ports, f"with {word}, which opens no MIDI port")
    if options["dry"]:
        idle |= dict.fromkeys(("model", "provider", "keep_near", "library"), "with --dry, which plays without a model")
    if options["in_name"] is not None and options["out_name"] is not None:
        idle["name"] = "with --in and --out: no port is made that could have it"
    return idle


def _settings(options: dict[str, Any], tables: dict[str, dict[str, object]]) -> Settings:
    from bridge.presets import config as configuration

    settings = musician_settings(options, tables)
    try:
        given = {**tables.get("controllers", {}), **configuration.pairs(options["controller"], "--controller")}
        controllers = configuration.controller_settings(given)
        binds = read_binds({**tables.get("binds", {}), **_several(options["bind"], "--bind", check_action)})
        parts = read_parts({**tables.get("parts", {}), **_several(options["part"], "--part")})
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    return replace(
        settings,
        tempo=options["tempo"],
        clock=options["clock"],
        clock_out=options["clock_out"],
        values={
            **settings.values,
            **({"thru": options["thru"]} if options["thru"] else {}),
            **({"programs": "on"} if options["programs"] else {}),
        },
        controllers=controllers,
        drum_channel=options["drum_channel"],
        listen=options["listen"] or (),
        binds=binds,
        parts=parts,
        mpe=options["mpe"],
    )


def _several(
    words: tuple[str, ...], option: str, check: Callable[[str], str] = lambda name: name
) -> dict[str, list[str]]:
    """What an option says for each name; several for one are all meant. Raises ValueError."""
    from bridge.presets import config as configuration

    given: dict[str, list[str]] = {}
    for word in words:
        for name, value in configuration.pairs([word], option).items():
            given.setdefault(check(name), []).append(value)
    return given


def _run(daemon: Daemon, began: float, plain: bool) -> None:
    """Run the engine on its thread, the status line on this one, until a signal comes."""
    # The engine gets the interpreter within half a millisecond, whatever the other threads are at (usual: 5 ms).
    sys.setswitchinterval(0.0005)
    stopped = threading.Event()

    def end(signum: int, frame: FrameType | None) -> None:
        daemon.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, end)
    failure: list[BaseException] = []

    def play() -> None:
        try:
            daemon.run()
        except BaseException as error:  # noqa: BLE001 - told below, on the main thread
            failure.append(error)
        finally:
            stopped.set()

    engine = threading.Thread(target=play, name="engine")
    engine.start()
    try:
        say(f"ready in {time.perf_counter() - began:.1f} s")
        _watch(daemon, stopped, plain)
    finally:
        # A terminal that was closed, or a pipe that nobody reads: no set goes on that nobody can see or end.
        daemon.stop()
        engine.join()
    if failure:
        raise click.ClickException(f"the engine ended: {failure[0]!r}")


def _watch(daemon: Daemon, stopped: threading.Event, plain: bool) -> None:
    """Show how the set goes and hear keys, until it has ended."""
    from bridge.live.hotkeys import HELP, LINES, QUIT, Keys, meaning
    from bridge.live.screen import view

    logging.basicConfig(level=logging.WARNING, handlers=[_handler(daemon)])
    with Keys() as keys, view(sys.stdout, plain=plain, keys=keys.available) as screen:
        while not stopped.is_set():
            messages = daemon.take_messages()
            if key := keys.read(_LOOK_EVERY)[:1]:
                now = time.perf_counter()
                if key == QUIT:
                    if keys.quits(now):
                        daemon.stop()
                    else:
                        messages.append("press q again to end the set")
                elif key == HELP:
                    messages += LINES
                elif (asked := meaning(key, bool(daemon.status.get("recording")), now)) is not None:
                    daemon.hand_in([asked], None)
            screen.show(daemon.status, [*messages, *daemon.take_messages()])
        screen.show(daemon.status, daemon.take_messages())


def _handler(daemon: Daemon) -> logging.Handler:
    """Where warnings of the program's own go: above the status, or to standard error with all there is to know."""
    if os.environ.get("ANTIPHON_TRACEBACK"):
        return logging.StreamHandler()

    class Messages(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.exc_info is None:  # else the daemon has told it
                daemon.show(ErrorReport(Severity.WARNING, "log", record.getMessage()))

    return Messages()
