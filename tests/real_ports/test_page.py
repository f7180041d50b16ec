"""The page in a real browser, and the program behind it: played, seen, heard and steered as a person would."""

from __future__ import annotations

import itertools
import statistics
import sys
import urllib.request
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from browsing import DESKTOP, ERRORS, PATIENCE, PHONE, chromium, play, point_at, until, visit
from osc_jam import Program, free_ports, running

from bridge.bench.jack_server import JackServer
from bridge.bench.peers import peer
from bridge.vocabulary.parameters import PARAMETERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.live

AUDIBLE = 0.005


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, without a screen."""
    with chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def no_page_fails() -> Iterator[None]:
    """What a page throws fails its test."""
    ERRORS.clear()
    yield
    assert not ERRORS


def jam(port: int, *options: str) -> Any:
    """`antiphon jam` with the stand-in model and no MIDI, its page at `port`."""
    osc, out = free_ports(2)
    ports = ("--osc-port", str(osc), "--osc-out-port", str(out), "--web-port", str(port))
    fixed = ("--dry", "--clock", "internal", "--seed", "1", *ports)
    return running(sys.executable, "-m", "bridge", "jam", *fixed, *options)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page."""
    (port,) = free_ports(1)
    presets = tmp_path_factory.mktemp("presets")
    with jam(port, "--presets", str(presets), "--record", str(tmp_path_factory.mktemp("takes"))) as program:
        address = program.wait_for(r"page (http://\S+)")[1]
        program.wait_for("ready")
        yield address


def drawn(page: Page, colour: tuple[int, int, int]) -> int:
    """How many pixels of the piano roll are near a colour."""
    return int(
        page.evaluate(
            """([r, g, b]) => {
              const roll = document.getElementById("roll");
              const { data } = roll.getContext("2d").getImageData(0, 0, roll.width, roll.height);
              let count = 0;
              for (let n = 0; n < data.length; n += 4)
                count += Math.abs(data[n] - r) + Math.abs(data[n + 1] - g) + Math.abs(data[n + 2] - b) < 40;
              return count;
            }""",
            colour,
        )
    )


LEAD, WHITE = (0xE0, 0x7B, 0xB4), (0xF2, 0xF5, 0xFA)


def test_a_phrase_on_the_computer_keyboard_is_answered_and_the_answer_seen_and_heard(
    browser: Browser, site: str
) -> None:
    page = visit(browser, site, DESKTOP)
    assert page.inner_text("#sound") == "Sound on"
    before = drawn(page, LEAD)
    play(page)
    until(page, f"antiphon.synth.level() > {AUDIBLE}")  # what was played sounds, or rings yet
    until(page, "document.getElementById('turn').dataset.who === 'machine'")
    until(page, "antiphon.score.notes.some((note) => note.machine && note.sounded)")
    assert page.evaluate("antiphon.score.notes.filter((note) => !note.machine).length") == 5
    # Everything of the human's has ended by now: what sounds is the answer.
    until(page, f"!antiphon.score.held.size && antiphon.synth.level() > {AUDIBLE}")
    # A line is answered by one, on the channel of the keys.
    assert page.evaluate("antiphon.status.plays") == {"lead": 1}
    assert drawn(page, LEAD) > before + 30 and drawn(page, WHITE) > 30
    until(page, "document.getElementById('turn').dataset.who === 'human'")
    with urllib.request.urlopen(site + "answers/1.mid", timeout=20) as answer:
        assert answer.read(4) == b"MThd"
    page.click("button:has-text('Keep')")
    page.wait_for_selector("#panel-takes li:has-text('Answer 1 ★ kept')")
    link = page.locator("#panel-takes a").first
    assert link.get_attribute("download") == "answer-1.mid"
    carried = link.evaluate(
        """(link) => { const data = new DataTransfer();
          link.dispatchEvent(new DragEvent("dragstart", { dataTransfer: data }));
          return data.getData("DownloadURL"); }"""
    )
    assert carried == f"audio/midi:answer-1.mid:{site}answers/1.mid"
    page.context.close()


