// What stands at the side: the answers, the voices, the presets, and how the machine is doing.

import { byId, make } from "./dom.js";
import { VOICES, drawHead } from "./looks.js";

/** Tabs over panels: `panels` are [id, title, element]. */
export function makeTabs(list, holder, panels) {
  const tabs = panels.map(([id, title, panel]) => make("button", {
    id: `tab-${id}`, role: "tab", "aria-controls": `panel-${id}`, onclick: () => choose(id), onkeydown: (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const place = (tabs.findIndex((tab) => tab === event.target) + step + tabs.length) % tabs.length;
      choose(panels[place][0]);
      tabs[place].focus();
    },
  }, title));
  const choose = (chosen) => {
    panels.forEach(([id, , panel], place) => {
      panel.hidden = id !== chosen;
      tabs[place].setAttribute("aria-selected", id === chosen);
      tabs[place].tabIndex = id === chosen ? 0 : -1;
    });
    try {
      localStorage.setItem("tab", chosen);
    } catch {} // a browser that remembers nothing
  };
  for (const [id, , panel] of panels) {
    Object.assign(panel, { id: `panel-${id}` });
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", `tab-${id}`);
  }
  list.replaceChildren(...tabs);
  holder.replaceChildren(...panels.map(([, , panel]) => panel));
  let last = null;
  try {
    last = localStorage.getItem("tab");
  } catch {}
  choose(panels.some(([id]) => id === last) ? last : panels[0][0]);
}

/** The last answers and minutes as MIDI files, to be dragged into a DAW. */
export class Takes {
  constructor(panel, now) {
    this.now = now;
    this.list = make("ul", { class: "takes" });
    this.why = make("p", { class: "why" });
    this.answers = [];
    panel.append(
      make("p", { class: "hint" }, "Drag a file into your DAW, or click it. What you liked, keep."),
      this.list,
      this.why,
    );
    this.show([]);
    setInterval(() => this.show(this.answers), 5000);
  }

  show(answers) {
    this.answers = answers;
    const rows = answers.map(({ number, began, notes, kept }) => this.row(
      `answer-${number}.mid`, `/answers/${number}.mid`, `Answer ${number}${kept ? " ★ kept" : ""}`, `${notes} ${notes === 1 ? "note" : "notes"}, ${ago(this.now() - began)}`));
    rows.push(this.row("antiphon-recent.mid", "/recent.mid", "The last five minutes", "both of you, a track each"));
    this.list.replaceChildren(...rows);
  }

  row(name, path, title, about) {
    const link = make("a", { href: path, download: name, draggable: true, ondragstart: (event) => {
      event.dataTransfer.effectAllowed = "copy";
      // Chromium makes a file of it where it is dropped; others take the address.
      event.dataTransfer.setData("DownloadURL", `audio/midi:${name}:${new URL(path, location).href}`);
      event.dataTransfer.setData("text/uri-list", new URL(path, location).href);
    } }, make("b", {}, title), make("span", {}, about), make("i", { "aria-hidden": true }, ".mid"));
    return make("li", {}, link);
  }

  /** Out of how many the last answer was chosen, and what spoke for it. */
  explain({ candidates, kind, began_from: began, score, terms }) {
    if (!candidates) return;
    const best = Object.entries(terms).sort((a, b) => b[1] - a[1]).slice(0, 3).map(([name]) => name.replaceAll("_", " "));
    this.why.textContent = candidates > 1
      ? `The last answer was chosen from ${candidates}, begun from ${kind ?? began}; what spoke for it most: ${best.join(", ")}. (${Math.round(100 * score)} of 100)`
      : "The last answer is the only one that was drawn.";
  }
}

const ago = (seconds) => (seconds < 60 ? `${Math.max(0, Math.round(seconds / 5) * 5)} s ago` : `${Math.round(seconds / 60)} min ago`);

