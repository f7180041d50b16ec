// The human's keys: on the screen, on the computer keyboard, and by Web MIDI.

import { pitchName } from "./score.js";

// The physical keys of two rows, whatever letters are printed on them, as semitones above the lowest C.
const ROW = [
  "KeyA", "KeyW", "KeyS", "KeyE", "KeyD", "KeyF", "KeyT", "KeyG", "KeyY", "KeyH", "KeyU", "KeyJ",
  "KeyK", "KeyO", "KeyL", "KeyP", "Semicolon", "Quote",
];
const BLACK = [1, 3, 6, 8, 10];
const LOWEST = 24;
const HIGHEST = 96;
const VELOCITY = 84;

export class Keys {
  /** `play(pitch, velocity)` and `lift(pitch)` are called with what is pressed here. */
  constructor(board, { play, lift }) {
    Object.assign(this, { board, play, lift });
    this.base = 60; // the C of the computer keyboard's A
    this.down = new Map(); // pitch by what holds it: a code, a pointer, a MIDI key
    this.letters = {};
    this.pointers = new Map();
    navigator.keyboard?.getLayoutMap?.().then((map) => {
      ROW.forEach((code) => (this.letters[code] = map.get(code)?.toUpperCase()));
      this.build();
    }).catch(() => {});
    new ResizeObserver(() => this.build()).observe(board);
    addEventListener("keydown", (event) => this.key(event, true));
    addEventListener("keyup", (event) => this.key(event, false));
    addEventListener("blur", () => this.liftAll());
    document.addEventListener("visibilitychange", () => document.hidden && this.liftAll());
    for (const kind of ["pointerdown", "pointermove", "pointerup", "pointercancel", "pointerleave"])
      board.addEventListener(kind, (event) => this.point(event));
    board.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  /** As many octaves as there is room for. */
  build() {
    const width = this.board.clientWidth;
    if (!width) return;
    const octaves = Math.max(1, Math.min(4, Math.floor(width / 290)));
    const first = this.base - (octaves > 2 ? 12 : 0);
    if (this.first === first && this.octaves === octaves && this.shownLetters === Object.keys(this.letters).length) return;
    Object.assign(this, { first, octaves, shownLetters: Object.keys(this.letters).length });
    const whites = [];
    const keys = [];
    for (let pitch = first; pitch <= first + 12 * octaves; pitch++) {
      const key = document.createElement("button");
      const black = BLACK.includes(pitch % 12);
      key.className = black ? "black" : "white";
      key.dataset.pitch = pitch;
      key.tabIndex = -1;
      key.setAttribute("aria-label", pitchName(pitch));
      const code = ROW[pitch - this.base];
      const letter = code && (this.letters[code] ?? code.replace("Key", "").replace("Semicolon", ";").replace("Quote", "'"));
      key.innerHTML = `<span>${letter ?? ""}</span>${pitch % 12 === 0 ? `<small>${pitchName(pitch)}</small>` : ""}`;
      if (!black) whites.push(pitch);
      key.at = black ? whites.length : whites.length - 1;
      keys.push(key);
    }
    const step = 100 / whites.length;
    for (const key of keys) {
      const black = key.className === "black";
      key.style.left = `${key.at * step - (black ? 0.31 * step : 0)}%`;
      key.style.width = `${black ? 0.62 * step : step}%`;
    }
    this.board.replaceChildren(...keys);
    this.lit = new Map(keys.map((key) => [Number(key.dataset.pitch), key]));
  }

  shift(octaves) {
    this.liftAll();
    this.base = Math.min(Math.max(this.base + 12 * octaves, LOWEST), HIGHEST);
    this.build();
    return pitchName(this.base);
  }

  /** Show a key as pressed by "human" or "machine", or no longer. */
  light(pitch, who, on) {
    this.lit?.get(pitch)?.classList.toggle(who, on);
  }

  press(holder, pitch, velocity) {
    if (this.down.has(holder) || pitch < 0 || pitch > 127) return;
    this.down.set(holder, pitch);
    this.play(pitch, velocity);
  }

  release(holder) {
    const pitch = this.down.get(holder);
    if (pitch === undefined) return;
    this.down.delete(holder);
    if (![...this.down.values()].includes(pitch)) this.lift(pitch);
  }

  liftAll() {
    for (const holder of [...this.down.keys()]) this.release(holder);
  }

  key(event, isDown) {
    const place = ROW.indexOf(event.code);
    if (place < 0 || event.ctrlKey || event.metaKey || event.altKey || (isDown && isTyping(event.target))) return;
    event.preventDefault();
    if (isDown && !event.repeat) this.press(event.code, this.base + place, event.shiftKey ? 112 : VELOCITY);
    if (!isDown) this.release(event.code);
  }

  point(event) {
    const holder = `pointer ${event.pointerId}`;
    if (event.type === "pointerdown") {
      event.preventDefault();
      this.pointers.set(holder, true);
      event.target.releasePointerCapture?.(event.pointerId);
    }
    if (["pointerup", "pointercancel", "pointerleave"].includes(event.type)) {
      if (event.type === "pointerleave" && this.board.contains(document.elementFromPoint(event.clientX, event.clientY))) return;
      this.pointers.delete(holder);
      this.release(holder);
      return;
    }
    if (!this.pointers.has(holder)) return;
    const key = document.elementFromPoint(event.clientX, event.clientY)?.closest?.("[data-pitch]");
    if (!key || Number(key.dataset.pitch) === this.down.get(holder)) return;
    this.release(holder);
    // The nearer to the end of the key, the louder, as a lever would have it.
    const box = key.getBoundingClientRect();
    const depth = (event.clientY - box.top) / box.height;
    this.press(holder, Number(key.dataset.pitch), Math.round(52 + 62 * Math.min(Math.max(depth, 0), 1)));
  }
}

/** Whether keys that are pressed there are meant for what has the focus. */
export function isTyping(target) {
  return target instanceof Element && target.closest("input:not([type=range]), select, textarea, [contenteditable]") !== null;
}

/** MIDI keyboards by the browser; ports that are Antiphon's own (`isOurs(name)`) are left alone, or it would hear itself. */
export class BrowserMidi {
  constructor({ play, lift, changed, isOurs }) {
    Object.assign(this, { play, lift, changed, isOurs });
    this.access = null;
    this.held = new Set(); // keys that are up while their pedal is down
    this.pedals = new Set();
  }

