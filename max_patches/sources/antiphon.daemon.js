// Start and end Antiphon from Max, for [node.script antiphon.daemon.js]. Messages: start [words for antiphon jam], stop.
// Antiphon must be installed (pipx install antiphon, or uv tool install antiphon): nothing is downloaded from here.
// What it started ends with the patch. A set that was started elsewhere is left alone.

const { spawn } = require("child_process");
const fs = require("fs");
const os = require("os");
const path = require("path");
const Max = require("max-api");

let daemon = null;

// Max is started from the desktop, whose PATH often lacks where pip, pipx and uv put programs.
function program() {
    const name = process.platform === "win32" ? "antiphon.exe" : "antiphon";
    const home = os.homedir();
    const places = (process.env.PATH || "").split(path.delimiter).concat(
        path.join(home, ".local", "bin"), "/opt/homebrew/bin", "/usr/local/bin");
    return places.map((place) => path.join(place, name)).find((file) => fs.existsSync(file));
}

function start(...words) {
    if (daemon) {
        Max.outlet("state", "running");
        return;
    }
    const file = program();
    if (!file) {
        Max.outlet("error", "antiphon is not installed, or not where programs are looked for: see docs/guides");
        return;
    }
    daemon = spawn(file, ["jam", "--plain", ...words.map(String)], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [daemon.stdout, daemon.stderr]) {
        stream.setEncoding("utf8");
        stream.on("data", (text) => text.split(/\r?\n/).filter(Boolean).forEach((line) => Max.outlet("said", line)));
    }
    daemon.on("error", (error) => {
        daemon = null;
        Max.outlet("error", error.message);
    });
    daemon.on("exit", (code) => {
        daemon = null;
        Max.outlet("state", "ended", code === null ? -1 : code);
    });
    Max.outlet("state", "started");
}

// SIGINT, as Ctrl-C: it ends every note that sounds first.
function stop() {
    if (daemon) {
        daemon.kill("SIGINT");
    }
}

Max.addHandler("start", start);
Max.addHandler("stop", stop);
process.on("exit", stop);
for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => process.exit());
}
