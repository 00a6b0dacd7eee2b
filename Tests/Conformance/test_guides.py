"""What pages say is run, block by block, and holds; and the runner finds what does not."""
import os
import pathlib
import subprocess
import sys

import pytest

from guide_checks import (DOCS, GUIDES, check_commands, check_faults, check_index, check_links,
                          check_text, check_words, command_lines)
from guides import PageError, Run, isolated, read_page
from kit import ROOT

pytestmark = pytest.mark.skipif(
    os.environ.get("PAIRING", "newest") != "newest", reason="pages are run with the newest SDKs")

RUNNER = pathlib.Path(__file__).parent / "guides.py"
PAGES = sorted(GUIDES.glob("**/*.md"))
INDEX = GUIDES / "Index.md"
# Beside those that are written by task; their lines are as long as their paragraphs.
REFERENCE = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
# Markers that the README has for other readers, and nothing else.
README_MARKERS = ("serve", "test", "end")


# Pages whose libraries do not go along with the newest SDKs have an environment of their own.
OTHERS = pathlib.Path(sys.prefix).parent / "others" / "bin" / "python"
OF_OTHERS = {"LiteLLM", "Instructor"}


def play(page, folder):
    """Runs a page in a network of its own."""
    python = OTHERS if page.stem in OF_OTHERS else sys.executable
    assert os.access(python, os.X_OK), f"no {python}: Tests/Conformance/run makes it"
    words = [str(python), str(RUNNER), str(page), "--folder", str(folder / "run")]
    return subprocess.run(words, capture_output=True, text=True, timeout=900)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page, tmp_path):
    result = play(page, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_reads_well_on_any_forge(page):
    assert [str(finding) for finding in check_text(page)] == []


@pytest.mark.parametrize("page", REFERENCE + PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page):
    assert [str(finding) for finding in check_links(page)] == []


@pytest.mark.parametrize("page", REFERENCE + PAGES, ids=lambda page: page.stem)
def test_commands_and_options_are_the_binarys(page):
    extra = README_MARKERS if page.name == "README.md" else ()
    assert [str(finding) for finding in check_commands(page, extra)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_faults_in_running_text_are_right(page):
    assert [str(finding) for finding in check_faults(page)] == []


def test_the_index_leads_to_every_page_and_no_two_have_one_name():
    assert [str(finding) for finding in check_index(INDEX, PAGES)] == []
    names = [page.name for page in PAGES]
    assert sorted(set(names)) == sorted(names)


# The runner itself

def page_of(tmp_path, text):
    page = tmp_path / "Page.md"
    page.write_text(f"# A page\n\nIt says something.\n\n{text}")
    return page


SERVE = """Save this as `busy.yaml`:

```yaml
scenario: busy
rules:
  - name: busy
    fault: overloaded
```

<!-- background -->
```sh
brownout serve busy.yaml
```

```text
export OPENAI_BASE_URL=http://127.0.0.1:8787/openai/v1
```

"""
GOOD = SERVE + """```sh
export WORD=shared
curl -s -o answer.json -w '%{http_code}\\n' 127.0.0.1:8787/v1/chat/completions \\
    -H 'Authorization: Bearer sk-any' -H 'Content-Type: application/json' \\
    -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}'
```

```text
503
```

These are alternatives:

```yaml
- {name: one, fault: overloaded}
- {name: another, fault: reset}
```

Write `sub/count.py`:

```python
import openai
print("version", openai.__version__)
print("done")
```

<!-- within 30 s -->
```sh
echo "$WORD"
python sub/count.py
```

```text
shared
version …
…
done
```

<!-- stop -->

<!-- exit 7 -->
```sh
curl -s 127.0.0.1:8787/
```

<!-- later: "needs a registry" -->
```sh
docker run something
```
"""


def test_a_page_is_run_from_top_to_bottom(tmp_path):
    result = play(page_of(tmp_path, GOOD), tmp_path)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.parametrize("text, said", [
    ("```sh\necho one\n```\n\n```text\ntwo\n```\n", ":10: this line was not printed:\n  two"),
    ("```sh\necho one more\n```\n\n```text\none\n```\n", ":10: this line was not printed:\n  one"),
    ("```sh\nprintf 'b\\na\\n'\n```\n```text\na\nb\n```\n", ":10: this line was not printed:\n  b"),
    ("```sh\nexit 3\n```\n", ":5: exit code 3, not 0"),
    ("```sh\nfalse | true\n```\n", ":5: exit code 1, not 0"),
    ("<!-- exit 1 -->\n```sh\ntrue\n```\n", ":6: exit code 0, not 1"),
    ("<!-- slowly -->\n```sh\ntrue\n```\n", ":5: unknown marker 'slowly'; allowed: exit N, "),
    ("<!-- exit 1, slowly -->\n```sh\ntrue\n```\n", ":5: unknown marker 'exit 1, slowly'"),
    ("<!-- later -->\n```sh\nfalse\n```\n", ":5: unknown marker 'later'"),
    ('<!-- later: "" -->\n```sh\nfalse\n```\n', ":5: unknown marker 'later: \"\"'"),
    ("<!-- exit 1 -->\n```python\nprint()\n```\n", ":6: only a sh block can be run"),
    ("```sh\ntrue\n", ":5: the block is never closed with ```"),
    ("```\ntrue\n```\n", ":5: unknown language ''"),
    ("<!-- within 1 s -->\n```sh\nsleep 30\n```\n", ":6: not over after 1 s"),
    ("<!-- background -->\n```sh\necho no server\n```\n", ":6: does not serve (exit code 0)"),
    ("<!-- background, within 1 s -->\n```sh\nsleep 30\n```\n",
     ":6: does not serve (exit code None)"),
    ("```python\nprint(\n```\n", ":5: this is no python: "),
    ("```json\n{\"a\": }\n```\n", ":5: this is no json: "),
    ("```yaml\na: [\n```\n", ":5: this is no yaml: "),
    ("```yaml\n- name: a\n  fault: overlaoded\n```\n", "did you mean 'overloaded'?"),
    ("As `a.yaml`:\n\n```yaml\nscenario: a\nruls: []\n```\n", "unknown key 'ruls'"),
    ("Save it as `a.json`:\n\n```json\n{\n```\n", ":7: this is no json: "),
    ("<!-- later: \"needs an engine\" -->\n```sh\nif\n```\n", ":6: this is no sh: "),
])
def test_the_runner_says_what_is_wrong_and_where(tmp_path, text, said):
    result = play(page_of(tmp_path, text), tmp_path)
    assert result.returncode == 1
    assert f"Page.md{said}" in result.stdout + result.stderr if said.startswith(":") else (
        said in result.stdout + result.stderr)


def test_a_server_that_ends_wrongly_is_found(tmp_path):
    # What a request found no recording is said by the exit code of `serve`.
    text = """Save this as `replay.yaml`:

```yaml
scenario: Nothing recorded
source: {replay: recordings}
```

```sh
mkdir recordings
```

<!-- background -->
```sh
brownout serve replay.yaml
```

```sh
curl -s 127.0.0.1:8787/v1/chat/completions -H 'Authorization: Bearer sk-any' \\
    -H 'Content-Type: application/json' \\
    -d '{"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Hi"}]}'
```
"""
    result = play(page_of(tmp_path, text), tmp_path)
    assert result.returncode == 1
    assert ":17: exit code 1 when it was stopped, not 0" in result.stdout + result.stderr


def test_a_page_has_a_network_and_processes_of_its_own(tmp_path):
    # Two of them can serve on the same port, and nothing that they leave behind lives on.
    text = SERVE + "```sh\nsetsid sleep 1234.5 >log 2>&1 &\n```\n"
    pages = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pages.append(subprocess.Popen(
            [sys.executable, str(RUNNER), str(page_of(tmp_path / name, text)),
             "--folder", str(tmp_path / name / "run")], stderr=subprocess.PIPE, text=True))
    for process in pages:
        assert (process.wait(60), process.stderr.read()) == (0, "")
        process.stderr.close()
    assert not any(
        b"1234.5" in line for line in map(command_line, pathlib.Path("/proc").glob("[0-9]*")))


def command_line(process):
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""


def test_namespaces_are_to_be_had():
    # Without them every page fails; this one says why. CI runs as root.
    result = subprocess.run(isolated(["true"]), capture_output=True,
                            text=True, timeout=20)
    assert result.returncode == 0, f"pages need namespaces of their own: {result.stderr}"


def test_files_are_named_by_the_paragraph_before_them():
    def name(paragraph, language="yaml"):
        return read_page(f"{paragraph}\n\n```{language}\n```\n")[0].file

    assert name("Save this as `flaky.yaml`:") == "flaky.yaml"
    assert name("Save this in your project\nas `a/b.yaml`:") == "a/b.yaml"
    assert name("Save this as `Dockerfile`:", "dockerfile") == "Dockerfile"
    assert name("And in `.gitlab-ci.yml`:") == ".gitlab-ci.yml"
    assert name("This is `run.sh`:", "sh") == "run.sh"
    assert name("Run `pytest.py`:", "sh") is None
    assert name("Say it under `expect`:") is None
    assert name("As in `flaky.yaml`, this") is None
    assert name("It answers `/verdict`:", "json") is None
    assert name("Save this as `../a.yaml`:") is None


# The checks themselves

@pytest.mark.parametrize("text, said", [
    ("Title\n\nA sentence.\n", "Page.md:1: the first line is no title"),
    ("# Title\n\n## Next\n", "Page.md:2: no sentence behind the title"),
    ("# Title\n\nA sentence.\n\n" + "word " * 21 + "\n", "Page.md:5: 105 columns; at most 100"),
    ("# Title\n\nSave this as `a.yaml`, please:\n\n```yaml\na: 1\n```\n", "Page.md:5: to be saved"),
    ("# Title\n\nSee <doc:Control>.\n", "Page.md:3: a forge does not show <doc:…>"),
])
def test_what_reads_badly_is_found(tmp_path, text, said):
    page = tmp_path / "Page.md"
    page.write_text(text)
    assert any(said in str(finding) for finding in check_text(page))


def test_links_that_lead_nowhere_are_found(tmp_path):
    (tmp_path / "Other.md").write_text(
        "# Other\n\n## What `it` says, and why\n\n## Twice\n\n## Twice\n")
    page = page_of(tmp_path, """[a](Other.md) [b](Other.md#what-it-says-and-why) [c](#a-page)
[d](Other.md#twice-1) [e](https://example.com/x#y) `[f](Nothing.md)` [h][other]

[other]: Other.md

```text
[g](Nothing.md)
```
""")
    assert list(check_links(page)) == []
    page = page_of(tmp_path, "[a](Nothing.md)\n[b](Other.md#nothing)\n[c](#nothing)\n[d](doc:X)\n")
    lines = [(finding.line, finding.text.split(";")[0]) for finding in check_links(page)]
    assert lines == [
        (5, "the link 'Nothing.md' leads to no file"),
        (6, "'Other.md#nothing' has no heading '#nothing'"),
        (7, "'#nothing' has no heading '#nothing'"), (8, "the link 'doc:X' works in no browser")]
    page = page_of(tmp_path, "[a][b]\n\n[c]: Other.md\n\n[d]: Nothing.md\n")
    assert sorted(finding.text for finding in check_links(page)) == [
        "[b] is nowhere said", "[c] is used nowhere", "[d] is used nowhere",
        "the link 'Nothing.md' leads to no file"]


def test_pages_that_the_index_forgets_are_found(tmp_path):
    (tmp_path / "Sub").mkdir()
    pages = [tmp_path / "Sub" / "A.md", tmp_path / "B.md"]
    index = tmp_path / "Index.md"
    index.write_text("# Index\n\n[A](Sub/A.md#x)\n")
    assert [finding.text for finding in check_index(index, pages)] == ["leads nowhere to B.md"]


@pytest.mark.parametrize("line, said", [
    ("brownout serve --prot 1", "'brownout serve' has no option --prot"),
    ("FOO=1 brownout journal lst", "there is no command 'brownout journal lst'"),
    ("brownout serv x.yaml", "there is no command 'brownout serv'"),
    ("brownout serve x.yaml --port=9 --seed 7 && brownout plan x.yaml --calls 3", None),
    ("brownout drill x.yaml --jobs 2 -- pytest --maxfail 1 | head --lines 3", None),
    ("brownout journal list \\\n    --json", None),
    ("helm install drill Packaging/helm/brownout --create-namespace", None),
    ("if ! timeout 5 brownout serve --prot 1; then true; fi",
     "'brownout serve' has no option --prot"),
    ("echo $(brownout causes --jsn)", "'brownout causes' has no option --jsn"),
])
def test_commands_that_do_not_exist_are_found(line, said):
    found = [check_words(words) for words in command_lines(line)]
    assert [said for said in found if said] == ([said] if said else [])


def test_option_names_in_running_text_are_held_against_the_binary(tmp_path):
    page = page_of(tmp_path, "`--seed 7`, `--sead`, `brownout plan --calls N`, `brownout plna`.\n")
    assert [finding.text for finding in check_commands(page)] == [
        "no command has an option --sead", "there is no command 'brownout plna'"]


def test_faults_that_do_not_exist_are_found_in_running_text(tmp_path):
    page = page_of(
        tmp_path, "`{cut: reset, at: 50%}`, `{cut: rest}`, `{\"limit\": 1}`, `{cut: …}`.\n")
    findings = list(check_faults(page))
    assert len(findings) == 1 and "did you mean 'reset'?" in findings[0].text


def test_a_file_is_written_where_the_page_says(tmp_path):
    run = Run(tmp_path / "run")
    run.play(read_page("As `a/b.toml`:\n\n```toml\nx = 1\n```\n"))
    run.close()
    assert (tmp_path / "run" / "page" / "a" / "b.toml").read_text() == "x = 1\n"
    with pytest.raises(PageError, match="this is no toml"):
        run.play(read_page("As `a.toml`:\n\n```toml\nx =\n```\n"))
