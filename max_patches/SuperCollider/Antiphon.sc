// Play with Antiphon, a machine musician. It is a program of its own: start it with "antiphon jam".
//
//     a = Antiphon.new;
//     a.onNote = { |pitch, velocity, channel, duration|
//         (midinote: pitch, amp: velocity / 127, sustain: duration ? 0.5).play };
//     a.note(60, 100); a.note(60, 0);      // play to it: velocity 0 lets the key go
//     a.mode(\duet); a.density = 2; a.respond; a.panic;
//
// Every message of Antiphon's is a method (preset/save: presetSave), and every parameter can be set as one.

Antiphon {
	classvar <commands, <parameters, <reports;
	var <address, <running = false;
	// onNote: |pitch, velocity, channel, duration| when it is time (duration in seconds, nil: until onRelease).
	// onRelease: |pitch, channel| for those. onSilence: end everything. onSaid: |name, arguments| for all it says.
	// onRunning: |isThere|. onError: |severity, code, text|; usually posted.
	var <>onNote, <>onRelease, <>onSilence, <>onSaid, <>onRunning, <>onError;
	var functions, heart, lastHeard, plan = 0;

	*initClass {
		commands = #['note', 'mode', 'respond', 'again', 'keep', 'stop', 'panic', 'reset', 'set', 'get', 'voice', 'range', 'learn', 'unlearn', 'preset', 'preset/save', 'morph', 'presets', 'model', 'ports', 'port', 'tempo', 'tap', 'clock', 'transport', 'record', 'capture', 'recommend', 'like', 'skip', 'clip', 'prime', 'explain', 'advise', 'taste/forget', 'subscribe', 'unsubscribe', 'status'];
		parameters = #['temperature', 'top_p', 'low', 'high', 'density', 'energy', 'register', 'texture', 'scale', 'root', 'chord', 'pull', 'split', 'avoid_doubling', 'polyphony', 'most', 'repeats', 'harmonies', 'place', 'share', 'space', 'alone', 'alone_beats', 'count_in', 'silence', 'length', 'bars', 'choose', 'trade', 'barge_in', 'lookahead', 'signature', 'quantize', 'strength', 'swing', 'humanize', 'offset', 'late', 'velocity', 'programs', 'thru', 'thru_channel'];
		reports = #['play', 'cancel', 'odds', 'sounded', 'turn', 'chosen', 'kept', 'pace', 'value', 'learned', 'bound', 'fired', 'ports', 'presets', 'recommended', 'advised', 'explained', 'latency', 'status', 'error'];
	}

	*new { |port = 7401, host = "127.0.0.1"|
		^super.new.init(NetAddr(host, port))
	}

	init { |netAddress|
		address = netAddress;
		onError = { |severity, code, text| "Antiphon: %".format(text).warn };
		functions = reports.collect { |name|
			OSCFunc({ |message| this.prHear(name, message.drop(1)) }, "/antiphon/" ++ name, address)
		};
		heart = SkipJack({ this.prBeat }, 2, name: "Antiphon");
		this.prBeat;
	}

	free {
		heart.stop;
		this.send(\unsubscribe, NetAddr.langPort);
		functions.do(_.free);
		plan = plan + 1;
	}

	send { |name ... arguments|
		address.sendMsg("/antiphon/" ++ name, *arguments)
	}

	note { |pitch, velocity = 100, channel = 1| this.send(\note, pitch, velocity, channel) }
	set { |name, value| this.send(\set, name, value) }
	get { |name| this.send(\get, name) }
	stop { this.send(\stop) }
	reset { this.send(\reset) }
	range { |voice, low, high| this.send(\range, voice, low, high) }

	doesNotUnderstand { |selector ... arguments|
		var name = selector.asGetter;
		var command = commands.detect { |each| this.class.prMethod(each) == selector };
		if (selector.isSetter and: { parameters.includes(name) }) { ^this.set(name, arguments[0]) };
		if (command.notNil) { ^this.send(command, *arguments) };
		if (parameters.includes(selector)) { ^this.get(selector) };
		^super.doesNotUnderstand(selector, *arguments)
	}

	// A message as a method: preset/save is presetSave.
	*prMethod { |command|
		var words = command.asString.split($/);
		^(words[0] ++ words.drop(1).collect { |word| word[0].toUpper ++ word.drop(1) }.join).asSymbol
	}

	prBeat {
		this.send(\subscribe, NetAddr.langPort);
		this.send(\status);
		if (running and: { Main.elapsedTime - (lastHeard ? 0) > 5 }) {
			running = false;
			onRunning.value(false);
			onError.value(\warning, 'not-running', "not running: start antiphon jam");
		};
	}

	prHear { |name, arguments|
		lastHeard = Main.elapsedTime;
		if (running.not) { running = true; onRunning.value(true) };
		switch (name,
			\play, { this.prPlay(*arguments) },
			\cancel, {
				plan = plan + 1;
				if (arguments[0] == 1) { onSilence.value };
			},
			\error, { onError.value(*arguments) }
		);
		onSaid.value(name, arguments);
	}

	prPlay { |pitch, velocity, channel, duration, delay|
		var of = plan;
		if (velocity == 0) { // the end of a held note: no cancel takes it back
			SystemClock.sched(delay + 0.005, { onRelease.value(pitch, channel); nil });
			^this
		};
		SystemClock.sched(delay, {
			if (of == plan) { onNote.value(pitch, velocity, channel, if (duration < 0) { nil } { duration }) };
			nil
		});
	}
}
