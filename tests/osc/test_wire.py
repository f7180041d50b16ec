"""OSC bytes: what is read, what is refused, and that nothing else can happen."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pythonosc.osc_bundle_builder import IMMEDIATELY, OscBundleBuilder
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from bridge.osc.wire import DEEPEST, LARGEST, MOST_ARGUMENTS, OscWireError, WireMessage, build, parse

AT_ONCE = struct.pack(">Q", 1)


def bundle(*elements: bytes, tag: bytes = AT_ONCE) -> bytes:
    return b"#bundle\0" + tag + b"".join(struct.pack(">i", len(element)) + element for element in elements)


def test_reads_every_type_it_takes() -> None:
    builder = OscMessageBuilder("/antiphon/x")
    for kind, value in (("i", -1), ("h", 2**40), ("f", 0.5), ("d", 0.1), ("s", "é"), ("b", b"abc"), ("T", True)):
        builder.add_arg(value, kind)
    (message,) = parse(builder.build().dgram)
    assert message == WireMessage("/antiphon/x", (-1, 2**40, 0.5, 0.1, "é", b"abc", True), None)


@pytest.mark.parametrize(
    ("datagram", "value"),
    [
        (b"/a\0\0,I\0\0", True),
        (b"/a\0\0,N\0\0", None),
        (b"/a\0\0,S\0\0duet\0\0\0\0", "duet"),
        (b"/a\0\0,r\0\0\1\2\3\4", 0x01020304),
        (b"/a\0\0,m\0\0\0\x90\x3c\x64", (0, 0x90, 0x3C, 0x64)),
        (b"/a\0\0,c\0\0\0\0\0C", "C"),
        (b"/a\0\0,t\0\0\0\0\0\0\0\0\0\1", 1),
    ],
)
def test_reads_what_buttons_and_old_patches_send(datagram, value):
    assert parse(datagram) == [WireMessage("/a", (value,), None)]


def test_the_elements_of_a_list_are_arguments() -> None:
    datagram = b"/a\0\0,[i[s]]\0\0\0\0\x3cduet\0\0\0\0"
    assert parse(datagram) == [WireMessage("/a", (60, "duet"), None)]


def test_reads_messages_without_type_tags() -> None:
    assert parse(b"/a/stop\0") == [WireMessage("/a/stop", (), None)]


def test_bundle_times() -> None:
    builder = OscBundleBuilder(1_700_000_000.25)
    builder.add_content(OscMessageBuilder("/a").build())
    inner = OscBundleBuilder(IMMEDIATELY)
    inner.add_content(OscMessageBuilder("/b").build())
    builder.add_content(inner.build())
    later = OscBundleBuilder(1_700_000_001.0)
    later.add_content(OscMessageBuilder("/c").build())
    builder.add_content(later.build())
    times = [(message.address, message.wall) for message in parse(builder.build().dgram)]
    assert times == [("/a", 1_700_000_000.25), ("/b", 1_700_000_000.25), ("/c", 1_700_000_001.0)]


def test_immediate_bundle_has_no_time() -> None:
    assert parse(bundle(b"/a\0\0,\0\0\0")) == [WireMessage("/a", (), None)]


def test_empty_bundle_is_nothing() -> None:
    assert parse(bundle()) == []


REFUSED = {
    "nothing": b"",
    "text": b"hello",
    "unterminated address": b"/antiphon",
    "not utf-8": b"/\xff\xfe\0,\0\0\0",
    "no comma": b"/a\0\0i\0\0\0\0\0\0\1",
    "float cut short, which python-osc fills with zeros": b"/a\0\0,f\0\0",
    "half a float": b"/a\0\0,f\0\0\0\0",
    "blob longer than the packet": b"/a\0\0,b\0\0\0\0\1\0",
    "negative blob": b"/a\0\0,b\0\0\xff\xff\xff\xf0",
    "bytes left over": b"/a\0\0,i\0\0\0\0\0\1\0\0\0\0",
    "too many arguments": b"/a\0\0," + b"T" * 99 + b"\0\0\0\0",
    "bundle without a time": b"#bundle\0\0\0",
    "element of unknown kind, which python-osc drops": bundle(b"huh\0", b"/a\0\0,\0\0\0"),
    "element longer than the bundle": b"#bundle\0" + AT_ONCE + struct.pack(">i", 400) + b"/a\0\0,\0\0\0",
    "negative element, on which python-osc never ends": b"#bundle\0" + AT_ONCE + struct.pack(">i", -4),
    "element of no bytes": b"#bundle\0" + AT_ONCE + struct.pack(">i", 0),
    "too large": b"/a\0\0,\0\0\0" + b"\0" * LARGEST,
}


@pytest.mark.parametrize("datagram", REFUSED.values(), ids=REFUSED.keys())
def test_refuses(datagram):
    with pytest.raises(OscWireError) as refusal:
        parse(datagram)
    assert len(str(refusal.value)) < 300


def test_refuses_bundles_too_deep() -> None:
    datagram = bundle()
    for _ in range(100):
        datagram = bundle(datagram)
    with pytest.raises(OscWireError, match="inside each other"):
        parse(datagram)


def test_refuses_a_bundle_cut_anywhere() -> None:
    whole = bundle(build("/antiphon/note", (60, 100, 1)), build("/antiphon/mode", ("duet",)))
    assert len(parse(whole)) == 2
    first = len(bundle(build("/antiphon/note", (60, 100, 1))))
    for length in range(len(whole)):
        if length in (len(bundle()), first):  # these are bundles of their own
            continue
        with pytest.raises(OscWireError):
            parse(whole[:length])


@given(st.binary(max_size=200), st.sampled_from([b"", b"/", b"/a\0\0,", b"#bundle\0", b"#bundle\0" + AT_ONCE]))
def test_any_bytes_are_read_or_refused(tail, head):
    try:
        parse(head + tail)
    except OscWireError:
        pass


@given(
    st.lists(
        st.one_of(
            st.integers(-(2**31), 2**31 - 1),
            st.floats(width=32, allow_nan=False),
            st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=30),
        ),
        max_size=8,
    )
)
def test_what_is_built_is_read_back_here_and_by_python_osc(args):
    datagram = build("/antiphon/x", args)
    assert parse(datagram) == [WireMessage("/antiphon/x", tuple(args), None)]
    assert OscMessage(datagram).params == args


def test_build_refuses_what_does_not_fit() -> None:
    with pytest.raises(ValueError, match="/antiphon/x"):
        build("/antiphon/x", (2**40,))


def test_strings_from_odd_file_names_arrive() -> None:
    (message,) = parse(build("/antiphon/x", ("a\0b\udcff", 1)))
    assert message.args == ("a?b?", 1)


def at(unix: float) -> bytes:
    """A bundle's time tag."""
    return struct.pack(">Q", int((unix + 2_208_988_800) * 2**32))


