"""The client matrix is as it is written: a cell that changes changes the file."""
import json
import os

import pytest

if os.environ.get("PAIRING", "newest") != "newest":
    pytest.skip("the matrix is made with the newest SDKs", allow_module_level=True)

from catalogue import catalogue
from matrix import FILE, NOT_INJECTED, PAGE, differences, page, reaction, run_all, written

pytestmark = pytest.mark.serial


@pytest.fixture(scope="module")
def found(request):
    """The cells of every fault that is tested, all made at once."""
    names = {item.callspec.params["name"] for item in request.session.items
             if item.path == request.path and hasattr(item, "callspec")}
    return run_all([fault for name, fault in catalogue().items()
                    if name in names and fault.path.exists()])


@pytest.mark.parametrize("name", catalogue())
def test_clients_make_of_a_fault_what_is_written(found, name):
    assert name in found, f"no scenario Scenarios/faults/{name}.yaml"
    changed = differences(name, found[name], written().get(name, {}))
    assert not changed, "\n".join([*changed, "python Tests/Conformance/matrix.py --update writes"])


def test_every_fault_is_in_the_matrix_and_was_injected():
    assert list(written()) == list(catalogue())
    cells = [cell for kinds in written().values() for row in kinds.values()
             for cell in row.values() if cell != "-"]
    assert NOT_INJECTED not in {cell["result"] for cell in cells}


def test_the_page_is_made_from_the_file():
    made_with = json.loads(FILE.read_text())["made_with"]
    assert PAGE.read_text() == page(written(), made_with)


def test_what_the_product_says_of_the_sdks_is_what_was_measured():
    for fault in catalogue().values():
        kinds = written()[fault.name]
        assert fault.clients == {client: reaction(kinds, client) for client in fault.clients}