def test_each_voice_and_each_drum_has_a_sound_of_its_own(browser: Browser, site: str) -> None:
    page = visit(browser, site, DESKTOP, sound=False)
    sounds = page.evaluate(
        """async () => {
          const render = async (voice, pitch) => {
            const synth = new antiphon.synth.constructor();
            const context = new OfflineAudioContext(1, 44100, 44100);
            synth.wire(context);
            Object.defineProperty(synth, "on", { value: true });  // it waits for no click
            synth.master.gain.value = 0.8;
            synth.play("one", voice, pitch, 100, 0, 0.6);
            const samples = (await context.startRendering()).getChannelData(0);
            const loud = Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
            // Goertzel's power at some frequencies, in decibels below the loudest: what makes a sound that sound.
            const bands = Array.from({ length: 24 }, (_, n) => 60 * 1.27 ** n).map((hertz) => {
              const k = 2 * Math.cos((2 * Math.PI * hertz) / 44100);
              let a = 0, b = 0;
              for (const x of samples.subarray(500, 20500)) [a, b] = [x + k * a - b, a];
              return 10 * Math.log10(a * a + b * b - k * a * b + 1e-9);
            });
            // And how loud it is in each 50 ms.
            const times = Array.from({ length: 20 }, (_, n) => 10 * Math.log10(
              samples.subarray(2205 * n, 2205 * (n + 1)).reduce((sum, x) => sum + x * x, 1e-9)));
            const shape = [bands, times].flatMap((all) => all.map((one) => Math.max(one - Math.max(...all), -60)));
            return { loud, finite: samples.every(Number.isFinite), shape };
          };
          const tones = ["keys", "bass", "guitar", "lead", "strings", "other"].map((voice) => [voice, 57]);
          const drums = [36, 38, 42, 46, 45, 49, 51].map((pitch) => ["drums", pitch]);
          return Promise.all([...tones, ...drums].map(([voice, pitch]) => render(voice, pitch)));
        }"""
    )
    assert all(one["finite"] and one["loud"] > 0.002 for one in sounds)
    for one, other in itertools.combinations(sounds, 2):
        assert statistics.fmean(abs(a - b) for a, b in zip(one["shape"], other["shape"], strict=True)) > 2.0
    page.context.close()


def test_a_note_says_how_likely_it_was_and_what_else_it_might_have_been(browser: Browser, site: str) -> None:
    page = visit(browser, site, DESKTOP, sound=False)
    told = "/how likely it was.*\\nelse: .*, /.test(document.getElementById('tip').textContent)"
    # Nothing is said of a note that came of a rule or was moved to another pitch, and nothing else was possible where a
    # figure of the phrase comes back: all notes of a short answer may be such. And what is pointed at moves.
    for keys in ("asdfgfds", "gfdsasdf", "adgdagda", "fgasdfga", "asdfasdf", "gfdgfdsa"):
        answers = page.evaluate("antiphon.score.notes.filter((note) => note.machine).length")
        play(page, keys)
        until(page, f"antiphon.score.notes.filter((note) => note.machine).length > {answers}")
        until(page, "document.getElementById('turn').dataset.who === 'human'")
        if point_at(page, "note.machine && note.sounded && note.others?.length > 1"):
            page.wait_for_timeout(200)
            if page.evaluate(told):
                break
    until(page, told)
    tip = page.locator("#tip")
    assert tip.inner_text().count("%") >= 3
    # It stays what is told about, and what a click asks about, when it has moved away below a pointer at rest.
    text = tip.inner_text()
    until(page, "antiphon.roll.x(antiphon.roll.pointed.release) + 10 < antiphon.roll.pointer[0]")
    assert tip.inner_text() == text
    page.mouse.down()
    page.mouse.up()
    assert page.is_visible("#panel-why")
    page.mouse.move(5, 5)
    page.wait_for_selector("#tip", state="hidden")
    page.focus("#roll")
    page.keyboard.press("ArrowLeft")  # without a mouse
    page.wait_for_selector("#tip:has-text('Antiphon, ')")
    page.click("#tab-band")
    page.focus("#roll")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert page.is_visible("#panel-why")
    page.context.close()


