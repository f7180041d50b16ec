// Clips of one's own library that fit what is played: asked for, played, given to the model, liked and skipped.

import { make } from "./dom.js";

const COUNT = 6;
// Where one asks again by itself: no more often than this, in milliseconds.
const EVERY = 4000;

export class Library {
  /** `say` sends an OSC message. */
  constructor(panel, say) {
    this.say = say;
    this.panel = panel;
    this.list = make("ol", { class: "clips", "aria-live": "polite" });
    this.asks = make("button", { class: "main", onclick: () => this.ask() }, "What fits now?");
    this.often = make("input", { id: "clips-often", type: "checkbox" });
    this.playing = make("p", { class: "why", role: "status" });
    this.none = make("p", { class: "hint" },
      "Your own MIDI files, known by ear: antiphon index FOLDER once, then antiphon jam --library FOLDER.");
    this.body = make("div", { hidden: true },
      this.asks, make("label", { class: "clips-often" }, this.often, " again as I play"),
      this.list, this.playing,
      make("p", { class: "hint" }, "Play: it sounds from the next bar on, in your key; Stop ends it. Manner: the model hears it, so that what it answers is in the manner of it."),
      make("button", { class: "quiet", onclick: () => say("/antiphon/taste/forget") }, "Forget what I like"));
    this.advice = make("p", { class: "why", role: "status" });
    this.takes = make("button", { hidden: true, onclick: () => this.follow() }, "Set it so");
    this.recalls = make("button", { hidden: true, onclick: () => say("/antiphon/preset", this.advised.preset) });
    this.swaps = make("button", { hidden: true, onclick: () => say("/antiphon/model", this.advised.model) });
    panel.append(
      make("div", { class: "pair" }, make("span", {}, "Mode and settings"),
        make("button", { onclick: () => say("/antiphon/advise") }, "What suits my playing?")),
      this.advice, this.takes, this.recalls, this.swaps, make("h3", {}, "Clips"), this.none, this.body);
    this.found = [];
    setInterval(() => {
      if (this.often.checked && this.stale && !panel.hidden) this.ask();
    }, EVERY);
  }

  /** What there is to ask of: `status.library` phrases. */
  tell({ library, clip, library_ms: took }) {
    if (library !== undefined) {
      this.none.hidden = true;
      this.body.hidden = false;
      this.asks.title = `${library} phrases`;
    }
    if (clip !== undefined) this.playing.textContent = clip ? `plays ${clip}` : "";
    if (took) this.asks.title += `, answered in ${took} ms`;
  }

  ask() {
    this.stale = false;
    this.say("/antiphon/recommend", COUNT);
  }

  /** A mode and values, a preset and a model that suit what is played, in words; again when models were compared. */
  advise({ mode, values, text, preset, model }) {
    this.advised = { mode, values, preset, model };
    this.advice.textContent = text;
    this.takes.hidden = false;
    for (const [button, name, words] of [[this.recalls, preset, "Take preset"], [this.swaps, model, "Play with model"]]) {
      button.hidden = !name;
      button.textContent = `${words} ${name}`;
    }
  }

  follow() {
    this.say("/antiphon/mode", this.advised.mode);
    for (const [name, value] of this.advised.values) this.say("/antiphon/set", name, value);
    this.takes.hidden = true;
  }

  /** Something was played: what fitted may fit no longer. */
  moved() {
    this.stale = true;
  }

  /** One of several that were found. */
  show(one) {
    if (one.rank === 1) this.found = [];
    this.found.push(one);
    if (one.rank === one.of) this.list.replaceChildren(...this.found.map((found) => this.row(found)));
  }

  row({ clip, title, reason }) {
    const button = (text, about, address) => make("button", { title: about, onclick: (event) => {
      this.say(address, clip);
      event.target.classList.add("done");
    } }, text);
    const row = make("li", {}, make("b", {}, title), make("span", {}, reason), make("div", { class: "clip-buttons" },
      button("Play", "Sounds from the next bar on, in your key", "/antiphon/clip"),
      button("Manner", "The model hears it as if it had just been played", "/antiphon/prime"),
      button("Like", "Others like it come sooner", "/antiphon/like"),
      button("Skip", "Others like it come later", "/antiphon/skip")));
    row.dataset.clip = clip;
    return row;
  }
}
