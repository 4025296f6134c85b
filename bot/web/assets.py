"""Style, script and icon of the web chat: read once, packed once, and kept by browsers for good,
for their address changes with what is in them."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

FOLDERS = (Path(__file__).parents[1] / "page", Path(__file__).parent / "page")
"""What is shared with the demo, and the web chat's own."""
MIME = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    mime: str
    plain: bytes
    packed: bytes


class Assets:
    def __init__(self) -> None:
        self.files = {
            path.name: Asset(MIME[path.suffix], data, gzip.compress(data, 9, mtime=0))
            for folder in FOLDERS
            for path in sorted(folder.iterdir())
            for data in [path.read_bytes()]
        }
        told = hashlib.sha256()
        for name, asset in sorted(self.files.items()):
            told.update(name.encode() + asset.plain)
        self.root = f"/s/{told.hexdigest()[:12]}"

    async def serve(self, request: Request) -> Response:
        asset = self.files.get(request.path_params["name"])
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, media_type=asset.mime, headers=headers)
        return Response(asset.plain, media_type=asset.mime, headers=headers)

    def manifest(self, place: str) -> Response:
        """To put the chat on a home screen, under the municipality's name alone."""
        told = {
            "name": place,
            "short_name": place,
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "background_color": "#eef2f1",
            "theme_color": "#0c5560",
            "icons": [
                {"src": f"{self.root}/icon.svg", "sizes": "any", "type": "image/svg+xml"},
                {"src": f"{self.root}/icon.png", "sizes": "512x512", "type": "image/png",
                 "purpose": "any maskable"},
            ],
        }  # fmt: skip
        return Response(json.dumps(told), media_type="application/manifest+json")