  get possible() {
    return "requestMIDIAccess" in navigator;
  }

  async open() {
    this.access = await navigator.requestMIDIAccess();
    this.access.onstatechange = () => this.listen();
    this.listen();
  }

  get inputs() {
    return this.access ? [...this.access.inputs.values()].filter((input) => !this.isOurs(input.name)) : [];
  }

  listen() {
    for (const input of this.inputs) input.onmidimessage = (event) => this.take(event.data);
    this.changed(this.inputs.map((input) => input.name));
  }

  take([status, first, second]) {
    const channel = (status & 15) + 1, kind = status & 0xf0;
    const key = `${channel} ${first}`;
    if (kind === 0x90 && second) {
      this.held.delete(key);
      this.play(first, second, channel);
    } else if (kind === 0x80 || kind === 0x90) {
      if (this.pedals.has(channel)) this.held.add(key);
      else this.lift(first, channel);
    } else if (kind === 0xb0 && first === 64) {
      if (second >= 64) this.pedals.add(channel);
      else {
        this.pedals.delete(channel);
        for (const held of [...this.held]) {
          const [ofChannel, pitch] = held.split(" ").map(Number);
          if (ofChannel !== channel) continue;
          this.held.delete(held);
          this.lift(pitch, channel);
        }
      }
    }
  }
}
