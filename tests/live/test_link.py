"""What of a Link session is told."""

from __future__ import annotations

import sys

import pytest

from bridge.live.link import LinkMissing, LinkPeer, changed
from bridge.vocabulary.events import LinkState

TOLD = LinkState(10.0, 20.0, 120.0, False, 1)


@pytest.mark.parametrize(
    ("state", "news"),
    [
        (LinkState(10.25, 20.5, 120.0, False, 1), False),
        (LinkState(10.25, 20.502, 119.99995, False, 1), False),
        (LinkState(10.25, 20.51, 120.0, False, 1), True),
        (LinkState(10.25, 4.5, 120.0, False, 1), True),
        (LinkState(10.25, 20.5, 120.1, False, 1), True),
        (LinkState(10.25, 20.5, 120.0, True, 1), True),
        (LinkState(10.25, 20.5, 120.0, False, 0), True),
    ],
)
def test_only_what_was_not_to_be_expected_is_news(state: LinkState, news: bool) -> None:
    assert changed(TOLD, state) is news


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "link", None)
    with pytest.raises(LinkMissing, match=r"pip install 'antiphon\[link\]'"):
        LinkPeer(lambda state: None)
