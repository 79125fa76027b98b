"""A real browser shows TensorBoard's Graphs page drawing our graph."""

import time

import pytest

from browser import Browser
from tensorboard_server import TensorBoardServer

# {name: [x, y, width, height]} of the nodes that TensorBoard has drawn, in pixels of the window.
# Its page is made of nested shadow trees.
DRAWN_NODES = """
(() => {
  const found = {};
  const visit = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches('g.node[data-name]')) {
        const box = element.getBoundingClientRect();
        found[element.getAttribute('data-name')] = [box.x, box.y, box.width, box.height];
      }
      if (element.shadowRoot) visit(element.shadowRoot);
    }
  };
  visit(document);
  return found;
})()
"""


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


def drawn_nodes(browser, url):
    """The nodes once TensorBoard has brought them to their places."""
    browser.open(url)
    before = None
    for _ in range(100):
        nodes = browser.evaluate(DRAWN_NODES)
        if nodes and nodes == before:
            return nodes
        before = nodes
        time.sleep(0.5)
    raise AssertionError(f"the page shows no graph that stands still: {before}")


def assert_legible(nodes):
    """Most nodes are in the window and large enough to be seen."""
    seen = [name for name, (x, y, width, height) in nodes.items()
            if x >= 300 and y >= 60 and x + width <= 1600 and y + height <= 1000
            and width > 10 and height > 5]
    assert len(seen) > len(nodes) / 2, nodes


def test_draws_the_run_graph(browser, known_log, artifacts):
    with TensorBoardServer(known_log, True) as server:
        server.wait_until(lambda: server.get("plugin/graphs/info").get("known"), "the graph")
        nodes = drawn_nodes(browser, f"{server.url}/#graphs&run=known")
        browser.screenshot(artifacts / "tensorboard_graphs_known.png")
    assert {"input", "layer"} <= set(nodes)
    assert_legible(nodes)
