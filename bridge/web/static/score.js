// What became of every note, worked out from what the daemon tells: the same rules as bridge/vocabulary/planned_notes.py.

const KEPT = 45; // seconds

export class Score {
  constructor() {
    this.clear();
  }

  clear() {
    this.notes = [];
    this.machine = new Map(); // by number
    this.held = new Map(); // the human's keys that are down, by channel and pitch
  }

  /** Take in a line of the daemon's. Returns what is to be heard of it: `{play}`, `{change}`, `{end}` or null. */
  take([, now, kind, item]) {
    switch (kind) {
      case "NoteOn":
        return this.press(item);
      case "NoteOff":
        return this.lift(item.channel, item.pitch, item.time);
      case "PlayNote":
        return this.plan(item);
      case "MoveNotes":
        return { change: item.note_ids.map((id, n) => this.move(id, item.onsets[n], item.releases[n])).filter(Boolean) };
      case "CancelNotes":
        return { change: item.note_ids.map((id) => this.withdraw(id)).filter(Boolean) };
      case "Dropped":
      case "TooLate":
        return { change: [this.withdraw(item.note_id)].filter(Boolean) };
      case "ReleaseNote":
        return { change: [this.release(item.note_id, item.time)].filter(Boolean) };
      case "Silence":
        return this.silence(now);
      case "Sounded":
        return this.sound(item.note_id, item.time);
      default:
        return null;
    }
  }

  press({ time, pitch, velocity, channel }) {
    this.lift(channel, pitch, time);
    if (!velocity) return null;
    const note = { machine: false, onset: time, release: null, pitch, velocity, channel, sounded: time, withdrawn: false };
    this.notes.push(note);
    this.held.set(`${channel} ${pitch}`, note);
    return { press: note };
  }

  lift(channel, pitch, time) {
    const note = this.held.get(`${channel} ${pitch}`);
    if (!note) return null;
    note.release = Math.max(time, note.onset);
    this.held.delete(`${channel} ${pitch}`);
    return { lift: note };
  }

  plan({ note_id, onset, release, pitch, velocity, channel }) {
    if (this.machine.has(note_id)) return null;
    const note = {
      machine: true, id: note_id, onset, release, pitch, velocity, channel, planned: onset, sounded: null, withdrawn: false,
    };
    this.notes.push(note);
    this.machine.set(note_id, note);
    return { play: note };
  }

  /** How sure the model was of a note that was planned just now, and the likeliest other pitches: `[pitch, probability]` each. */
  odds({ note_id, probability, others }) {
    const note = this.machine.get(note_id);
    if (note) Object.assign(note, { probability, others });
  }

  move(id, onset, release) {
    const note = this.machine.get(id);
    if (note) Object.assign(note, { onset: note.sounded ?? onset, planned: onset, release });
    return note;
  }

  withdraw(id) {
    const note = this.machine.get(id);
    if (note && note.sounded === null) note.withdrawn = true;
    return note;
  }

  release(id, time) {
    const note = this.machine.get(id);
    if (!note) return null;
    note.release = note.release === null ? time : Math.min(note.release, time);
    if (note.sounded === null && time <= note.onset) note.withdrawn = true;
    return note;
  }

  silence(now) {
    const changed = [];
    for (const note of this.machine.values()) {
      if (note.sounded === null && !note.withdrawn) note.withdrawn = true;
      else if (note.sounded !== null && (note.release === null || note.release > now)) note.release = now;
      else continue;
      changed.push(note);
    }
    return { change: changed };
  }

  sound(id, time) {
    const note = this.machine.get(id);
    if (!note) return null;
    note.sounded = time;
    note.onset = time;
    note.withdrawn = false; // it slipped out
    return { sounded: note };
  }

  /** Let go of what is long over. */
  prune(now) {
    const gone = (note) => (note.withdrawn ? note.planned : note.release ?? now) < now - KEPT;
    if (!this.notes.length || !gone(this.notes[0])) return;
    this.notes = this.notes.filter((note) => !gone(note));
    for (const [id, note] of this.machine) if (gone(note)) this.machine.delete(id);
  }
}

const NAMES = ["C", "D♭", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

export const pitchName = (pitch) => `${NAMES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;

/** A probability in words; a negative one is not known. */
export const percent = (part) => (part < 0 ? "–" : part >= 0.01 ? `${Math.round(100 * part)} %` : `${(100 * part).toPrecision(1)} %`);

/** The clock of the song, as the statuses tell it: where the beat is at any moment. */
export class Beats {
  constructor() {
    this.bpm = 0;
    this.metered = false;
    this.perBar = 4;
    this.time = 0;
    this.beat = 0;
  }

  take(now, { tempo, bar, beat, beats_per_bar: perBar }) {
    const metered = Boolean(tempo) && bar !== null && bar !== undefined;
    const place = metered ? (bar - 1) * perBar + beat - 1 : 0;
    const steady = metered && this.metered && perBar === this.perBar && Math.abs(tempo - this.bpm) < 0.05;
    // What is told is rounded: while it goes on as expected, the grid is drawn towards it and does not tremble.
    const expected = this.at(now);
    const near = steady && Math.abs(expected - place) < 0.05;
    this.beat = near ? expected + 0.1 * (place - expected) : place;
    Object.assign(this, { time: now, bpm: tempo || 0, metered, perBar: perBar || 4 });
  }

  at(time) {
    return this.beat + ((time - this.time) * this.bpm) / 60;
  }

  timeOf(beat) {
    return this.time + ((beat - this.beat) * 60) / this.bpm;
  }
}
