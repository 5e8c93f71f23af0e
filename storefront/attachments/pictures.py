"""Re-encodes pictures, so that nothing but their pixels is kept. Runs in the inspector's process only."""

import io
from pathlib import Path

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from storefront.attachments import rules

LARGEST = (4096, 4096)
PREVIEW = (480, 480)
QUALITY = 88
FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "heic": ("HEIF",)}
SHRINKABLE = ("RGB", "RGBA", "L", "CMYK")
SIXTEEN_BITS = ("I;16", "I;16B", "I")


class Unfit(Exception):
    """A file that is not accepted; `slug` says why."""

    def __init__(self, slug: str) -> None:
        super().__init__(slug)
        self.slug = slug


def reencode(path: Path, kind: str, folder: Path) -> tuple[int, int]:
    """Writes `picture.jpg` and `preview.jpg` into the folder; gives the size of the picture in pixels.

    EXIF and all other metadata stay behind; orientation and colour profile are applied first. JPEG is
    decoded at a lower resolution where that is enough. Raises Unfit.
    """
    opened = _opened(path, kind)
    if opened.mode in SHRINKABLE:  # first of all, because every further step makes a copy
        opened.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    picture = _as_seen(opened)
    picture.thumbnail(LARGEST, Image.Resampling.LANCZOS)
    picture.save(folder / "picture.jpg", "JPEG", quality=QUALITY, optimize=False)
    size = picture.size
    picture.thumbnail(PREVIEW, Image.Resampling.LANCZOS)
    picture.save(folder / "preview.jpg", "JPEG", quality=80)
    return size


def _opened(path: Path, kind: str) -> Image.Image:
    """The decoded picture. Its size is judged by the header, before a single pixel is decoded."""
    Image.MAX_IMAGE_PIXELS = rules.LARGEST_PICTURE
    if kind == "heic":
        _learn_heif()
    try:
        picture = Image.open(path, formats=FORMATS[kind])
        if picture.width * picture.height > rules.LARGEST_PICTURE:
            raise Unfit("too-many-pixels")
        if kind == "png" and getattr(picture, "is_animated", False):
            raise Unfit("animated")
        picture.draft("RGB", LARGEST)
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unfit("too-many-pixels") from error
    except UnidentifiedImageError as error:
        raise Unfit("damaged") from error
    except OSError as error:
        raise Unfit("truncated" if "truncated" in str(error) else "damaged") from error
    return picture


def _learn_heif() -> None:
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False)
    pillow_heif.options.DECODE_THREADS = 1


def _as_seen(picture: Image.Image) -> Image.Image:
    """Upright, on white, in plain RGB."""
    profile = picture.info.get("icc_profile")
    upright = ImageOps.exif_transpose(picture)
    if upright.mode in SIXTEEN_BITS:
        upright = upright.point(lambda value: value / 256).convert("L")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        layers = upright.convert("RGBA")
        upright = Image.new("RGB", layers.size, "white")
        upright.paste(layers, mask=layers.getchannel("A"))
    if profile and upright.mode == "RGB":
        upright = _in_plain_colours(upright, profile)
    # A new image: what the old one carried in `info` would be written into the file.
    bare = Image.new("RGB", upright.size)
    bare.paste(upright.convert("RGB"))
    return bare


def _in_plain_colours(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        plain = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, source, plain, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # slightly other colours are better than no document
    return converted or picture