/** Which MIDI ports it listens and plays to, of those there are: looked for when the panel is turned to. */
class Ports {
  constructor(say) {
    this.say = say;
    this.found = { in: [], out: [] };
    this.hasOwn = true;
    this.selects = Object.fromEntries(["in", "out"].map((side) => [side, make("select", {
      id: `port-${side}`, onchange: (event) => say("/antiphon/port", side, event.target.value),
    })]));
    this.hint = make("p", { class: "hint" });
    this.element = make("div", { class: "ports" },
      make("div", { class: "pair" }, make("label", { htmlFor: "port-in" }, "Listens to"), this.selects.in),
      make("div", { class: "pair" }, make("label", { htmlFor: "port-out" }, "Plays to"), this.selects.out),
      make("div", { class: "pair" }, this.hint, make("button", { id: "look-for-ports", onclick: () => this.look() }, "Look again")));
    this.used = { in: "", out: "" };
    this.known = false; // whether the daemon has told how things stand
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.visible = isIntersecting;
      if (this.visible && this.known) this.look();
    }).observe(this.element);
  }

  look() {
    this.say("/antiphon/ports");
  }

  /** What was found: names of others to listen to and to play to. */
  show({ inputs, outputs, has_own: hasOwn }) {
    this.found = { in: inputs, out: outputs };
    this.hasOwn = hasOwn;
    this.build();
  }

  tell(status) {
    if (status.midi_in !== undefined) this.used.in = status.midi_in;
    if (status.midi_out !== undefined) this.used.out = status.midi_out;
    if (status.midi_backend !== undefined) this.none = status.midi_backend === "fake";
    if (this.visible && !this.known && !this.none) this.look();
    this.known = !this.none;
    this.build();
  }

  build() {
    for (const [side, select] of Object.entries(this.selects)) {
      if (document.activeElement === select) continue; // it may be open
      const names = this.found[side], used = this.used[side];
      const isOther = names.includes(used);
      const own = this.hasOwn ? [make("option", { value: "" }, isOther || !used ? "a port of its own" : `${used} (its own)`)] : [];
      select.replaceChildren(...own, ...names.map((name) => make("option", { value: name }, name)));
      select.value = isOther ? used : "";
      select.disabled = Boolean(this.none);
    }
    this.hint.textContent = this.none ? "This set has no MIDI (--no-midi)." : "What sounds ends before it goes over to another.";
  }
}

/** Which voices it plays, and on which channel; the model; whose clock; which ports. */
export class Band {
  constructor(panel, say) {
    this.say = say;
    this.rows = new Map();
    this.voices = make("div", { class: "voices" });
    this.model = make("select", { id: "model", onchange: () => say("/antiphon/model", this.model.value) });
    this.clock = make("select", { id: "clock", onchange: () => say("/antiphon/clock", this.clock.value) });
    this.ports = new Ports(say);
    this.bpm = make("input", {
      id: "bpm", type: "number", min: 0, max: 999, step: "any", onchange: () => say("/antiphon/tempo", Number(this.bpm.value)),
    });
    panel.append(
      make("h3", {}, "Voices"), this.voices,
      make("h3", {}, "Tempo"),
      make("div", { class: "pair" }, make("label", { htmlFor: "bpm" }, "BPM (0: free)"), this.bpm,
        make("button", { onclick: () => say("/antiphon/tap") }, "Tap")),
      make("div", { class: "pair" }, make("label", { htmlFor: "clock" }, "Clock"), this.clock),
      make("h3", {}, "Model"),
      make("div", { class: "pair" }, make("label", { htmlFor: "model" }, "Plays"), this.model),
      make("p", { class: "hint" }, "Another model is loaded while this one plays on."),
      make("h3", {}, "MIDI ports"), this.ports.element,
    );
  }

  build({ voices, models, clocks }) {
    this.rows = new Map(voices.map((voice) => [voice, this.row(voice)]));
    this.voices.replaceChildren(...[...this.rows.values()].map(({ element }) => element));
    this.model.replaceChildren(...models.map((name) => make("option", { value: name }, name)));
    this.clock.replaceChildren(...clocks.map((name) => make("option", { value: name }, name)));
  }

  row(voice) {
    const swatch = make("canvas", { width: 40, height: 32, class: "swatch", "aria-hidden": true });
    paint(swatch, VOICES[voice] ?? VOICES.other);
    const channel = make("select", { "aria-label": `Channel of ${voice}` },
      ...Array.from({ length: 16 }, (_, n) => make("option", { value: n + 1 }, `ch ${n + 1}`)));
    const button = make("button", { class: "voice", role: "switch" }, swatch, voice);
    const tell = (on) => this.say("/antiphon/voice", voice, on ? 1 : 0, Number(channel.value));
    button.addEventListener("click", () => tell(button.getAttribute("aria-checked") !== "true"));
    channel.addEventListener("change", () => tell(button.getAttribute("aria-checked") === "true"));
    return { element: make("div", { class: "voice-row" }, button, channel), button, channel };
  }

  /** `voices`: which it may use, and their channels; `plays`: those that it plays in this mode, and where. */
  showVoices({ voices = {}, plays = {} }) {
    for (const [voice, [on, channel]] of Object.entries(voices)) {
      const row = this.rows.get(voice);
      if (!row) continue;
      row.button.setAttribute("aria-checked", on || voice in plays);
      row.button.dataset.state = voice in plays ? "plays" : on ? "not now" : "off";
      if (document.activeElement !== row.channel) row.channel.value = plays[voice] ?? channel;
    }
  }

