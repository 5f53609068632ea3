"""Which faces leave: by names, patterns, files and links."""

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.chosen_faces import choose
from heed.explorer.score_columns import columns
from tests.explorer.audit_folder import audit_folder


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    return Audited(audit_folder(tmp_path_factory.mktemp("chosen") / "audit"))


def test_names_patterns_and_files(audited, tmp_path):
    first, second, third = audited.images[:3]
    file = tmp_path / "mine.txt"
    file.write_text(f"{third}\n\n  {first} \n")
    assert choose(audited, [second, str(file), second]).images == (second, third, first)
    assert choose(audited, ["*"]).images == tuple(audited.images)
    ending = third[-8:]
    fitting = tuple(image for image in audited.images if image.endswith(ending))
    assert choose(audited, [f"*{ending}"]).images == fitting


def test_what_is_not_said_is_as_the_page_begins(audited):
    found = choose(audited, ["*"])
    assert found.attributes == (audited.attributes[0],)
    assert found.networks == ("balanced/1", "unweighted/1")
    assert found.conditions == audited.stored
    found = choose(audited, ["*"], None, ["Bald", "Young", "Bald"], ["unweighted/2"])
    assert found.attributes == ("Bald", "Young")
    assert found.networks == ("unweighted/2",)


@pytest.mark.parametrize("before", ["", "?", "http://127.0.0.1:8050/?"])
def test_a_link(audited, before):
    """Its faces in its order, by hand from the scores; its networks and conditions."""
    link = "attribute=Smiling&network=unweighted%2F2&group=misses&group=hits&sort=-logit&mask=3"
    found = choose(audited, [], f"{before}{link}#top")
    scores = columns(audited, "unweighted/2", "Smiling")
    expected = sorted(
        (place for place in range(len(audited.images)) if scores.label[place] > 0),
        key=lambda place: -scores.logit[place],
    )
    assert found.images == tuple(audited.images[place] for place in expected)
    assert found.networks == ("unweighted/2",)
    assert found.attributes == ("Smiling",)
    assert found.conditions.mask == "3"
    assert np.diff([scores.logit[place] for place in expected]).max() <= 0


def test_a_link_to_a_face(audited):
    image = audited.images[4]
    assert choose(audited, [], f"face={image}").images == (image,)
    assert choose(audited, ["*"], f"face={image}&attribute=Bald").attributes == ("Bald",)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (((), None), "--images '\\*' is all 12"),
        ((["nobody.jpg"], None), "nobody.jpg"),
        ((["nobody*"], None), "fits 'nobody"),
        (((), "attribute=Hat"), "Hat"),
        (((), "colour=red"), "colour"),
        (((), "names=nobody"), "no face"),
        ((["*"], None, ["Hat"]), "Hat"),
        ((["*"], None, [], ["balanced/9"]), "balanced/9"),
    ],
)
def test_what_there_is_not(audited, asked, said):
    with pytest.raises(InputError, match=said):
        choose(audited, *asked)


def test_files_that_are_none(audited, tmp_path):
    for content, said in ((b"\xff\xfe\x00", "text file"), (b"\n\n", "no name")):
        file = tmp_path / "names.txt"
        file.write_bytes(content)
        with pytest.raises(InputError, match=said):
            choose(audited, [str(file)])
