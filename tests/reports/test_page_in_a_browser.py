"""The page in a real browser: what people do with it, by mouse and by keyboard."""

from __future__ import annotations

import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from tests import CATALOGUE, ROOT
from tf_conformance.records.difference import difference_of
from tf_conformance.records.matrix import read_matrix

PAGE = (ROOT / "reports" / "index.html").as_uri()
MATRIX = read_matrix()

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium, "these tests need Chromium: apt-get install chromium chromium-driver"
    assert driver, "these tests need ChromeDriver: apt-get install chromium chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",  # which needs more rights than a container gives
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1600,1000",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


@pytest.fixture
def page(browser):
    """Opens the page at a fragment; afterwards the console must hold no message."""

    def open_at(fragment=""):
        browser.get("about:blank")
        browser.get(PAGE + fragment)
        settle(browser)
        return browser

    yield open_at
    assert browser.get_log("browser") == []


def settle(page):
    """Lets the page do what it has put off."""
    page.execute_async_script("setTimeout(arguments[0], 50)")


def shown(page):
    """The statements that are to be seen, in their order."""
    return page.execute_script(
        "return [...document.querySelectorAll('tr.statement')].filter(r => r.offsetParent).map(r => r.id)"
    )


def button_of(page, id_):
    """The button that opens a statement."""
    return page.find_element(By.CSS_SELECTOR, f"[id='{id_}'] button")


def detail_of(page, id_):
    """What opens below a statement."""
    return page.find_element(By.CSS_SELECTOR, f"[id='{id_}'] + tr.detail")


def choose(page, control, value):
    """Chooses an option of a control."""
    Select(page.find_element(By.ID, control)).select_by_value(value)


def test_all_statements_in_the_order_of_the_notes(page):
    """At first every statement is there."""
    assert shown(page()) == [statement.id for statement in CATALOGUE]


def test_ready_in_a_second(page):
    """The page can be used within a second: the best of three loads, for the machine may be busy with other tests."""
    ready = "return performance.getEntriesByType('navigation')[0].loadEventEnd"
    assert min(page().execute_script(ready) for _ in range(3)) < 1000


def test_charts_are_drawn(page):
    """The history is on the page, in the colour of its text, as wide as there is room for; the modes open below it."""
    here = page()
    history, *modes = here.find_elements(By.CSS_SELECTOR, "#timings svg")
    assert history.is_displayed()
    assert history.size["width"] > 300
    assert not any(chart.is_displayed() for chart in modes)
    here.find_element(By.CSS_SELECTOR, "#timings summary").click()
    assert modes[0].is_displayed()


def test_search(page):
    """Search looks through names, sentences and eras; all words must occur."""
    page = page()
    page.find_element(By.ID, "search").send_keys("checkpoint save_freq")
    assert "checkpoint.save-freq" in shown(page)
    assert len(shown(page)) < 10
    page.find_element(By.ID, "search").send_keys(" nowhere-to-be-found")
    assert shown(page) == []
    assert page.find_element(By.ID, "nothing").is_displayed()


def test_week(page):
    """The week can be chosen."""
    page = page()
    choose(page, "week", "Week 3")
    assert shown(page) == [statement.id for statement in CATALOGUE if statement.place.startswith("Week 3")]


def test_verdict(page):
    """A verdict can be chosen: those that have it somewhere."""
    page = page()
    choose(page, "verdict", "d")
    expected = {id_ for id_ in MATRIX.ids if any(column.cells[id_].verdict == "defect" for column in MATRIX.columns)}
    assert set(shown(page)) == expected


def test_sort(page):
    """Statements can be sorted by name, and come back to the order of the notes."""
    page = page()
    choose(page, "sort", "id")
    assert shown(page) == sorted(statement.id for statement in CATALOGUE)
    choose(page, "sort", "notes")
    assert shown(page) == [statement.id for statement in CATALOGUE]