  /** Which voices are heard at this moment. */
  light(sounding) {
    for (const [voice, { button }] of this.rows) button.classList.toggle("sounds", sounding.has(voice));
  }

  tell(status) {
    if (["midi_in", "midi_out", "midi_backend"].some((name) => status[name] !== undefined)) this.ports.tell(status);
    this.voicing = { ...this.voicing, ...(status.voices && { voices: status.voices }), ...(status.plays && { plays: status.plays }) };
    if (status.voices || status.plays) this.showVoices(this.voicing);
    if (status.model !== undefined) {
      if (![...this.model.options].some((option) => option.value === status.model)) this.model.append(make("option", { value: status.model }, status.model));
      this.model.value = status.model;
    }
    if (status.clock_choice !== undefined) this.clock.value = status.clock_choice;
    if (status.tempo !== undefined && document.activeElement !== this.bpm) this.bpm.value = status.tempo;
  }
}

/** A note head in a small picture. */
export function paint(swatch, look) {
  const paper = swatch.getContext("2d");
  paper.clearRect(0, 0, swatch.width, swatch.height);
  paper.fillStyle = look.colour;
  const y = swatch.height / 2;
  paper.fillRect(8, y - 4, swatch.width - 8, 8);
  drawHead(paper, look.shape, 2, y, 16);
}

export class Presets {
  constructor(panel, say) {
    this.say = say;
    this.list = make("div", { class: "presets" });
    this.name = make("input", { type: "text", id: "preset-name", maxLength: 64, placeholder: "verse", pattern: "[A-Za-z0-9][A-Za-z0-9._\\-]*" });
    this.first = make("select", { "aria-label": "from preset" });
    this.second = make("select", { "aria-label": "to preset" });
    this.amount = make("input", { type: "range", min: 0, max: 1, step: 0.01, value: 0, "aria-label": "Between the two", oninput: () => this.morph() });
    this.between = make("div", { class: "morph" }, this.first, this.amount, this.second);
    panel.append(
      this.list,
      make("form", { class: "pair", onsubmit: (event) => {
        event.preventDefault();
        if (this.name.value) say("/antiphon/preset/save", this.name.value);
      } }, make("label", { htmlFor: "preset-name" }, "Keep it all as"), this.name, make("button", {}, "Save")),
      make("h3", {}, "Between two"), this.between,
      make("p", { class: "hint" }, "A preset keeps every parameter, the voices, their ranges and the mode."),
    );
    this.names = [];
    this.build([]);
  }

  build(names) {
    this.names = names;
    this.list.replaceChildren(...(names.length
      ? names.map((name) => make("button", { onclick: () => this.say("/antiphon/preset", name) }, name))
      : [make("p", { class: "hint" }, "None yet: set things as you like them, and save.")]));
    for (const [select, chosen] of [[this.first, 0], [this.second, 1]]) {
      const before = select.value;
      select.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
      select.value = names.includes(before) ? before : names[Math.min(chosen, names.length - 1)] ?? "";
    }
    // Between a preset and itself nothing lies: the second one that there is takes the other side.
    if (this.first.value === this.second.value) this.second.value = names.find((name) => name !== this.first.value) ?? this.first.value;
    this.between.toggleAttribute("inert", names.length < 2);
    this.mark(this.current);
  }

  morph() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.say("/antiphon/morph", this.first.value, this.second.value, Number(this.amount.value)), 30);
  }

  mark(name) {
    this.current = name;
    for (const button of this.list.querySelectorAll("button")) button.classList.toggle("current", button.textContent === name);
  }
}

const BINS = [0.5, 1, 2, 4, 8, 16, 32, 64, 128, 256];
const MEASURED = 400;

/** The last measurements of one kind, in milliseconds, as a histogram on a logarithmic scale. */
class Histogram {
  constructor(title, about) {
    this.values = [];
    this.told = make("b", {}, "–");
    this.canvas = make("canvas", { width: 640, height: 150, role: "img", "aria-label": title });
    this.element = make("figure", {}, make("figcaption", {}, make("span", { title: about }, title), this.told), this.canvas);
  }

  add(ms) {
    this.values.push(ms);
    if (this.values.length > MEASURED) this.values.shift();
    this.fresh = true;
  }

