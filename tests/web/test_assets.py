from __future__ import annotations

import gzip
import re
from pathlib import Path

from starlette.requests import Request

from bridge.web.assets import STATIC, Assets


def asking(**headers: str) -> Request:
    fields = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "headers": fields})


def test_a_file_is_sent_packed_where_that_is_understood_and_once_where_it_is_kept(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "page.js").write_text("export const x = 1;\n")
    (tmp_path / ".hidden").write_text("not ours")
    assets = Assets(tmp_path)
    plain = assets.answer(asking(), "sub/page.js")
    assert bytes(plain.body) == b"export const x = 1;\n" and plain.headers["content-type"].startswith("text/javascript")
    packed = assets.answer(asking(accept_encoding="gzip, br"), "sub/page.js")
    assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(bytes(packed.body)) == bytes(plain.body)
    again = assets.answer(asking(if_none_match=plain.headers["etag"]), "sub/page.js")
    assert again.status_code == 304 and not bytes(again.body)
    for name in ("page.js", "../page.js", "/etc/passwd", ".hidden", ""):
        assert assets.answer(asking(), name).status_code == 404


def test_every_module_is_asked_for_at_once() -> None:
    """A module that is only found in another one comes a round trip later."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    early = set(re.findall(r'rel="modulepreload" href="/static/([\w.]+)"', page))
    assert early == {path.name for path in STATIC.glob("*.js")} - {"page.js"}
