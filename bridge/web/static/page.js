// The page: brings the line to the daemon, the keys, the sound, the roll and the panels together.

import { Controls } from "./controls.js";
import { byId, make } from "./dom.js";
import { BrowserMidi, Keys, isTyping } from "./keys.js";
import { Library } from "./library.js";
import { Link } from "./link.js";
import { HUMAN, VOICES } from "./looks.js";
import { Band, Health, Presets, Takes, makeTabs, paint, say as message } from "./panels.js";
import { Roll } from "./roll.js";
import { Beats, Score } from "./score.js";
import { Synth } from "./synth.js";
import { Why } from "./why.js";

const MODES = {
  respond: "Play a phrase; when you stop, it answers",
  duet: "It plays along, in voices that you do not play",
  accompany: "A band on the clock: bass, drums and more under you",
  harmonize: "Each note of yours gets others at once",
  off: "It listens, and plays nothing",
};
const TURNS = { human: "you", machine: "antiphon", both: "both" };
const CHANNEL = 1;
// A note of ours that comes back from the daemon within so many seconds was played here, and has been heard.
const OURS_FOR = 2;

const status = {};
const score = new Score();
const beats = new Beats();
const synth = new Synth();
const here = []; // [channel, pitch, moment] of what was pressed on this page
let voiceOfChannel = {};

const voiceOf = (note) => {
  // What a channel is used for may change; a note stays what it was when it was planned.
  if (note.machine) return (note.voice ??= voiceOfChannel[note.channel] ?? "other");
  return note.channel === 10 ? "drums" : status.human ?? "keys";
};

const link = new Link(take, connected);
const say = (address, ...args) => {
  if (!link.say(address, ...args)) message("Not connected: that was not sent", "warning");
};

// --- playing ---------------------------------------------------------------------------------------------------------

function press(pitch, velocity, channel = CHANNEL) {
  here.push([channel, pitch, link.now()]);
  say("/antiphon/note", pitch, velocity, channel);
  synth.play(`human ${channel} ${pitch}`, channel === 10 ? "drums" : humanSound(), pitch, velocity);
}

function lift(pitch, channel = CHANNEL) {
  link.say("/antiphon/note", pitch, 0, channel);
  synth.end(`human ${channel} ${pitch}`);
}

/** What the human sounds like: the keys, or a bass where they play one. */
const humanSound = () => (status.human === "bass" ? "bass" : "keys");

const keys = new Keys(byId("keyboard"), { play: press, lift });
const midi = new BrowserMidi({
  play: press,
  lift,
  changed: (names) => health.showInputs(names),
  isOurs: (name) => [status.midi_in, status.midi_out].some((own) => own && name.includes(own)),
});
byId("down").onclick = () => (byId("octave").textContent = keys.shift(-1));
byId("up").onclick = () => (byId("octave").textContent = keys.shift(1));

/** Sound what becomes of notes. */
function hear(news) {
  const now = link.now();
  if (news.play) {
    const note = news.play;
    if (note.onset > now - 0.25)
      synth.play(note.id, voiceOf(note), note.pitch, note.velocity, note.onset - now, note.release && note.release - note.onset);
  }
  for (const note of news.change ?? []) {
    if (note.withdrawn) synth.end(note.id);
    else if (note.sounded === null)
      synth.play(note.id, voiceOf(note), note.pitch, note.velocity, note.onset - now, note.release && note.release - note.onset);
    else if (note.release !== null) synth.end(note.id, note.release - now);
  }
  if (news.press && !wasHere(news.press)) {
    // Somebody else's key, a MIDI keyboard's say, has a sound of its own; in the demonstration there is nobody else.
    if (status.demo) synth.play(`demo ${news.press.pitch}`, "keys", news.press.pitch, news.press.velocity);
  }
  if (news.lift) synth.end(`demo ${news.lift.pitch}`);
}

function wasHere(note) {
  const now = link.now();
  while (here.length && here[0][2] < now - OURS_FOR) here.shift();
  const place = here.findIndex(([channel, pitch]) => channel === note.channel && pitch === note.pitch);
  if (place >= 0) here.splice(place, 1);
  return place >= 0;
}

