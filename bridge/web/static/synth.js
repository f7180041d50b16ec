// The sound of the page: a small synthesizer for each voice and a drum kit, in Web Audio, with nothing to download.

const MOST_AT_ONCE = 56;
const AHEAD = 0.008; // seconds: what is due now is set for so much later, or its beginning would be cut off

const hertz = (pitch) => 440 * 2 ** ((pitch - 69) / 12);

export class Synth {
  constructor() {
    this.context = null;
    this.playing = new Map(); // by whatever names a note: { stop(time), ends }
    this.volume = 0.8;
    this.plucked = new Map(); // strings that were plucked once, by pitch
  }

  get on() {
    return this.context !== null && this.context.state === "running" && !this.muted;
  }

  /** Begin to sound; browsers allow it only in answer to a click or a key. */
  async start() {
    if (!this.context) this.build();
    this.muted = false;
    this.master.gain.setTargetAtTime(this.volume, this.context.currentTime, 0.02);
    await this.context.resume();
  }

  mute() {
    this.muted = true;
    if (this.context) this.master.gain.setTargetAtTime(0, this.context.currentTime, 0.02);
  }

  setVolume(volume) {
    this.volume = volume;
    if (this.context && !this.muted) this.master.gain.setTargetAtTime(volume, this.context.currentTime, 0.02);
  }

  build() {
    this.wire(new AudioContext({ latencyHint: "interactive" }));
  }

  /** Put what all voices share between them and the speakers of a context. */
  wire(context) {
    this.context = context;
    this.master = new GainNode(context, { gain: 0 });
    const limiter = new DynamicsCompressorNode(context, { threshold: -14, knee: 12, ratio: 6, attack: 0.003, release: 0.2 });
    this.analyser = new AnalyserNode(context, { fftSize: 2048 });
    this.dry = new GainNode(context, { gain: 0.9 });
    this.room = new ConvolverNode(context, { buffer: this.impulse(1.7) });
    this.wet = new GainNode(context, { gain: 0.16 });
    this.dry.connect(this.master);
    this.room.connect(this.wet).connect(this.master);
    this.master.connect(limiter).connect(this.analyser).connect(context.destination);
    this.noise = this.whiteNoise(1);
  }

  /** How loud it is at this moment: the root mean square of what leaves, from 0 to 1. */
  level() {
    if (!this.context) return 0;
    const samples = new Float32Array(this.analyser.fftSize);
    this.analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
  }

  /** Play a note that is called `key`, `delay` seconds from now, of a voice; it lasts `duration`, or until `end(key)`. */
  play(key, voice, pitch, velocity, delay = 0, duration = null) {
    if (!this.on) return;
    this.end(key);
    this.makeRoom();
    const start = this.context.currentTime + Math.max(delay, AHEAD);
    const make = this[voice] ?? this.keys;
    const out = new GainNode(this.context, { gain: 1 });
    out.connect(this.dry);
    out.connect(this.room);
    const sound = make.call(this, out, pitch, (velocity / 127) ** 1.4, start);
    const note = { out, start, release: sound.release, sources: sound.sources, ends: Infinity };
    this.playing.set(key, note);
    note.sources[0].onended = () => {
      out.disconnect();
      if (this.playing.get(key) === note) this.playing.delete(key);
    };
    if (sound.lasts) this.stop(note, start + sound.lasts, 0.02);
    else if (duration !== null) this.stop(note, start + Math.max(duration, 0.04), sound.release);
  }

  /** End a note `delay` seconds from now; one that has not begun by then is not heard. */
  end(key, delay = 0) {
    const note = this.playing.get(key);
    if (!note || !this.context) return;
    const time = this.context.currentTime + Math.max(delay, 0);
    if (time <= note.start) {
      note.out.gain.cancelScheduledValues(0);
      note.out.gain.setValueAtTime(0, this.context.currentTime);
      for (const source of note.sources) source.stop();
      this.playing.delete(key);
    } else if (time < note.ends) this.stop(note, time, note.release);
  }

  stop(note, time, release) {
    note.ends = time;
    note.out.gain.cancelScheduledValues(time);
    note.out.gain.setValueAtTime(1, time);
    note.out.gain.setTargetAtTime(0, time, release / 3);
    for (const source of note.sources) source.stop(time + 2 * release + 0.05);
  }

  endAll() {
    for (const key of [...this.playing.keys()]) this.end(key);
  }

  makeRoom() {
    if (this.playing.size < MOST_AT_ONCE) return;
    const [oldest] = this.playing.keys();
    this.end(oldest);
    this.playing.delete(oldest);
  }

  // --- voices: each builds its sources into `out` and says how long it rings after its end ---------------------------

