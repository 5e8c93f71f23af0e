"""What the inspector makes of files: each hostile one refused for its own reason, good ones cleaned."""

import io

import pytest
from PIL import Image

from storefront.attachments import rules, texts
from storefront.attachments.checking import inspect
from tests.attachments import samples


@pytest.mark.parametrize("name", samples.REFUSED)
def test_each_reason_has_its_own_refusal(name: str) -> None:
    file_name, make, expected = samples.REFUSED[name]
    data = make()

    fault = rules.head_fault(data[: rules.HEAD_BYTES], file_name) or inspect(data).fault

    assert fault == expected
    assert fault in texts.FAULTS


@pytest.mark.parametrize("name", samples.ACCEPTED)
def test_what_people_send_is_accepted(name: str) -> None:
    finding = inspect(samples.ACCEPTED[name]())

    assert finding.fault is None
    is_picture = finding.media_type != "application/pdf"
    assert bool(finding.derived) == is_picture == bool(finding.width)


def test_place_and_telephone_are_removed_from_pictures() -> None:
    for original in (samples.photo(), samples.heic()):
        assert samples.MAKER.encode() in original

        kept = inspect(original).derived

        assert set(kept) == {"picture", "preview"}
        for data in kept.values():
            reread = Image.open(io.BytesIO(data))
            assert dict(reread.getexif()) == {}
            assert set(reread.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert samples.MAKER.encode() not in data


def test_pictures_are_turned_upright() -> None:
    finding = inspect(samples.photo(640, 480, orientation=6))

    assert (finding.width, finding.height) == (480, 640)
    upright = Image.open(io.BytesIO(finding.derived["picture"]))
    assert upright.getpixel((400, 20))[2] < 200 < upright.getpixel((20, 20))[0]


def test_large_pictures_become_smaller() -> None:
    finding = inspect(samples.noisy(6000, 3000, quality=30))

    assert (finding.width, finding.height) == (4096, 2048)
    preview = Image.open(io.BytesIO(finding.derived["preview"]))
    assert max(preview.size) == 480


def test_transparent_ground_becomes_white() -> None:
    glass = Image.new("RGBA", (40, 40), (255, 0, 0, 0))

    kept = inspect(samples.saved(glass, "PNG")).derived["picture"]

    assert min(Image.open(io.BytesIO(kept)).getpixel((20, 20))) > 250


def test_damage_of_any_kind_ends_in_an_answer() -> None:
    sources = samples.damaged(seed=4)

    faults = [inspect(data).fault for _, data in (next(sources) for _ in range(25))]

    assert len(faults) == 25
    assert {fault for fault in faults if fault} <= texts.FAULTS