def test_on_a_phone_fingers_play_and_nothing_is_out_of_reach(browser: Browser, site: str) -> None:
    page = visit(browser, site, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing lies beside the screen"
    machine = "antiphon.score.notes.filter((note) => note.machine && note.sounded).length"
    before = page.evaluate(machine)
    for pitch in (60, 64, 67):
        page.locator(f"[data-pitch='{pitch}']").tap(position={"x": 12, "y": 100})
        page.wait_for_timeout(150)
    until(page, f"{machine} > {before}")
    until(page, f"antiphon.synth.level() > {AUDIBLE}")
    for tab in ("why", "shape", "band", "library", "presets", "health", "takes"):
        page.click(f"#tab-{tab}")
        assert page.is_visible(f"#panel-{tab}")
    page.context.close()


def test_every_parameter_has_its_control_and_two_pages_agree(browser: Browser, site: str) -> None:
    one, other = (visit(browser, site, DESKTOP, sound=False) for _ in range(2))
    one.click("#tab-shape")
    names = one.eval_on_selector_all(".control", "(all) => all.map((control) => control.dataset.name)")
    assert sorted(names) == sorted(PARAMETERS)
    for value, page in ((1.5, one), (0.25, other), (2.0, one)):
        page.evaluate(
            """(value) => { const slider = document.getElementById("parameter-temperature");
              slider.value = value; slider.dispatchEvent(new Event("input")); }""",
            value,
        )
    one.wait_for_timeout(1000)  # hands off
    turned = "Number(document.getElementById('parameter-temperature').value)"
    for page in (one, other):
        until(page, f"{turned} === antiphon.status.parameters.temperature")
    # Whose came last is the daemon's to say.
    assert one.evaluate(turned) == other.evaluate(turned) in (1.5, 0.25, 2.0)
    # A controller is waited for, on both pages, until somebody thinks better of it.
    one.click(".control[data-name='density'] .learn")
    for page in (one, other):
        until(page, "antiphon.status.learning === 'density'")
        until(page, "document.querySelector('[data-name=density] .learn').dataset.state === 'waiting'")
    other.click("#tab-shape")
    other.click(".control[data-name='density'] .learn")
    until(one, "document.querySelector('[data-name=density] .learn').dataset.state === 'free'")
    # What is refused is said, with the way out, and the control shows what holds.
    one.evaluate("antiphon.link.say('/antiphon/set', 'low', 127), antiphon.link.say('/antiphon/set', 'high', 3)")
    one.wait_for_selector(".message.error:has-text('above high')")
    assert not other.query_selector(".message.error")
    one.evaluate("antiphon.link.say('/antiphon/set', 'low', 0)")
    one.context.close()
    other.context.close()


def test_modes_voices_presets_and_takes_are_a_click_away(browser: Browser, site: str) -> None:
    page = visit(browser, site, DESKTOP, sound=False)
    page.click("#modes >> text=duet")
    until(page, "antiphon.status.mode === 'duet'")
    page.click("#tab-band")
    page.click("#panel-band .voice:has-text('strings')")
    until(page, "antiphon.status.voices.strings[0]")
    page.click("#tab-presets")
    page.fill("#preset-name", "verse")
    page.click("#panel-presets button:has-text('Save')")
    page.click("#modes >> text=respond")
    until(page, "antiphon.status.mode === 'respond'")
    page.click("#panel-presets .presets button:has-text('verse')")
    until(page, "antiphon.status.mode === 'duet'")
    # Half way between two of them lies half of what they differ by.
    page.evaluate("antiphon.link.say('/antiphon/set', 'density', 2)")
    page.fill("#preset-name", "chorus")
    page.click("#panel-presets button:has-text('Save')")
    until(page, "document.querySelectorAll('.presets button').length === 2")
    page.select_option("[aria-label='from preset']", "verse")
    page.select_option("[aria-label='to preset']", "chorus")
    page.fill("[aria-label='Between the two']", "0.5")
    until(page, "antiphon.status.parameters.density === 1")
    page.click("#panel-presets .presets button:has-text('verse')")
    until(page, "antiphon.status.parameters.density === 0")
    page.click("#modes >> text=respond")
    page.click("#record")
    until(page, "!antiphon.status.recording")  # it was recording from the start
    page.wait_for_selector(".message.notice:has-text('recorded')")
    page.click("#tab-health")
    page.wait_for_selector(".checks li:has-text('no MIDI in this set')")
    page.wait_for_selector(".checks li:first-child.ok:has-text('page connected')")
    page.click("#tab-band")
    assert page.is_disabled("#port-in") and "no MIDI" in page.inner_text(".ports")
    page.context.close()


def test_it_is_played_without_a_mouse_and_says_that_browsers_keep_quiet(browser: Browser, site: str) -> None:
    page = browser.new_context(**DESKTOP).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(site)
    until(page, "window.antiphon?.link.connected")
    assert "until they are clicked" in page.inner_text("#welcome") and page.inner_text("#sound") == "Sound off"
    page.keyboard.press("Enter")  # on the button that has the focus
    until(page, "antiphon.synth.on")
    play(page, "ad")
    page.keyboard.press("Space")
    until(page, "document.getElementById('turn').dataset.who === 'machine'")
    page.keyboard.press("Escape")
    until(page, "document.getElementById('turn').dataset.who === 'human'")
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert {"sound", "volume", "Answer now", "Silence", "record", "down", "up"} <= reached
    page.context.close()


def test_it_comes_back_by_itself_when_the_program_does(browser: Browser) -> None:
    (port,) = free_ports(1)

    def started(program: Program) -> str:
        address = program.wait_for(r"page (http://\S+)")[1]
        program.wait_for("ready")
        return str(address)

    with jam(port) as program:
        page = visit(browser, started(program), DESKTOP)
    until(page, "document.body.classList.contains('lost')")
    assert "trying again" in page.inner_text("#turn-name")
    with jam(port, "--mode", "duet") as program:
        started(program)
        until(page, "antiphon.link.connected && antiphon.status.mode === 'duet'")
        until(page, "!document.body.classList.contains('lost')")
        play(page, "asd")
        until(page, "antiphon.score.notes.some((note) => note.machine && note.sounded)")
        page.context.close()


def test_ports_are_chosen_on_the_page(browser: Browser, jack: JackServer) -> None:
    (port, osc, out) = free_ports(3)
    ports = ("--osc-port", str(osc), "--osc-out-port", str(out), "--web-port", str(port))
    command = (sys.executable, "-m", "bridge", "jam", "--clock", "internal", "--mode", "harmonize", *ports)
    with peer("player", "keys"), peer("player", "synth"), running(*command) as program:
        address = program.wait_for(r"page (http://\S+)")[1]
        program.wait_for(r"MIDI \(jack\)")
        page = visit(browser, address, DESKTOP, sound=False)
        page.click("#tab-health")
        page.wait_for_selector(".checks .warn:has-text(\"nobody is connected to 'Antiphon Out'\")")
        page.click("#tab-band")
        until(page, "[...document.getElementById('port-out').options].some((one) => one.value.startsWith('synth'))")
        assert page.input_value("#port-out") == ""  # a port of its own
        names = page.eval_on_selector_all("#port-out option", "(all) => all.map((one) => one.value)")
        assert not any(name.startswith("Antiphon") for name in names)
        page.select_option("#port-out", next(name for name in names if name.startswith("synth")))
        until(page, "antiphon.status.midi_out.startsWith('synth') && antiphon.status.midi_listeners === 1")
        page.click("#tab-health")
        page.wait_for_selector(".checks .ok:has-text('connected out')")
        page.evaluate("antiphon.link.say('/antiphon/port', 'out', 'nothing of this name')")
        page.wait_for_selector(".message.error:has-text('not found; ports here')")
        assert page.evaluate("antiphon.status.midi_out.startsWith('synth')")
        page.context.close()
