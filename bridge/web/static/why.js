// Why the machine played a note: asked by a click on it; in words, in odds, and as arcs to the notes it is owed to.

import { make } from "./dom.js";
import { percent } from "./score.js";

const ARC = "#35c28f";
const SHOWN = 6; // arcs
const NEAR = 0.15; // seconds by which a note's onset may differ from what the daemon says of it

export class Why {
  /** `ask(id)` has the daemon explain a note of the machine's. */
  constructor(panel, score, ask) {
    this.score = score;
    this.say = ask;
    this.title = make("h3", {});
    this.words = make("ul", { class: "why-words", "aria-live": "polite" });
    this.fields = make("table", { class: "why-fields" });
    this.causes = make("p", { class: "hint" });
    this.hint = make("p", { class: "hint" }, "Click one of Antiphon's notes to see why it was played.");
    panel.append(this.hint, this.title, this.words, this.fields, this.causes,
      make("button", { onclick: () => ask(0) }, "The last note"));
    this.arcs = [];
  }

  ask(note) {
    this.arcs = [];
    this.hint.textContent = "asking …";
    this.say(note.id);
  }

  /** What is told at first, and then again with the causes. */
  show({ note_id: id, part, words, fields, causes }) {
    this.hint.textContent = "";
    this.id = id;
    this.part = part;
    this.title.textContent = words[0];
    this.words.replaceChildren(...words.slice(1).map((line) => make("li", {}, line)));
    this.fields.replaceChildren(...fields.map((field) => this.row(field)));
    const effects = causes.some((cause) => cause.effect > 0);
    this.causes.textContent = part === "causes"
      ? "Arcs: the notes without which it would have been less likely; thick is much less."
      : "Arcs: what the model looked at. What it is owed to follows when there is time to try.";
    const strength = (cause) => (effects ? cause.effect : cause.attention);
    const most = Math.max(...causes.map(strength), 1e-9);
    this.arcs = causes.filter((cause) => strength(cause) > 0).slice(0, SHOWN)
      .map((cause) => ({ ...cause, weight: strength(cause) / most }));
  }

  row({ name, value, probability, rank, of, alternatives }) {
    const others = alternatives.filter(([text]) => text !== value).slice(0, 3)
      .map(([text, odds]) => `${text} ${percent(odds)}`).join(", ");
    return make("tr", {},
      make("th", { scope: "row" }, name === "dt" ? "when" : name),
      make("td", {}, value),
      make("td", {}, make("meter", { min: 0, max: 1, value: Math.max(probability, 0), title: `number ${rank} of ${of}` })),
      make("td", {}, percent(probability)),
      make("td", {}, others));
  }

  /** The note on the roll that a cause is. */
  find({ note_id: id, onset, pitch }) {
    if (id) return this.score.machine.get(id);
    return this.score.notes.find((note) => !note.machine && note.pitch === pitch && Math.abs(note.onset - onset) < NEAR);
  }

  draw(paper, placeOf) {
    const note = this.id && this.score.machine.get(this.id);
    if (!note) return;
    const [x, y] = placeOf(note);
    paper.save();
    paper.strokeStyle = paper.fillStyle = ARC;
    paper.lineWidth = 2;
    paper.beginPath();
    paper.arc(x + 4, y, 11, 0, 2 * Math.PI);
    paper.stroke();
    for (const arc of this.arcs) {
      const cause = this.find(arc);
      if (!cause) continue;
      const [left, top] = placeOf(cause);
      paper.globalAlpha = 0.35 + 0.6 * arc.weight;
      paper.lineWidth = 1 + 3 * arc.weight;
      paper.beginPath();
      paper.moveTo(left, top);
      paper.quadraticCurveTo((left + x) / 2, Math.min(top, y) - 20 - Math.abs(x - left) / 6, x, y);
      paper.stroke();
    }
    paper.restore();
  }
}
