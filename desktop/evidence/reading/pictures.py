"""Pictures as a small PNG."""

from __future__ import annotations

from pathlib import Path

from desktop.evidence.reading.answer import WIDEST, Unreadable

MEDIA_TYPES = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/gif": "GIF",
    "image/bmp": "BMP",
    "image/tiff": "TIFF",
    "image/webp": "WEBP",
}
"""What is shown, with the name of its decoder: no other one is tried."""
MOST_POINTS = 80_000_000
"""Points that are unpacked; more is a bomb or a poster."""


def load() -> None:
    """Import the library with its decoders."""
    from PIL import Image

    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # checked by us, after the decoder was asked to make it smaller


def make(path: Path, media_type: str, target: Path) -> str:
    """Write the picture, turned upright and at most WIDEST points either way, to `target`; returns what it is."""
    from PIL import Image, ImageOps

    name = MEDIA_TYPES[media_type]
    with Image.open(path, formats=[name]) as picture:
        width, height = picture.size
        if name == "JPEG":
            picture.draft("RGB", (WIDEST, WIDEST))
        if picture.size[0] * picture.size[1] > MOST_POINTS:
            raise Unreadable(f"the picture is too large to be shown ({width:,} x {height:,} points)")
        frames = int(getattr(picture, "n_frames", 1)) if name in {"TIFF", "GIF"} else 1
        picture.load()
        shown: Image.Image = ImageOps.exif_transpose(picture)
        if shown.mode not in {"RGB", "RGBA", "L"}:
            shown = shown.convert("RGBA" if "transparency" in shown.info or "A" in shown.mode else "RGB")
        shown.thumbnail((WIDEST, WIDEST))
        shown.info.clear()
        shown.save(target, "PNG")
    more = f", the first of {frames:,}" if frames > 1 else ""
    return f"{name} picture, {width:,} x {height:,} points{more}"