function light() {
  const now = link.now();
  const lit = { human: new Set(), machine: new Set() };
  const sounding = new Set();
  for (const note of score.notes) {
    if (note.withdrawn || note.sounded === null || note.onset > now || (note.release ?? Infinity) <= now) continue;
    const voice = voiceOf(note);
    if (note.machine) sounding.add(voice);
    if (voice !== "drums") lit[note.machine ? "machine" : "human"].add(note.pitch);
  }
  band.light(sounding);
  for (const pitch of keys.lit?.keys() ?? [])
    for (const who of ["human", "machine"]) keys.light(pitch, who, lit[who].has(pitch));
  requestAnimationFrame(light);
}

// --- what the daemon says -----------------------------------------------------------------------------------------------

function take(line) {
  switch (line[0]) {
    case "hello":
      return hello(line[2]);
    case "status":
      return tell(line[1], line[2]);
    case "answers":
      return takes.show(line[2]);
    case "in":
    case "out":
      return follow(line);
    case "tell":
      return told(line[2], line[3]);
  }
}

function hello(facts) {
  score.clear();
  synth.endAll();
  controls.build(facts.parameters);
  band.build(facts);
  presets.build(facts.presets);
  byId("modes").replaceChildren(...facts.modes.map((mode) => make("button", {
    role: "radio", title: MODES[mode] ?? "", onclick: () => say("/antiphon/mode", mode),
  }, mode)));
}

function tell(now, news) {
  Object.assign(status, news);
  if (news.voices || news.plays) {
    voiceOfChannel = {};
    const voices = Object.entries(status.voices).sort((a, b) => a[1][0] - b[1][0]);
    for (const [voice, [, channel]] of voices) voiceOfChannel[channel] = voice;
    for (const [voice, channel] of Object.entries(status.plays)) voiceOfChannel[channel] = voice;
  }
  beats.take(now, status);
  if (news.parameters) controls.tell(news.parameters);
  if (news.controllers || news.learning !== undefined) controls.steer(status.controllers ?? {}, status.learning);
  band.tell(news);
  library.tell(news);
  if (news.preset !== undefined) presets.mark(news.preset);
  if (news.answer) takes.explain(news.answer);
  for (const button of byId("modes").children) button.setAttribute("aria-checked", button.textContent === status.mode);
  turn(status.turn);
  byId("key").textContent = status.key || "–";
  byId("chord").textContent = status.chord || "–";
  byId("tempo").textContent = status.tempo ? `${status.tempo.toFixed(1)}` : "free";
  byId("clock-name").textContent = status.clock === "internal" ? "tempo" : `${status.clock}${status.clock_locked ? "" : " ?"}`;
  byId("bar").textContent = status.bar ? `${status.bar}.${Math.floor(status.beat)}` : "–";
  byId("record").setAttribute("aria-pressed", Boolean(status.recording));
  // What is not seen costs nothing, and is there at once when it is.
  if (health.panel.hidden !== health.was || !health.panel.hidden) health.tell(status);
  health.was = health.panel.hidden;
}

function follow(line) {
  const news = score.take(line);
  if (line[2] === "TurnChanged") turn(line[3].turn);
  if (line[2] === "Chosen") takes.explain(line[3]);
  if (line[2] === "ValueReport") controls.tell({ [line[3].name]: line[3].value });
  if (!news) return;
  if (news.press) {
    library.moved();
    waiting = line[3].time;
  }
  if (news.play && waiting && status.mode !== "respond") health.reaction.add(1000 * (line[1] - waiting));
  if (news.play) {
    waiting = null;
    byId("legend").querySelector(`[data-voice="${voiceOf(news.play)}"]`)?.removeAttribute("hidden");
  }
  if (news.sounded) health.lateness.add(Math.max(0, 1000 * (news.sounded.sounded - news.sounded.planned)));
  if (link.connected) hear(news);
}

let waiting = null;

function told(kind, fields) {
  if (kind === "ErrorReport") {
    message(fields.text, fields.severity);
    health.note(fields.severity, fields.text);
  } else if (kind === "Notice") {
    message(fields.text, "notice");
    health.note("notice", fields.text);
  } else if (kind === "PortsReport") {
    band.ports.show(fields);
  } else if (kind === "PresetsReport") {
    presets.build(fields.names.split(" ").filter(Boolean));
  } else if (kind === "Explained") {
    why.show(fields);
  } else if (kind === "Advised") {
    library.advise(fields);
  } else if (kind === "Recommended") {
    library.show(fields);
  } else if (kind === "NoteOdds") {
    score.odds(fields);
  }
}

