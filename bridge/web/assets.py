"""The page's own files, read once: small enough to keep, so that no request waits for a thread or a disk."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

STATIC: Final = Path(__file__).parent / "static"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class _Asset:
    data: bytes
    packed: bytes
    kind: str
    tag: str  # of an ETag: another file has another


class Assets:
    """Every file of a folder, by its path below it; what comes from outside only looks it up."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._assets = {
            str(path.relative_to(folder).as_posix()): _read(path)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    def answer(self, request: Request, name: str) -> Response:
        """The file of this name; only word of it where the browser has it already."""
        asset = self._assets.get(name)
        if asset is None:
            return PlainTextResponse("no such file", 404)
        packs = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"ETag": asset.tag, "Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if packs else {})}
        if request.headers.get("if-none-match") == asset.tag:
            return Response(status_code=304, headers={"ETag": asset.tag})
        return Response(asset.packed if packs else asset.data, media_type=asset.kind, headers=headers)


def _read(path: Path) -> _Asset:
    data = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return _Asset(data, gzip.compress(data, mtime=0), kind, f'"{hashlib.sha256(data).hexdigest()[:20]}"')
