// A control for every parameter the daemon knows, in groups; one that is in no group yet stands under "More".

import { make } from "./dom.js";

const GROUPS = [
  ["Manner", ["temperature", "density", "energy", "register", "texture", "velocity", "top_p", "repeats"]],
  ["Key and chord", ["scale", "root", "chord", "pull", "split", "avoid_doubling", "low", "high"]],
  ["Answers", ["silence", "length", "bars", "trade", "barge_in", "choose"]],
  ["Playing along", ["share", "space", "alone", "alone_beats", "harmonies", "place", "count_in"]],
  ["Time", ["signature", "quantize", "strength", "swing", "humanize", "offset"]],
  ["Limits and output", ["polyphony", "most", "lookahead", "late", "programs", "thru", "thru_channel"]],
];
const UNITS = {
  density: "notes/beat", energy: "velocity", register: "pitch", texture: "notes", silence: "s", length: "× phrase", bars: "bars",
  trade: "bars", alone_beats: "beats", count_in: "bars", humanize: "ms", offset: "ms", late: "s", lookahead: "s", share: "notes/note",
  velocity: "×", polyphony: "notes", most: "notes/beat",
};
// As many choices as this stand beside each other.
const FEW = 4;
// While somebody turns a knob here, and so long after (milliseconds), what others say of it waits.
const HANDS_ON = 400;
const SENT_EVERY = 33;

const title = (name) => name.replaceAll("_", " ").replace(/^./, (letter) => letter.toUpperCase());

class Control {
  constructor(entry, set, learn) {
    this.entry = entry;
    this.set = set;
    this.touched = -Infinity;
    this.sent = 0;
    this.told = entry.default;
    const id = `parameter-${entry.name}`;
    this.reset = make("button", {
      class: "reset", title: `back to ${entry.default}`, "aria-label": `${title(entry.name)} back to ${entry.default}`,
      onclick: () => this.change(entry.default, true),
    }, "↺");
    this.learn = make("button", { class: "learn", onclick: () => learn(entry.name, this.learn.dataset.state) });
    this.element = make("div", { class: "control" },
      make("label", { htmlFor: id }, title(entry.name)),
      make("span", { class: "unit" }, UNITS[entry.name] ?? ""),
      this.learn,
      this.reset,
      this.body(id),
      make("p", {}, entry.text[0].toUpperCase() + entry.text.slice(1), entry.choices.length ? "" : ` (${entry.low} to ${entry.high})`));
    this.element.dataset.name = entry.name;
    this.show(entry.default);
    this.steer(undefined, false);
  }

  /** Which MIDI controller steers it (`[number, channel]`), or whether one is waited for. */
  steer(controller, waiting) {
    const state = waiting ? "waiting" : controller ? "learnt" : "free";
    this.learn.dataset.state = state;
    this.learn.textContent = { waiting: "turn a knob …", learnt: `CC ${controller?.[0]}`, free: "learn" }[state];
    this.learn.title = {
      waiting: "turn the MIDI controller that is to steer it; click to think better of it",
      learnt: `steered by MIDI controller ${controller?.[0]}${controller?.[1] ? ` on channel ${controller[1]}` : ""}; click to free it`,
      free: "let the next MIDI controller that is turned steer it",
    }[state];
  }

  body(id) {
    const { entry } = this;
    if (!entry.choices.length) return this.number(id);
    if (entry.choices.length <= FEW) {
      this.buttons = entry.choices.map((choice) => make("button", {
        role: "radio", onclick: () => this.change(choice, true),
      }, choice));
      return make("div", { id, class: "choice", role: "radiogroup", "aria-label": title(entry.name) }, ...this.buttons);
    }
    this.select = make("select", { id, onchange: () => this.change(this.select.value, true) },
      ...entry.choices.map((choice) => make("option", { value: choice }, choice.replaceAll("_", " "))));
    return this.select;
  }

  number(id) {
    const { low, high, whole } = this.entry;
    const step = whole ? 1 : 10 ** Math.floor(Math.log10((high - low) / 100));
    this.slider = make("input", { id, type: "range", min: low, max: high, step, oninput: () => this.change(Number(this.slider.value)) });
    this.field = make("input", {
      type: "number", min: low, max: high, step: whole ? 1 : "any", "aria-label": title(this.entry.name),
      onchange: () => this.change(Number(this.field.value), true),
    });
    return make("div", { class: "number" }, this.slider, this.field);
  }

  change(value, atOnce = false) {
    this.touched = performance.now();
    this.show(value);
    clearTimeout(this.later);
    const wait = atOnce ? 0 : Math.max(0, this.sent + SENT_EVERY - performance.now());
    this.later = setTimeout(() => {
      this.sent = performance.now();
      this.set(this.entry.name, value);
    }, wait);
    clearTimeout(this.settling);
    // What is refused, or was changed by others meanwhile, shows when the hand is gone.
    this.settling = setTimeout(() => this.show(this.told), HANDS_ON + 200);
  }

  /** The daemon says what it is. */
  tell(value) {
    this.told = value;
    if (performance.now() - this.touched > HANDS_ON) this.show(value);
  }

  show(value) {
    this.element.classList.toggle("changed", value !== this.entry.default);
    if (this.slider) {
      this.slider.value = value;
      if (document.activeElement !== this.field) this.field.value = Number(Number(value).toPrecision(4));
      const part = (value - this.entry.low) / (this.entry.high - this.entry.low);
      this.slider.style.setProperty("--part", `${100 * part}%`);
    } else if (this.select) {
      this.select.value = value;
    } else {
      for (const button of this.buttons) button.setAttribute("aria-checked", button.textContent === value);
    }
  }
}

export class Controls {
  /** `set(name, value)` sends a parameter; `learn(name, state)` asks for a controller, or frees it. */
  constructor(panel, set, learn) {
    this.panel = panel;
    this.set = set;
    this.learn = learn;
    this.controls = new Map();
  }

  build(entries) {
    const open = new Set([...this.panel.querySelectorAll("details[open]")].map((group) => group.dataset.name));
    this.controls = new Map(entries.map((entry) => [entry.name, new Control(entry, this.set, this.learn)]));
    const grouped = GROUPS.flatMap(([, names]) => names);
    const rest = entries.map((entry) => entry.name).filter((name) => !grouped.includes(name));
    const groups = rest.length ? [...GROUPS, ["More", rest]] : GROUPS;
    this.panel.replaceChildren(...groups.map(([name, names], place) => {
      const group = make("details", { class: "group" }, make("summary", {}, name),
        ...names.filter((each) => this.controls.has(each)).map((each) => this.controls.get(each).element));
      group.dataset.name = name;
      group.open = open.size ? open.has(name) : place === 0;
      return group;
    }));
  }

  steer(controllers, waiting) {
    for (const [name, control] of this.controls) control.steer(controllers[name], name === waiting);
  }

  tell(values) {
    for (const [name, value] of Object.entries(values)) this.controls.get(name)?.tell(value);
  }
}