function turn(who) {
  const element = byId("turn");
  if (element.dataset.who === who || !link.connected) return;
  element.dataset.who = who;
  byId("turn-name").textContent = TURNS[who] ?? who;
}

function connected(is, why) {
  document.body.classList.toggle("lost", !is);
  if (is) {
    byId("turn").dataset.who = "";
    turn(status.turn);
    return;
  }
  byId("turn").dataset.who = "lost";
  byId("turn-name").textContent = "not connected: trying again";
  synth.endAll();
  if (why) message(why, "warning");
}

// --- buttons and shortcuts -----------------------------------------------------------------------------------------------

for (const button of document.querySelectorAll("[data-say]")) button.onclick = () => say(button.dataset.say);
byId("record").onclick = () => say("/antiphon/record", status.recording ? 0 : 1);

async function sound(on) {
  if (on) await synth.start();
  else synth.mute();
  byId("sound").setAttribute("aria-pressed", synth.on);
  byId("sound").textContent = synth.on ? "Sound on" : "Sound off";
}
byId("sound").onclick = () => sound(!synth.on);
byId("volume").oninput = (event) => synth.setVolume(Number(event.target.value));

const welcome = byId("welcome");
byId("with-sound").onclick = () => {
  welcome.close();
  sound(true);
};
byId("without-sound").onclick = () => welcome.close();

addEventListener("keydown", (event) => {
  if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const onButton = event.target.closest?.("button, summary, a");
  const does = {
    Space: () => !onButton && say("/antiphon/respond"),
    Enter: () => !onButton && say("/antiphon/again"),
    Backspace: () => say("/antiphon/stop"),
    Escape: () => !welcome.open && say("/antiphon/panic"),
    KeyZ: () => byId("down").click(),
    KeyX: () => byId("up").click(),
  }[event.code];
  if (!does || does() === false) return;
  event.preventDefault();
});

// --- panels ---------------------------------------------------------------------------------------------------------------

const panels = Object.fromEntries(["shape", "band", "takes", "why", "library", "presets", "health"].map((id) => [id, make("section", { class: "panel" })]));
const controls = new Controls(
  panels.shape,
  (name, value) => say("/antiphon/set", name, value),
  (name, state) => say(state === "free" ? "/antiphon/learn" : "/antiphon/unlearn", name),
);
const band = new Band(panels.band, say);
const takes = new Takes(panels.takes, () => link.now());
const why = new Why(panels.why, score, (id) => say("/antiphon/explain", id));
const library = new Library(panels.library, say);
const presets = new Presets(panels.presets, say);
const health = new Health(panels.health, { midi, link, synth });
health.panel = panels.health;
makeTabs(byId("tabs"), byId("panels"), [
  ["takes", "Answers", panels.takes],
  ["why", "Why?", panels.why],
  ["shape", "Shape", panels.shape],
  ["band", "Band", panels.band],
  ["library", "Clips", panels.library],
  ["presets", "Presets", panels.presets],
  ["health", "Health", panels.health],
]);

byId("legend").replaceChildren(...[["you", HUMAN], ...Object.entries(VOICES)].map(([name, look]) => {
  const swatch = make("canvas", { width: 40, height: 32, class: "swatch", "aria-hidden": true });
  paint(swatch, look);
  const item = make("li", {}, swatch, name);
  item.dataset.voice = name;
  item.hidden = !["you", "keys"].includes(name);
  return item;
}));

const roll = new Roll(byId("roll"), byId("tip"), { score, beats, now: () => link.now(), voiceOf });
roll.chosen = (note) => {
  if (!note.machine) return;
  byId("tab-why").click();
  panels.why.scrollIntoView({ block: "nearest" }); // on a phone it is below
  why.ask(note);
};
roll.over = (paper, placeOf) => why.draw(paper, placeOf);
requestAnimationFrame(light);
if (!welcome.open) welcome.showModal();

// For tests, and whoever looks behind the curtain.
window.antiphon = { link, score, beats, synth, status, keys, roll, why };
