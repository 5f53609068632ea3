"""The page opens quickly: what takes seconds to import waits until it is asked for."""

import subprocess
import sys


def test_the_page_opens_without_torch() -> None:
    code = "import sys, heed.explorer.serve; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
