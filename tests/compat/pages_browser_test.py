"""A real browser shows each page of TensorBoard on what compat_write_kinds wrote, as pictures in the
artifacts to be looked at."""

import time

import pytest

from browser import Browser
from conftest import run_program
from tensorboard_server import TensorBoardServer

# The text of the page and how many pictures and charts it has drawn. TensorBoard's pages are made
# of nested shadow trees; some plugins live in a frame.
SEEN = """
(() => {
  const seen = {text: '', charts: 0, pictures: 0, sounds: 0, canvases: 0};
  const visit = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.matches('path') && (element.getAttribute('d') || '').length > 20) seen.charts++;
      if (element.matches('img') && element.naturalWidth > 1) seen.pictures++;
      if (element.matches('audio')) seen.sounds++;
      if (element.matches('canvas') && element.width > 50) seen.canvases++;
      if (element.shadowRoot) visit(element.shadowRoot);
      if (element.matches('iframe') && element.contentDocument) visit(element.contentDocument);
      for (const child of element.childNodes) {
        if (child.nodeType === 3 && !element.matches('script, style')) {
          seen.text += child.textContent + ' ';
        }
      }
    }
  };
  visit(document);
  return seen;
})()
"""

# Page: (fragment of its address, texts it must show, what it must have drawn)
PAGES = {
    "scalars": ("scalars", ["error", "wave"], {"charts": 2}),
    "histograms": ("histograms", ["spread", "integers"], {"charts": 2}),
    "distributions": ("distributions", ["spread", "integers"], {"charts": 2}),
    "images": ("images", ["bytes3", "floats3"], {"pictures": 2}),
    "audio": ("audio", ["clip1", "clip2"], {"sounds": 2}),
    "text": ("text", ["notes", "日本語"], {}),
    "hparams": ("hparams", ["verlet", "euler", "time_step"], {}),
    "pr_curves": ("pr_curves", ["detector", "weighted"], {"charts": 2}),
    "mesh": ("mesh", ["tetrahedron"], {"canvases": 1}),
    "custom_scalars": ("custom_scalars", ["waves", "band"], {"charts": 2}),
    "projector": ("projector", ["as_text"], {"canvases": 1}),
}


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("pages")
    run_program("compat_write_kinds", logdir)
    with TensorBoardServer(logdir, True) as server:
        server.wait_until(
            lambda: "last" in server.get("plugin/scalars/tags").get("opscope", {}) or None,
            "the last scalar")
        yield server


def missing(seen, texts, drawn):
    """What the page does not show yet."""
    gone = [text for text in texts if text not in seen["text"]]
    return gone + [f"{kind}: {seen[kind]} of {count}" for kind, count in drawn.items()
                   if seen[kind] < count]


@pytest.mark.parametrize("page", PAGES)
def test_shows_the_page(browser, server, artifacts, page):
    fragment, texts, drawn = PAGES[page]
    browser.open("about:blank")
    browser.open(f"{server.url}/#{fragment}")
    for _ in range(60):
        time.sleep(0.5)
        seen = browser.evaluate(SEEN)
        if not missing(seen, texts, drawn):
            break
    time.sleep(1)  # animations end
    browser.screenshot(artifacts / f"tensorboard_{page}_kinds.png")
    assert not missing(seen, texts, drawn), seen["text"][:2000]