  /** An electric piano: two pairs of sines that modulate each other, the brighter the harder it is struck. */
  keys(out, pitch, force, start) {
    const f = hertz(pitch);
    const low = Math.max(0.6, 1.6 - pitch / 90);
    const body = this.fm(out, f, f, 1.1 * force * f * low, 0.5 * low, 0.34 * force + 0.03, 2.6 * low, start);
    const tine = this.fm(out, f, Math.min(14 * f, 9000), 0.5 * force * f, 0.06, 0.07 * force, 0.35, start);
    return { sources: [...body, ...tine], release: 0.22 };
  }

  /** A round bass: a triangle with a saw behind a filter that closes. */
  bass(out, pitch, force, start) {
    const f = hertz(pitch);
    const filter = new BiquadFilterNode(this.context, { type: "lowpass", frequency: 180 + 1500 * force, Q: 1.5 });
    filter.frequency.setTargetAtTime(180 + 220 * force, start, 0.16);
    const gain = this.struck(0.62 * force + 0.05, 0.004, 1.6, start);
    filter.connect(gain).connect(out);
    return { sources: [this.osc("triangle", f, start, filter), this.osc("sawtooth", f, start, filter, 0.35, 4)], release: 0.09 };
  }

  /** A plucked string, worked out once for each pitch (Karplus and Strong, 1983). */
  guitar(out, pitch, force, start) {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.string(pitch) });
    const filter = new BiquadFilterNode(this.context, { type: "lowpass", frequency: 900 + 5000 * force });
    source.connect(filter).connect(new GainNode(this.context, { gain: 0.75 * force + 0.05 })).connect(out);
    source.start(start);
    return { sources: [source], release: 0.16 };
  }

  /** A flute-like lead: a triangle and a little breath, with a vibrato that comes late. */
  lead(out, pitch, force, start) {
    const f = hertz(pitch);
    const gain = this.swelled(0.3 * force + 0.03, 0.035, start);
    const tone = this.osc("triangle", f, start, gain);
    const second = this.osc("sine", 2 * f, start, gain, 0.28);
    const vibrato = new OscillatorNode(this.context, { frequency: 5.2 });
    const depth = new GainNode(this.context, { gain: 0 });
    depth.gain.setTargetAtTime(f * 0.006, start + 0.25, 0.25);
    vibrato.connect(depth).connect(tone.frequency);
    vibrato.start(start);
    const breath = this.hiss(start, "bandpass", Math.min(2 * f, 6000), 0.7, this.decaying(0.05 * force, 0.09, start), out);
    gain.connect(out);
    return { sources: [tone, second, vibrato, breath], release: 0.14 };
  }

  /** Strings: three saws a little out of tune, dark and slow. */
  strings(out, pitch, force, start) {
    const f = hertz(pitch);
    const filter = new BiquadFilterNode(this.context, { type: "lowpass", frequency: 700 + 2600 * force, Q: 0.4 });
    const gain = this.swelled(0.13 * force + 0.02, 0.14, start);
    filter.connect(gain).connect(out);
    return { sources: [-7, 0, 8].map((cents) => this.osc("sawtooth", f, start, filter, 0.7, cents)), release: 0.4 };
  }

  /** A glassy pad for whatever is none of the others. */
  other(out, pitch, force, start) {
    const f = hertz(pitch);
    return { sources: this.fm(out, f, 3.5 * f, 0.7 * force * f, 0.9, 0.22 * force + 0.02, 1.8, start), release: 0.5 };
  }

  /** A drum kit, by the keys of General MIDI. */
  drums(out, pitch, force, start) {
    const kit = [
      [[35, 36], () => this.drum(out, 130, 46, 0.07, 0.95 * force, 0.32, start, 0.12 * force)],
      [[37], () => [this.hiss(start, "bandpass", 1900, 6, this.decaying(0.7 * force, 0.05, start), out)]],
      [[38, 40], () => this.snare(out, force, start)],
      [[39], () => [this.hiss(start, "bandpass", 1200, 1.2, this.decaying(0.8 * force, 0.16, start), out)]],
      [[42, 44], () => [this.hiss(start, "highpass", 8200, 0.9, this.decaying(0.42 * force, 0.05, start), out)]],
      [[46], () => [this.hiss(start, "highpass", 7600, 0.9, this.decaying(0.42 * force, 0.38, start), out)]],
      [[41, 43, 45, 47, 48, 50], () => this.drum(out, 60 + 9 * (pitch - 38), 45 + 6 * (pitch - 38), 0.09, 0.7 * force, 0.4, start, 0.05)],
      [[49, 52, 55, 57], () => [this.hiss(start, "highpass", 5200, 0.4, this.decaying(0.4 * force, 1.3, start), out)]],
      [[51, 53, 59], () => [
        this.hiss(start, "highpass", 9000, 0.6, this.decaying(0.2 * force, 0.5, start), out),
        this.ping(out, 3300, 0.05 * force, 0.3, start),
      ]],
      [[56], () => [this.ping(out, 562, 0.2 * force, 0.2, start, "square"), this.ping(out, 845, 0.16 * force, 0.2, start, "square")]],
    ].find(([pitches]) => pitches.includes(pitch));
    const sources = kit ? kit[1]() : [this.hiss(start, "bandpass", 1500 + 60 * pitch, 3, this.decaying(0.4 * force, 0.12, start), out)];
    return { sources, release: 0.02, lasts: 1.8 };
  }

  // --- their parts ------------------------------------------------------------------------------------------------

  osc(type, frequency, start, into, gain = 1, detune = 0) {
    const source = new OscillatorNode(this.context, { type, frequency, detune });
    source.connect(gain === 1 ? into : this.through(gain, into));
    source.start(start);
    return source;
  }

  through(gain, into) {
    const node = new GainNode(this.context, { gain });
    node.connect(into);
    return node;
  }

  struck(peak, attack, decay, start) {
    const node = new GainNode(this.context, { gain: 0 });
    node.gain.setValueAtTime(0, start);
    node.gain.linearRampToValueAtTime(peak, start + attack);
    node.gain.setTargetAtTime(0, start + attack, decay / 2);
    return node;
  }

  swelled(peak, attack, start) {
    const node = new GainNode(this.context, { gain: 0 });
    node.gain.setValueAtTime(0, start);
    node.gain.setTargetAtTime(peak, start, attack / 2);
    return node;
  }

  decaying(peak, decay, start) {
    return this.struck(peak, 0.001, decay * 0.7, start);
  }

  fm(out, carrier, modulator, depth, depthDecay, peak, decay, start) {
    const gain = this.struck(peak, 0.003, decay, start);
    gain.connect(out);
    const tone = this.osc("sine", carrier, start, gain);
    const amount = new GainNode(this.context, { gain: 0 });
    amount.gain.setValueAtTime(depth, start);
    amount.gain.setTargetAtTime(depth * 0.12, start, depthDecay);
    amount.connect(tone.frequency);
    return [tone, this.osc("sine", modulator, start, amount)];
  }

  hiss(start, type, frequency, Q, gain, out) {
    const source = new AudioBufferSourceNode(this.context, { buffer: this.noise, loop: true });
    source.connect(new BiquadFilterNode(this.context, { type, frequency, Q })).connect(gain).connect(out);
    source.start(start, Math.random() * 0.5);
    return source;
  }

  ping(out, frequency, peak, decay, start, type = "sine") {
    const gain = this.decaying(peak, decay, start);
    gain.connect(out);
    return this.osc(type, frequency, start, gain);
  }

  drum(out, from, to, fall, peak, decay, start, click) {
    const gain = this.decaying(peak, decay, start);
    gain.connect(out);
    const tone = this.osc("sine", from, start, gain);
    tone.frequency.setValueAtTime(from, start);
    tone.frequency.exponentialRampToValueAtTime(to, start + fall);
    return [tone, this.hiss(start, "lowpass", 3000, 0.5, this.decaying(click, 0.02, start), out)];
  }

  snare(out, force, start) {
    const rattle = this.hiss(start, "highpass", 1700, 0.5, this.decaying(0.55 * force, 0.19, start), out);
    return [...this.drum(out, 240, 175, 0.05, 0.5 * force, 0.13, start, 0.1 * force), rattle];
  }

  string(pitch) {
    if (!this.plucked.has(pitch)) this.plucked.set(pitch, this.pluck(pitch));
    return this.plucked.get(pitch);
  }

  pluck(pitch) {
    const rate = this.context.sampleRate;
    const buffer = this.context.createBuffer(1, Math.round(rate * 2.4), rate);
    const samples = buffer.getChannelData(0);
    // The mean of two neighbours delays by half a sample; what is left of the period is interpolated.
    const period = rate / hertz(pitch) - 0.5;
    const line = Math.floor(period), part = period - line;
    let smooth = 0;
    for (let n = 0; n < line + 2; n++) samples[n] = smooth = 0.5 * smooth + 0.5 * (2 * Math.random() - 1);
    const loss = 0.998 - Math.max(0, 60 - pitch) * 0.00002;
    for (let n = line + 2; n < samples.length; n++) {
      const mean = 0.5 * ((1 - part) * samples[n - line] + samples[n - line - 1] + part * samples[n - line - 2]);
      samples[n] = loss * mean;
    }
    return buffer;
  }

  whiteNoise(seconds) {
    const buffer = this.context.createBuffer(1, Math.round(this.context.sampleRate * seconds), this.context.sampleRate);
    const samples = buffer.getChannelData(0);
    for (let n = 0; n < samples.length; n++) samples[n] = 2 * Math.random() - 1;
    return buffer;
  }

  impulse(seconds) {
    const rate = this.context.sampleRate;
    const buffer = this.context.createBuffer(2, Math.round(rate * seconds), rate);
    for (let side = 0; side < 2; side++) {
      const samples = buffer.getChannelData(side);
      for (let n = 0; n < samples.length; n++) samples[n] = (2 * Math.random() - 1) * (1 - n / samples.length) ** 3.2;
    }
    return buffer;
  }
}
