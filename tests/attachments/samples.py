"""Files as people send them, and as nobody should: made here, from nothing but code."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import Image, ImageDraw

GPS_TAG, ORIENTATION_TAG, MAKER_TAG = 0x8825, 0x0112, 0x010F
MAKER = "Example Phone"


def picture(width: int = 640, height: int = 480, mode: str = "RGB") -> Image.Image:
    """A page with something on it: the upper left quarter is dark."""
    drawn = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(drawn).rectangle((0, 0, width // 2, height // 2), fill="navy")
    return drawn.convert(mode)


def photo(width: int = 640, height: int = 480, orientation: int = 1) -> bytes:
    """A JPEG as a telephone makes it: with the place where it was taken."""
    exif = Image.Exif()
    exif[MAKER_TAG] = MAKER
    exif[ORIENTATION_TAG] = orientation
    exif.get_ifd(GPS_TAG).update({1: "N", 2: (39.0, 54.0, 27.0), 3: "E", 4: (116.0, 23.0, 17.0)})
    return saved(picture(width, height), "JPEG", exif=exif, comment=MAKER)


def noisy(width: int, height: int, form: str = "JPEG", **options: object) -> bytes:
    """A picture that does not compress well, for size and for speed."""
    grain = Image.effect_noise((width, height), 80)
    return saved(Image.merge("RGB", (grain, grain, grain)), form, **options)


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """The bytes of a picture in a format."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def heic(width: int = 320, height: int = 240) -> bytes:
    """A HEIC picture with EXIF."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[MAKER_TAG] = MAKER
    return saved(picture(width, height), "HEIF", exif=exif.tobytes())


def animated_png() -> bytes:
    """A PNG with three frames."""
    frames = [picture(64, 64).rotate(angle) for angle in (0, 90, 180)]
    return saved(frames[0], "PNG", save_all=True, append_images=frames[1:])


def animated_gif() -> bytes:
    """A GIF with two frames."""
    return saved(picture(64, 64), "GIF", save_all=True, append_images=[picture(64, 64, "L")])


def huge_png(width: int = 12_000, height: int = 12_000) -> bytes:
    """A few kilobytes that claim to be a hundred million pixels."""

    def block(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    row = bytes(width // 8 + 1)
    lines = b"".join([*(packer.compress(row) for _ in range(height)), packer.flush()])
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = block(b"IHDR", header) + block(b"IDAT", lines) + block(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def pdf(
    pages: int = 1, change: Callable[[pikepdf.Pdf], None] | None = None, **saving: object
) -> bytes:
    """A PDF file; `change` puts something into it."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(200, 200))
    if change is not None:
        change(document)
    buffer = io.BytesIO()
    document.save(buffer, **saving)
    return buffer.getvalue()


def large_pdf(size: int, seed: int = 1) -> bytes:
    """A scan of about so many bytes."""
    noise = random.Random(seed).randbytes(size)

    def with_scan(document: pikepdf.Pdf) -> None:
        scan = Stream(document, noise)
        scan.stream_dict.update({"/Width": 10, "/Height": 10, "/Subtype": Name.Image})
        images = Dictionary(I=document.make_indirect(scan))
        document.pages[0].obj.Resources = Dictionary(XObject=images)

    return pdf(change=with_scan, compress_streams=False)


def locked_pdf(user: str = "") -> bytes:
    """A PDF behind a password, or protected against changes."""
    return pdf(encryption=pikepdf.Encryption(owner="owner", user=user))


def with_script(document: pikepdf.Pdf) -> None:
    """A script that runs when the file is opened."""
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def with_launch(document: pikepdf.Pdf) -> None:
    """A link that starts a program."""
    action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)
    document.pages[0].obj.Annots = Array([link])


def with_file(document: pikepdf.Pdf) -> None:
    """A program attached to the document."""
    document.attachments["run.exe"] = pikepdf.AttachedFileSpec(document, b"MZ" + bytes(100))


def with_bomb(document: pikepdf.Pdf) -> None:
    """A page of content that unpacks to 300 MB, packed twice."""
    packer = zlib.compressobj(9)
    once = b"".join([*(packer.compress(bytes(10**6)) for _ in range(300)), packer.flush()])
    content = Stream(document, zlib.compress(once, 9))
    content.stream_dict.Filter = Array([Name.FlateDecode, Name.FlateDecode])
    document.pages[0].obj.Contents = document.make_indirect(content)


def with_huge_image(document: pikepdf.Pdf) -> None:
    """An image that claims to be 100,000 pixels wide and high."""
    image = Stream(document, b"")
    image.stream_dict.update({"/Width": 100_000, "/Height": 100_000, "/Subtype": Name.Image})
    document.pages[0].obj.Resources = Dictionary(
        XObject=Dictionary(I=document.make_indirect(image))
    )