def test_sort_by_latest_change(page):
    """Sorted by the latest change, a statement that changed in the newest release stands first."""
    page = page()
    choose(page, "sort", "latest")
    labels = [page.find_element(By.CSS_SELECTOR, f"[id='{id_}'] td.changes").text.split() for id_ in shown(page)[:40]]
    order = [column.label for column in MATRIX.lines()["TensorFlow"]]
    latest = [max(order.index(label) for label in some) if some else -1 for some in labels]
    assert latest == sorted(latest, reverse=True)


def test_row_opens_and_closes(page):
    """A click opens a statement with its history, forms and the source of its cases; another closes it."""
    page = page()
    button = button_of(page, "early-stopping.patience-zero")
    button.click()
    detail = detail_of(page, "early-stopping.patience-zero")
    assert button.get_attribute("aria-expanded") == "true"
    assert "2.7 – 2.11" in detail.text
    assert "Instead: patience=1" in detail.text
    assert page.current_url.endswith("#early-stopping.patience-zero")
    detail.find_element(By.TAG_NAME, "summary").click()
    assert "def test_patience_zero(" in detail.text
    button.click()
    assert not detail.is_displayed()


def test_link_to_a_statement(page):
    """A statement's address opens it."""
    page = page("#checkpoint.save-freq")
    assert detail_of(page, "checkpoint.save-freq").is_displayed()
    assert page.switch_to.active_element == button_of(page, "checkpoint.save-freq")


@pytest.mark.parametrize(
    "pair", [("tf2.0", "tf2.21"), ("tf2.15", "tf2.16"), ("tf2.21", "tf2.21-legacy")], ids="..".join
)
def test_link_to_a_pair_of_installs(page, pair):
    """A pair's address shows what the command diff tells, with what to write instead, and only those statements."""
    difference = difference_of(*(MATRIX[name] for name in pair))
    page = page("#" + "..".join(pair))
    section = page.find_element(By.ID, "difference")
    links = [link.text for link in section.find_elements(By.CSS_SELECTOR, "li > a")]
    assert sorted(links) == sorted(after.id for _, after in difference.changes)
    assert sorted(shown(page)) == sorted(links)
    assert section.find_element(By.TAG_NAME, "p").text == (
        f"{len(difference.changes)} statements differ, {difference.unchanged} are the same, "
        f"{len(difference.uncompared)} could not be compared."
    )
    for before, after in difference.changes[:5]:
        assert before.says in section.text
        assert after.says in section.text
        assert after.instead in section.text


def test_pair_is_chosen_by_hand(page):
    """Choosing two installs gives the page the address of the pair; Clear takes it away."""
    page = page()
    choose(page, "before", "tf2.15")
    choose(page, "after", "tf2.16")
    assert page.current_url.endswith("#tf2.15..tf2.16")
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    settle(page)
    assert len(shown(page)) == len(CATALOGUE)
    assert "#" not in page.current_url


def test_keyboard(page):
    """/ goes to the search, the arrows from statement to statement, Enter opens, Esc clears."""
    page = page()
    body = page.find_element(By.TAG_NAME, "body")
    body.send_keys("/")
    assert page.switch_to.active_element.get_attribute("id") == "search"
    page.switch_to.active_element.send_keys("dropout")
    page.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    first, second = shown(page)[:2]
    assert page.switch_to.active_element == button_of(page, first)
    page.switch_to.active_element.send_keys(Keys.ARROW_DOWN)
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert detail_of(page, second).is_displayed()
    page.switch_to.active_element.send_keys(Keys.ESCAPE)
    settle(page)
    assert len(shown(page)) == len(CATALOGUE)


@pytest.mark.parametrize("width", [400, 1600])
def test_nothing_but_the_table_scrolls_sideways(browser, page, width):
    """On a phone and on a desk the page itself is as wide as its window."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    try:
        page = page("#tf2.15..tf2.16")
        assert page.execute_script("return document.documentElement.scrollWidth") <= width
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
