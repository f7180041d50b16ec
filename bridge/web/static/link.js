// The line to the daemon: messages both ways, its clock, and a way back whenever it is lost.

const SHORTEST_WAIT = 0.3; // seconds until the first try to come back; each further one waits longer
const LONGEST_WAIT = 4;
const PINGS_KEPT = 12;
const PING_EVERY = 2000; // milliseconds

export class Link {
  /** `heard(message)` is called with each message of the daemon's, `changed(connected)` as the line comes and goes. */
  constructor(heard, changed) {
    this.heard = heard;
    this.changed = changed;
    this.wait = SHORTEST_WAIT;
    this.pings = [];
    this.offset = 0; // the daemon's clock minus ours, in seconds
    this.connected = false;
    this.connect();
    setInterval(() => this.ping(), PING_EVERY);
  }

  connect() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.socket = new WebSocket(`${scheme}://${location.host}/live${location.search}`);
    this.socket.onopen = () => {
      this.pings = [];
      for (let n = 0; n < 5; n++) setTimeout(() => this.ping(), 40 * n);
    };
    this.socket.onmessage = (event) => {
      for (const line of event.data.split("\n")) this.take(JSON.parse(line));
    };
    this.socket.onclose = (event) => {
      if (this.connected) this.changed(false, event.reason);
      this.connected = false;
      setTimeout(() => this.connect(), 1000 * this.wait);
      this.wait = Math.min(2 * this.wait, LONGEST_WAIT);
    };
  }

  take(message) {
    if (message[0] === "pong") {
      this.takePong(message);
    } else {
      if (message[0] === "hello") this.correct(message[1], 0.05);
      this.heard(message);
      if (message[0] === "ready") {
        this.wait = SHORTEST_WAIT;
        this.connected = true;
        this.changed(true, "");
      }
    }
  }

  /** Say an OSC message; lost where there is no line, which is told by `false`. */
  say(address, ...args) {
    if (this.socket.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify([address, ...args]));
    return true;
  }

  ping() {
    if (this.socket.readyState === WebSocket.OPEN) this.say("ping", performance.now());
  }

  takePong([, theirs, [sent]]) {
    const ours = performance.now();
    this.pings.push({ trip: (ours - sent) / 1000, offset: theirs - (sent + ours) / 2000 });
    if (this.pings.length > PINGS_KEPT) this.pings.shift();
    // The quickest trip tells the time best.
    const best = this.pings.reduce((a, b) => (a.trip <= b.trip ? a : b));
    this.offset = best.offset;
  }

  correct(theirs, tolerance) {
    const offset = theirs - performance.now() / 1000;
    if (!this.pings.length || Math.abs(offset - this.offset) > tolerance) this.offset = offset;
  }

  /** The moment on the daemon's clock, in seconds. */
  now() {
    return performance.now() / 1000 + this.offset;
  }

  /** How long a message takes there and back, in milliseconds. */
  get trip() {
    return this.pings.length ? 1000 * Math.min(...this.pings.map((ping) => ping.trip)) : 0;
  }
}