def archive(ending: bytes = b"") -> bytes:
    """A ZIP file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("run.exe", b"MZ" + bytes(50))
    return buffer.getvalue() + ending


def with_page(data: bytes) -> bytes:
    """A JPEG that a careless reader takes for a web page: the page stands in a comment."""
    page = b"<html><script>alert(1)</script></html>"
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(page) + 2) + page + data[2:]


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a program called jpg": ("a.jpg", lambda: b"MZ\x90\x00" + bytes(500), "disguised"),
    "a page called pdf": ("a.pdf", lambda: b"<html><script>1</script>", "disguised"),
    "an archive called png": ("a.png", archive, "disguised"),
    "a drawing called jpg": ("a.jpg", lambda: b"<svg onload='alert(1)'/>", "disguised"),
    "a document of another kind": ("a.docx", archive, "kind"),
    "a gif": ("a.gif", animated_gif, "animated"),
    "an animated png": ("a.png", animated_png, "animated"),
    "a pixel bomb": ("a.png", huge_png, "too-many-pixels"),
    "a large JPEG": ("a.jpg", lambda: saved(picture(8000, 5001), "JPEG"), "too-many-pixels"),
    "half a JPEG": ("a.jpg", lambda: noisy(800, 600)[:20_000], "truncated"),
    "half a PNG": ("a.png", lambda: noisy(300, 300, "PNG")[:9_000], "truncated"),
    "half a HEIC": ("a.heic", lambda: heic()[:-200], "damaged"),
    "half a PDF": ("a.pdf", lambda: pdf(3)[:300], "truncated"),
    "a damaged PDF": ("a.pdf", lambda: b"%PDF-1.7\nnothing of a PDF\n%%EOF\n", "damaged"),
    "a damaged PNG": ("a.png", lambda: _scratched(saved(picture(), "PNG"), 60), "damaged"),
    "picture and archive": ("a.jpg", lambda: photo() + archive(), "polyglot"),
    "PDF and archive": ("a.pdf", lambda: pdf() + archive(), "polyglot"),
    "picture and page": ("a.jpg", lambda: with_page(photo()), "polyglot"),
    "a PDF with a password": ("a.pdf", lambda: locked_pdf("secret"), "pdf-encrypted"),
    "a protected PDF": ("a.pdf", locked_pdf, "pdf-encrypted"),
    "a PDF with a script": ("a.pdf", lambda: pdf(change=with_script), "pdf-active"),
    "a PDF with a program": ("a.pdf", lambda: pdf(change=with_launch), "pdf-active"),
    "a PDF with files": ("a.pdf", lambda: pdf(change=with_file), "pdf-attachments"),
    "a PDF bomb": ("a.pdf", lambda: pdf(change=with_bomb), "pdf-bomb"),
    "a PDF with a huge image": ("a.pdf", lambda: pdf(change=with_huge_image), "pdf-bomb"),
    "a PDF of 501 pages": ("a.pdf", lambda: pdf(501), "too-many-pages"),
}
"""What must be refused, with its name and the reason that must be given."""

ACCEPTED: dict[str, Callable[[], bytes]] = {
    "photo": photo,
    "photo on its side": lambda: photo(orientation=6),
    "grey JPEG": lambda: saved(picture(mode="L"), "JPEG"),
    "CMYK JPEG": lambda: saved(picture(mode="CMYK"), "JPEG"),
    "progressive JPEG": lambda: saved(picture(), "JPEG", progressive=True),
    "photo and clip": lambda: photo() + b"\x00\x00\x00\x18ftypmp42" + bytes(5000),
    "two pictures in one": lambda: saved(
        picture(), "MPO", save_all=True, append_images=[picture(64, 64)]
    ),
    "PNG": lambda: saved(picture(), "PNG"),
    "PNG with a window": lambda: saved(picture(mode="RGBA"), "PNG"),
    "PNG with a palette": lambda: saved(picture(mode="P"), "PNG"),
    "black and white PNG": lambda: saved(picture(mode="1"), "PNG"),
    "PNG of 16 bits": lambda: saved(Image.new("I;16", (50, 50), 40_000), "PNG"),
    "HEIC": heic,
    "PDF": pdf,
    "PDF with three pages": lambda: pdf(3),
    "compressed PDF": lambda: pdf(2, object_stream_mode=pikepdf.ObjectStreamMode.generate),
}


def damaged(seed: int) -> Iterator[tuple[str, bytes]]:
    """Without an end: good files with bytes changed, cut out, doubled or cut off, by chance."""
    chance = random.Random(seed)
    originals = [(name, make()) for name, make in sorted(ACCEPTED.items())]
    while True:
        name, data = chance.choice(originals)
        yield f"{name} {chance.random():.6f}.bin", _hurt(bytearray(data), chance)


def _hurt(data: bytearray, chance: random.Random) -> bytes:
    at = chance.randrange(16, len(data))
    match chance.randrange(4):
        case 0:
            for _ in range(chance.randrange(1, 60)):
                data[chance.randrange(16, len(data))] = chance.randrange(256)
        case 1:
            del data[at : at + chance.randrange(1, 2000)]
        case 2:
            data[at:at] = data[at : at + chance.randrange(1, 2000)]
        case _:
            del data[at:]
    return bytes(data)


def _scratched(data: bytes, at: int) -> bytes:
    return data[:at] + bytes(40) + data[at + 40 :]
