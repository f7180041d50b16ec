// What [antiphon] does with a message: it becomes an OSC message for Antiphon, or an error in words.
// Notes and what Antiphon plays do not pass through here: scripts run in Max's main thread, notes in its scheduler.
//
//   mode duet         -> /antiphon/mode duet
//   temperature 0.8   -> /antiphon/set temperature 0.8   (any parameter, as message or as @attribute)
//   60 100 1          -> /antiphon/note 60 100 1         (pitch, velocity, channel; velocity 0 lets the key go)
//   getall            -> /antiphon/get for each parameter

inlets = 1;
outlets = 2; // OSC messages; errors, as Antiphon sends them: severity, code, text
setinletassist(0, "messages, parameters, notes as lists");
setoutletassist(0, "OSC for udpsend");
setoutletassist(1, "what was not understood: severity, code, text");

const COMMANDS = ["note", "mode", "respond", "again", "keep", "stop", "panic", "reset", "set", "get", "voice", "range", "learn", "unlearn", "preset", "preset/save", "morph", "presets", "model", "ports", "port", "tempo", "tap", "clock", "transport", "record", "capture", "recommend", "like", "skip", "clip", "prime", "explain", "advise", "taste/forget", "subscribe", "unsubscribe", "status"];
const PARAMETERS = ["temperature", "top_p", "low", "high", "density", "energy", "register", "texture", "scale", "root", "chord", "pull", "split", "avoid_doubling", "polyphony", "most", "repeats", "harmonies", "place", "share", "space", "alone", "alone_beats", "count_in", "silence", "length", "bars", "choose", "trade", "barge_in", "lookahead", "signature", "quantize", "strength", "swing", "humanize", "offset", "late", "velocity", "programs", "thru", "thru_channel"];

function say(words) {
    outlet(0, words);
}

function list() {
    const words = arrayfromargs(arguments);
    if (words.length < 2 || words.length > 3) {
        refuse("a note is pitch, velocity and channel (60 100 1), not " + words.join(" "));
        return;
    }
    say(["/antiphon/note"].concat(words.length === 2 ? words.concat(1) : words));
}

function getall() {
    for (const name of PARAMETERS) {
        say(["/antiphon/get", name]);
    }
}

function anything() {
    const words = arrayfromargs(arguments);
    const name = messagename.replace(/^\/antiphon\//, "");
    if (COMMANDS.includes(name)) {
        say(["/antiphon/" + name].concat(words));
    } else if (PARAMETERS.includes(name)) {
        say([words.length ? "/antiphon/set" : "/antiphon/get", name].concat(words));
    } else {
        refuse("no message " + name + ": did you mean " + nearest(name) + "?");
    }
}

function refuse(text) {
    outlet(1, ["error", "unknown-message", text]);
}

// The message or parameter that is the fewest edits away.
function nearest(name) {
    let best = "", least = Infinity;
    for (const known of COMMANDS.concat(PARAMETERS)) {
        const edits = distance(name, known);
        if (edits < least) {
            best = known;
            least = edits;
        }
    }
    return best;
}

// Levenshtein's distance between two words.
function distance(a, b) {
    let row = Array.from({ length: b.length + 1 }, (_, i) => i);
    for (let i = 1; i <= a.length; i++) {
        const next = [i];
        for (let j = 1; j <= b.length; j++) {
            next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        }
        row = next;
    }
    return row[b.length];
}
