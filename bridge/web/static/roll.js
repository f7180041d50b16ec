// The piano roll: what both players play, planned and taken back, against the beat, moving past the present.

import { HUMAN, VOICES, drawHead } from "./looks.js";
import { percent, pitchName } from "./score.js";

const PAST = 9; // seconds to the left of the present
const AHEAD = 2.6; // and to its right
const FEWEST_PITCHES = 30;
const DRUM_LANES = 7;
const DRUMS = "drums";

/** The lane of a drum by its General MIDI key, from the bottom: kick, snare, toms, hats, ride, crash, the rest. */
function laneOf(pitch) {
  if (pitch <= 36) return 0;
  if ([37, 38, 39, 40].includes(pitch)) return 1;
  if ([41, 43, 45, 47, 48, 50].includes(pitch)) return 2;
  if ([42, 44, 46].includes(pitch)) return 3;
  if ([51, 53, 59].includes(pitch)) return 4;
  return [49, 52, 55, 57].includes(pitch) ? 5 : 6;
}

export class Roll {
  /** `now()` is the daemon's time, `voiceOf(note)` the voice of a note, `beats` the clock of the song. */
  constructor(canvas, tip, { score, beats, now, voiceOf }) {
    Object.assign(this, { canvas, tip, score, beats, now, voiceOf });
    this.paper = canvas.getContext("2d");
    this.low = 45;
    this.high = 81;
    this.pointer = null;
    this.pointed = null;
    this.picked = null;
    new ResizeObserver(() => this.resize()).observe(canvas.parentElement);
    canvas.addEventListener("pointermove", (event) => {
      this.pointer = [event.offsetX, event.offsetY];
      this.pointed = null;
      this.tip.ariaLive = "off"; // it is seen
    });
    canvas.addEventListener("click", (event) => {
      const now = this.now();
      const note = this.pointed ?? this.noteAt(this.seen(now), now, event.offsetX, event.offsetY);
      if (note) this.chosen?.(note);
    });
    canvas.addEventListener("pointerleave", () => (this.pointer = this.pointed = null));
    canvas.addEventListener("keydown", (event) => this.key(event));
    canvas.addEventListener("blur", () => (this.picked = null));
    this.resize();
    const frame = () => {
      this.draw();
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  resize() {
    const box = this.canvas.parentElement.getBoundingClientRect();
    const scale = window.devicePixelRatio || 1;
    this.width = box.width;
    this.height = box.height;
    this.canvas.width = Math.round(box.width * scale);
    this.canvas.height = Math.round(box.height * scale);
    this.paper.setTransform(scale, 0, 0, scale, 0, 0);
  }

  /** Without a mouse: the arrows go from one of the machine's notes to the next, Enter asks why it was played. */
  key(event) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) {
      const notes = this.seen(this.now()).filter((note) => note.machine).sort((a, b) => a.onset - b.onset);
      const place = notes.indexOf(this.picked);
      this.tip.ariaLive = "polite";
      this.picked = notes[place < 0 ? notes.length - 1 : Math.min(Math.max(place + step, 0), notes.length - 1)] ?? null;
    } else if (event.key === "Enter" && this.picked) {
      this.chosen?.(this.picked);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The notes that lie on the paper. */
  seen(now) {
    return this.score.notes.filter((note) => (note.release ?? now) > now - PAST && note.onset < now + AHEAD);
  }

  draw() {
    const now = this.now();
    this.score.prune(now);
    const seen = this.seen(now);
    const drums = seen.some((note) => this.voiceOf(note) === DRUMS);
    this.drumHeight = drums ? Math.min(96, this.height * 0.24) : 0;
    this.frame(seen);
    this.left = now - PAST;
    this.perSecond = this.width / (PAST + AHEAD);
    this.paper.clearRect(0, 0, this.width, this.height);
    this.drawPitches();
    this.drawBeats(now);
    for (const note of seen) if (note.withdrawn) this.drawNote(note, now);
    for (const note of seen) if (!note.withdrawn) this.drawNote(note, now);
    this.over?.(this.paper, (note) => [this.x(note.withdrawn ? note.planned : note.onset), this.y(note)]);
    this.drawNames();
    const told = this.told(seen, now);
    if (told) this.drawRing(told);
    this.drawPresent(now);
    this.showTip(told, now);
  }

  /** Let the pitches that are seen decide which are shown, without haste. */
  frame(seen) {
    const pitches = seen.filter((note) => this.voiceOf(note) !== DRUMS).map((note) => note.pitch);
    let low = Math.min(...pitches, 55) - 3, high = Math.max(...pitches, 72) + 3;
    const lacking = FEWEST_PITCHES - (high - low);
    if (lacking > 0) [low, high] = [low - lacking / 2, high + lacking / 2];
    this.low += (low - this.low) * 0.08;
    this.high += (high - this.high) * 0.08;
  }

  x(time) {
    return (time - this.left) * this.perSecond;
  }

  get row() {
    return (this.height - this.drumHeight) / (this.high - this.low);
  }

  y(note) {
    if (this.voiceOf(note) === DRUMS) {
      const lane = this.drumHeight / (DRUM_LANES + 0.5);
      return this.height - (laneOf(note.pitch) + 0.75) * lane;
    }
    return (this.high - note.pitch) * this.row;
  }

  drawPitches() {
    const paper = this.paper;
    for (let pitch = Math.ceil(this.low); pitch <= this.high; pitch++) {
      const y = (this.high - pitch) * this.row;
      if ([1, 3, 6, 8, 10].includes(pitch % 12)) {
        paper.fillStyle = "#0d111a";
        paper.fillRect(0, y - this.row / 2, this.width, this.row);
      }
      if (pitch % 12 === 0) {
        paper.fillStyle = "#1f2737";
        paper.fillRect(0, y + this.row / 2, this.width, 1);
      }
    }
    if (this.drumHeight) {
      paper.fillStyle = "#10151f";
      paper.fillRect(0, this.height - this.drumHeight, this.width, this.drumHeight);
    }
  }

  /** Over the notes, so that none hides them: where each C is, just above its line. */
  drawNames() {
    const { paper } = this;
    paper.font = "11px system-ui, sans-serif";
    paper.fillStyle = "#8390aa";
    for (let pitch = 12 * Math.ceil(this.low / 12); pitch <= this.high; pitch += 12)
      paper.fillText(pitchName(pitch), 6, (this.high - pitch + 0.5) * this.row - 3);
    if (this.drumHeight) paper.fillText("drums", 6, this.height - this.drumHeight + 14);
  }

  drawBeats(now) {
    const { paper, beats } = this;
    if (!beats.metered) {
      for (let second = Math.ceil(this.left); second < now + AHEAD; second++) this.line(this.x(second), "#141a26", 1);
      return;
    }
    paper.font = "600 12px system-ui, sans-serif";
    for (let beat = Math.ceil(beats.at(this.left)); beat < beats.at(now + AHEAD); beat++) {
      const x = this.x(beats.timeOf(beat));
      const isBar = Math.abs(beat / beats.perBar - Math.round(beat / beats.perBar)) < 1e-6;
      this.line(x, isBar ? "#3b4763" : "#1b2232", isBar ? 1.5 : 1);
      if (isBar && beat >= 0) {
        paper.fillStyle = "#8390aa";
        paper.fillText(String(Math.round(beat / beats.perBar) + 1), x + 5, 14);
      }
    }
  }

  line(x, colour, width) {
    this.paper.fillStyle = colour;
    this.paper.fillRect(x, 0, width, this.height);
  }

  drawPresent(now) {
    const x = this.x(now);
    const glow = this.paper.createLinearGradient(x, 0, this.width, 0);
    glow.addColorStop(0, "#ffffff0e");
    glow.addColorStop(1, "#ffffff02");
    this.paper.fillStyle = glow;
    this.paper.fillRect(x, 0, this.width - x, this.height);
    this.line(x, "#dfe6f5", 2);
  }

  drawNote(note, now) {
    const { paper } = this;
    const voice = this.voiceOf(note);
    const look = note.machine ? VOICES[voice] ?? VOICES.other : HUMAN;
    const isDrum = voice === DRUMS;
    const size = isDrum ? Math.min(11, this.drumHeight / DRUM_LANES - 2) : Math.max(5, Math.min(13, this.row * 0.82));
    const y = this.y(note);
    const from = note.withdrawn ? note.planned : note.onset;
    const end = note.release ?? Math.max(now, from);
    const x = this.x(from), width = Math.max(this.x(end) - x, size);
    const sounds = !note.withdrawn && note.sounded !== null && now >= from && now < end;
    paper.globalAlpha = note.withdrawn ? 0.5 : 0.55 + 0.45 * (note.velocity / 127);
    paper.fillStyle = paper.strokeStyle = look.colour;
    if (note.withdrawn) {
      paper.setLineDash([4, 4]);
      this.outline(x, y, width, size, note.machine ? 1 : size / 2, 1.2);
      paper.setLineDash([]);
    } else if (note.machine && note.sounded === null) {
      this.outline(x, y, width, size, 1, 1.6);
      drawHead(paper, look.shape, x, y, size);
    } else if (isDrum) {
      paper.globalAlpha = 1;
      drawHead(paper, note.machine ? look.shape : "circle", x, y, size * (0.7 + 0.5 * (note.velocity / 127)));
    } else {
      if (sounds) {
        paper.shadowColor = look.colour;
        paper.shadowBlur = 16;
      }
      paper.beginPath();
      paper.roundRect(x, y - size * 0.36, width, size * 0.72, note.machine ? 1 : size);
      paper.fill();
      paper.shadowBlur = 0;
      paper.globalAlpha = 1;
      drawHead(paper, look.shape, x, y, size);
    }
    paper.globalAlpha = 1;
  }

  drawRing(note) {
    this.paper.strokeStyle = "#f2f5fa";
    this.paper.lineWidth = 2;
    this.paper.beginPath();
    this.paper.arc(this.x(note.onset) + 4, this.y(note), 12, 0, 2 * Math.PI);
    this.paper.stroke();
  }

  outline(x, y, width, size, radius, line) {
    this.paper.lineWidth = line;
    this.paper.beginPath();
    this.paper.roundRect(x, y - size * 0.36, width, size * 0.72, radius);
    this.paper.stroke();
  }

  /**
   * The note that is told about: the one under the pointer, or the one that the arrow keys are at. The paper moves: the
   * note that came under a pointer at rest stays the one until the pointer moves, so that there is time to read.
   */
  told(seen, now) {
    if (!seen.includes(this.pointed)) this.pointed = this.pointer && (this.noteAt(seen, now, ...this.pointer) ?? null);
    if (!seen.includes(this.picked)) this.picked = null;
    return this.pointed ?? this.picked;
  }

  /** A note in words. */
  showTip(note, now) {
    this.tip.hidden = !note;
    if (!note) return;
    const voice = this.voiceOf(note);
    const lines = [`${note.machine ? `Antiphon, ${voice}` : "you"}: ${voice === DRUMS ? `drum ${note.pitch}` : pitchName(note.pitch)}`];
    lines.push(`velocity ${note.velocity}, channel ${note.channel}`);
    if (note.withdrawn) lines.push("planned, and taken back");
    else if (note.sounded === null) lines.push(`planned, in ${Math.max(note.onset - now, 0).toFixed(2)} s`);
    else if (note.machine) lines.push(`left ${(1000 * (note.sounded - note.planned)).toFixed(1)} ms after its planned time`);
    if (note.probability !== undefined) {
      const name = (pitch) => (voice === DRUMS ? `drum ${pitch}` : pitchName(pitch));
      lines.push(`how likely it was: ${percent(note.probability)}`);
      if (note.others.length) lines.push(`else: ${note.others.map(([pitch, part]) => `${name(pitch)} ${percent(part)}`).join(", ")}`);
    }
    const text = lines.join("\n");
    if (this.tip.textContent !== text) this.tip.textContent = text;
    const [x, y] = note === this.pointed ? this.pointer : [this.x(note.onset), this.y(note)];
    this.tip.style.left = `${Math.min(Math.max(x + 14, 4), this.width - 220)}px`;
    this.tip.style.top = `${Math.max(y - 20 - this.tip.offsetHeight, 4)}px`;
  }

  noteAt(seen, now, px, py) {
    const reach = Math.max(this.row / 2, 7);
    return seen.findLast((note) => {
      const x = this.x(note.withdrawn ? note.planned : note.onset);
      const width = Math.max(this.x(note.release ?? now) - x, 10);
      return px >= x - 4 && px <= x + width + 4 && Math.abs(py - this.y(note)) <= reach;
    });
  }
}
