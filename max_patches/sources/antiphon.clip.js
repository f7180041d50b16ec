// Has Antiphon play to the notes that are selected in a clip.
//
// Live runs a tool's patch again and again and takes notes only within that very run, but Antiphon's answer comes later:
// over HTTP, seconds after it was asked for. So a run that finds no answer asks for one and changes nothing; when it has
// come, the run is asked for again, with the same notes and settings, and finds it. The same notes and settings always
// bring the same answer.

inlets = 2; // notes; the clip's context, and settings
outlets = 3; // the clip's notes as they are to be; a bang for another run; what is to be read

const MOST_KEPT = 32;
const RUNS_WITHIN = 2000; // milliseconds
const SETTINGS = { mode: "respond", voice: "keys", seed: 0, port: 7402 };
const answers = new Map(); // by what was asked
let asked = ""; // what is waited for
let wanted = ""; // what the run that we asked for ourselves is for
let wantedUntil = 0; // milliseconds: whoever runs it later is the human

/** A dictionary of Live's: the notes, or (in the second inlet) the context, which is not needed. */
function dictionary(name) {
  if (inlet !== 0) return;
  const found = JSON.parse(new Dict(name).stringify()).notes ?? [];
  const notes = Array.isArray(found) ? found : [found];
  const question = ask(notes);
  const mine = wanted !== "" && Date.now() < wantedUntil;
  if (mine && wanted !== question) {
    wanted = "";
    say("the selection changed: press Apply");
    return; // nobody asked for this clip
  }
  wanted = "";
  const added = answers.get(question);
  if (added) give(notes, added);
  else if (mine) say("no answer: press Apply");
  else if (!notes.length) say("select notes first");
  else if (question !== asked) send(question);
}

/** What is asked for these notes, as it is sent. */
function ask(notes) {
  const song = new LiveAPI("live_set");
  const part = (name) => Number([].concat(song.get(name))[0]);
  const { mode, voice, seed } = SETTINGS;
  return JSON.stringify({
    mode, voice, seed,
    tempo: part("tempo"),
    signature: `${part("signature_numerator")}/${part("signature_denominator")}`,
    notes: notes.map(({ pitch, start_time, duration, velocity, mute }) => ({ pitch, start_time, duration, velocity, mute: Boolean(mute) })),
  });
}

function send(question) {
  asked = question;
  say("Antiphon is playing ...");
  const request = new XMLHttpRequest();
  request.open("POST", `http://127.0.0.1:${SETTINGS.port}/perform`);
  request.setRequestHeader("Content-Type", "application/json");
  request.onreadystatechange = () => {
    if (request.readyState !== 4) return;
    if (asked === question) asked = "";
    take(question, request.status, request.responseText);
  };
  request.send(question);
}

function take(question, status, text) {
  let told = {};
  try {
    told = JSON.parse(text);
  } catch {} // not Antiphon's
  if (!told.notes) {
    say(told.error ?? (status ? `Antiphon said ${status}` : `@NOT_RUNNING@`));
    return;
  }
  answers.set(question, told.notes);
  while (answers.size > MOST_KEPT) answers.delete(answers.keys().next().value);
  wanted = question;
  wantedUntil = Date.now() + RUNS_WITHIN;
  outlet(1, "bang");
}

/** The clip's own notes as they are, and Antiphon's beside them. */
function give(notes, added) {
  const both = new Dict();
  const ours = added.map(({ pitch, start_time, duration, velocity }) => ({ pitch, start_time, duration, velocity }));
  both.parse(JSON.stringify({ notes: [...notes, ...ours] }));
  outlet(0, "dictionary", both.name);
  say(`${added.length} notes added`);
}

function mode(name) { set("mode", name); }
function voice(name) { set("voice", name); }
function seed(number) { set("seed", number); }
function port(number) { set("port", number); }

function set(name, value) {
  SETTINGS[name] = typeof value === "number" ? Math.round(value) : value;
}

function say(text) {
  outlet(2, "set", text);
}