@pytest.mark.parametrize(("inner", "wall"), [(50.0, 100.0), (100.0, 100.0), (200.0, 200.0)])
def test_a_bundle_in_another_is_never_earlier_than_that_one(inner: float, wall: float) -> None:
    nested = bundle(bundle(build("/a", []), tag=at(inner)), tag=at(100.0))
    assert [message.wall for message in parse(nested)] == [wall]
    at_once = bundle(bundle(build("/a", [])), tag=at(100.0))
    assert [message.wall for message in parse(at_once)] == [100.0]


def test_the_largest_packet_is_read_and_a_larger_one_is_refused_with_the_way_out() -> None:
    largest = build("/a", ["x" * (LARGEST - 9)])
    assert len(largest) == LARGEST and parse(largest)[0].args == ("x" * (LARGEST - 9),)
    with pytest.raises(OscWireError, match=f"packet of more than {LARGEST} bytes: send less at a time"):
        parse(build("/a", ["x" * (LARGEST - 5)]))


def test_as_many_arguments_and_bundles_in_bundles_as_are_taken_are_read_and_one_more_is_refused() -> None:
    assert parse(build("/a", [1] * MOST_ARGUMENTS))[0].args == (1,) * MOST_ARGUMENTS
    with pytest.raises(OscWireError, match=f"at most {MOST_ARGUMENTS} letters"):
        parse(build("/a", [1] * (MOST_ARGUMENTS + 1)))
    nested = build("/a", [])
    for _ in range(DEEPEST):
        nested = bundle(nested)
    assert [message.address for message in parse(nested)] == ["/a"]
    with pytest.raises(OscWireError, match=f"more than {DEEPEST} bundles inside each other"):
        parse(bundle(nested))


@pytest.mark.parametrize(
    ("datagram", "message"),
    [
        (b"/a\0\0if\0\0\0\0\0\1", r"'/a' has type tags 'if': a comma"),
        (b"/a\0\0,z\0\0", r"'/a' has an argument of type 'z': send numbers \(i f h d\) and strings \(s\)"),
        (b"/a\0\0,f\0\0\0\0", "OSC|ends in the middle"),
        (b"/a\0\0,i\0\0\0\0\0\1\0\0\0\2", r"'/a' has 4 bytes after its last argument"),
        (b"#bundle\0" + b"\0" * 7 + b"\1" + b"\0\0\0\0", r"bundle element of 0 bytes: a multiple of 4"),
        (b"#bundle\0" + b"\0" * 7 + b"\1" + b"\0\0\0\6/a\0\0\0\0\0\0", r"bundle element of 6 bytes.*the 8 left"),
        (b"#bundle\0" + b"\0" * 7 + b"\1" + b"\0\0\0\x0c/a\0\0\0\0\0\0", r"bundle element of 12 bytes.*the 8 left"),
    ],
)
def test_what_is_malformed_is_refused_by_what_is_wrong_with_it(datagram: bytes, message: str) -> None:
    with pytest.raises(OscWireError, match=message):
        parse(datagram)