  draw() {
    if (!this.fresh || !this.canvas.offsetParent) return;
    this.fresh = false;
    const sorted = this.values.toSorted((a, b) => a - b);
    const quantile = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
    this.told.textContent = `p50 ${quantile(0.5).toFixed(1)} ms · p99 ${quantile(0.99).toFixed(1)} ms · ${sorted.length} notes`;
    const counts = new Array(BINS.length + 1).fill(0);
    for (const ms of sorted) counts[BINS.findIndex((edge) => ms < edge) < 0 ? BINS.length : BINS.findIndex((edge) => ms < edge)]++;
    const paper = this.canvas.getContext("2d"), step = this.canvas.width / counts.length, most = Math.max(...counts);
    paper.clearRect(0, 0, this.canvas.width, this.canvas.height);
    paper.font = "20px system-ui, sans-serif";
    counts.forEach((count, n) => {
      const height = (count / most) * (this.canvas.height - 40);
      paper.fillStyle = n <= 4 ? "#56b4e9" : n <= 7 ? "#e69f00" : "#d55e00";
      paper.fillRect(n * step + 3, this.canvas.height - 28 - height, step - 6, height);
      paper.fillStyle = "#8390aa";
      paper.fillText(n < BINS.length ? `<${BINS[n]}` : "more", n * step + 4, this.canvas.height - 6);
    });
  }
}

/** How it is doing, and why one may hear nothing. */
export class Health {
  constructor(panel, { midi, link, synth }) {
    this.link = link;
    this.synth = synth;
    this.lateness = new Histogram("Note leaves after its planned time", "how late each note of the machine's left");
    this.reaction = new Histogram("Your key to its next planned note", "while it plays along or harmonizes");
    this.facts = make("dl", {});
    this.checks = make("ul", { class: "checks" });
    this.midi = make("div", { class: "pair" }, make("span", {}, midi.possible ? "MIDI keyboards in this browser" : "This browser has no Web MIDI"),
      midi.possible ? make("button", { onclick: (event) => {
        midi.open().then(() => event.target.remove(), (error) => { this.midiNames.textContent = `not allowed: ${error.message}`; });
      } }, "Use them") : null);
    this.midiNames = make("p", { class: "hint" });
    this.log = make("ul", { class: "log" });
    panel.append(
      make("h3", {}, "Why do I hear nothing?"), this.checks,
      make("h3", {}, "Playing in"), this.midi, this.midiNames,
      make("h3", {}, "Latency"), this.lateness.element, this.reaction.element, this.facts,
      make("h3", {}, "What was said"), this.log);
    setInterval(() => { this.lateness.draw(); this.reaction.draw(); }, 500);
  }

  showInputs(names) {
    this.midiNames.textContent = names.length ? `listening to ${names.join(", ")}` : "none is connected";
  }

  tell(status) {
    const row = (name, value, about = "") => [make("dt", { title: about }, name), make("dd", {}, value)];
    this.facts.replaceChildren(
      ...row("Model", `${status.model} (${status.provider})`),
      ...row("A step of the model", `p50 ${status.step_ms} ms · p99 ${status.step_p99_ms} ms`),
      ...row("Reaction", `p50 ${status.reaction_ms} ms · p99 ${status.reaction_p99_ms} ms`, "from something you did to the next planned note"),
      ...row("Plans ahead", `${status.lookahead_ms} ms`),
      ...row("Keeps up", status.keeping_up),
      ...row("Played", String(status.sounded)),
      ...row("Planned and taken back", String(status.cancelled)),
      ...row("Too late from the model", String(status.missed)),
      ...row("Dropped on the way out", String(status.late)),
      ...row("Not heard by the model", String(status.unheard)),
      ...row("MIDI lost / ignored", `${status.midi_lost} / ${status.midi_ignored}`),
      ...row("Page to daemon and back", `${this.link.trip.toFixed(1)} ms`));
    // What only the page knows, then what the daemon found (bridge/live/diagnosis.py).
    const checks = [
      this.link.connected ? ["ok", "page", "connected", ""] : ["fail", "page", "not connected", "is antiphon jam running?"],
      this.synth.on ? ["ok", "sound here", "on", ""] : ["warn", "sound here", "off", "press Sound off, above"],
      ...(status.checks ?? []),
    ];
    this.checks.replaceChildren(...checks.map(([verdict, subject, text, advice]) => make("li", { class: verdict },
      make("b", {}, subject), ` ${text}`, advice && verdict !== "ok" ? make("em", {}, advice) : null)));
  }

  note(severity, text) {
    this.log.prepend(make("li", { class: severity }, text));
    while (this.log.children.length > 40) this.log.lastChild.remove();
  }
}

/** Lines that pass: what went wrong, with the way out, longer than news. */
export function say(text, severity) {
  const holder = byId("messages");
  const line = make("div", { class: `message ${severity}` }, make("span", {}, text),
    make("button", { "aria-label": "Dismiss", onclick: () => line.remove() }, "×"));
  holder.append(line);
  while (holder.children.length > 4) holder.firstChild.remove();
  setTimeout(() => line.remove(), severity === "error" ? 12000 : 5000);
}
