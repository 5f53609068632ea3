import base64
import hashlib

from heed.pages.policy import content_policy


def test_scripts_and_styles_are_known_by_their_hash() -> None:
    digest = base64.b64encode(hashlib.sha256("alert('ä')".encode()).digest()).decode()
    policy = dict(
        part.split(" ", 1) for part in content_policy(["alert('ä')"], ["a", "b"]).split("; ")
    )
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert policy["style-src"].count("'sha256-") == 2
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in str(policy)
