"""The page that ``dvc plots`` fills, with its scripts inside, so that it needs no network."""

from typing import Final

from heed.base.errors import InputError

PLACEHOLDERS: Final = ("{scripts}", "{plot_divs}", "{refresh_tag}")
"""What DVC replaces in a template, wherever it stands."""

# {scripts} is left out on purpose: DVC puts there the addresses of the scripts on the web.
_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
{refresh_tag}
<title>Heed: plots</title>
<script>
(function () {
SCRIPT
})();
</script>
<style>
body { font-family: sans-serif; margin: 2em; }
img { max-width: 95vw; }
</style>
</head>
<body>
{plot_divs}
</body>
</html>
"""


def plots_template(script: str) -> str:
    """Build the HTML template for ``dvc config plots.html_template``.

    Args:
        script: JavaScript that sets ``window.vegaEmbed``. It runs inside a function, so that
            its other names cannot meet those of the page.

    Returns:
        HTML with DVC's placeholders for the plots and the refresh tag, without any address.

    Raises:
        ValueError: if the script would end its element early, or holds one of
            :data:`PLACEHOLDERS`, which DVC would replace in the middle of it.
    """
    for stranger in ("</script", *PLACEHOLDERS):
        if stranger in script:
            raise InputError(
                f"the script holds {stranger!r}, which cannot stand inside the page; "
                "expected the bundle of vl_convert.javascript_bundle()"
            )
    return _PAGE.replace("SCRIPT", script)
