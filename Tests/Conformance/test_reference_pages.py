"""The commands of the README and of what is looked up work as they stand there."""
import os

import pytest

from reference_pages import PAGES, edited
from test_guides import play

pytestmark = pytest.mark.skipif(
    os.environ.get("PAIRING", "newest") != "newest", reason="pages are run with the newest SDKs")


# One drills fifty callers for seconds, and what they are judged by is when they come.
SERIAL = {"Drills"}


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=pytest.mark.serial) if name in SERIAL else name for name in PAGES])
def test_the_commands_of_a_page_work(name, tmp_path):
    page = tmp_path / f"{name}.md"
    page.write_text(PAGES[name]())
    result = play(page, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


def test_an_edit_of_words_that_are_gone_is_said(tmp_path):
    page = tmp_path / "Page.md"
    page.write_text("# Page\n\nOne.\n")
    assert edited(page, "Before.", [("One", "Two")]) == "# Page\n\nBefore.\n\nTwo.\n"
    with pytest.raises(AssertionError, match="does not say this any more"):
        edited(page, "", [("Three", "Four")])
