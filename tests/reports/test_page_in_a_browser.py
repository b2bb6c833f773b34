"""The page in a real browser: what people do with it, by mouse and by keyboard."""

from __future__ import annotations

import shutil

import pytest
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.select import Select

from reports.__main__ import built
from tests import CATALOGUE
from tf_conformance.records.difference import difference_of
from tf_conformance.records.matrix import PUBLISHED, changes_along, read_matrix
from tf_conformance.records.verdict import Verdict
from tf_conformance.records.wording import plural
from tf_conformance.statements.form import Impact

MATRIX = read_matrix()
RELEASES = MATRIX.series()["TensorFlow"]
IDS = [statement.id for statement in CATALOGUE]
CHROMIUM = (
    "--headless=new",
    "--no-sandbox",  # which needs more rights than a container gives
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1600,1000",
)
LONGEST_WAIT = 300  # seconds; protects against a browser that hangs, and no test depends on it


@pytest.fixture(scope="module")
def browser():
    """Headless Chromium."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    assert chromium, "these tests need Chromium: apt-get install chromium chromium-driver"
    assert driver, "these tests need ChromeDriver: apt-get install chromium chromium-driver"
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in CHROMIUM:
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    browser.set_page_load_timeout(LONGEST_WAIT)
    browser.set_script_timeout(LONGEST_WAIT)
    yield browser
    browser.quit()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """The page of the published records and of the specification as it is now."""
    path = tmp_path_factory.mktemp("page") / "index.html"
    path.write_text(built(PUBLISHED)["index.html"], encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def page(browser, address):
    """Opens the page at a fragment; afterwards the console must have no message."""

    def open_at(fragment=""):
        browser.get("about:blank")
        browser.get(address + fragment)
        settle(browser)
        return browser

    yield open_at
    assert browser.get_log("browser") == []


def settle(page):
    """Lets the page do what it has put off: timers fire in their order, however slow the machine is."""
    page.execute_async_script("setTimeout(arguments[0], 50)")


def shown(page):
    """The visible statements, in their order."""
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


def newest_form(statement):
    """The form of a statement on the newest TensorFlow."""
    return statement.forms_on(RELEASES[-1].record.install.versions())[0]


def test_all_statements_in_the_order_of_the_notes(page):
    """At first every statement is visible."""
    assert shown(page()) == IDS


def test_size(page):
    """A browser can lay out the page at once, since it has few elements: one per verdict, and as many again."""
    elements = page().execute_script("return document.querySelectorAll('*').length")
    assert elements < 3 * len(IDS) * len(MATRIX.columns)


def test_charts_are_drawn(page):
    """The history is on the page, as wide as there is room for; the modes open below it."""
    here = page()
    history, *modes = here.find_elements(By.CSS_SELECTOR, "#timings svg")
    assert history.is_displayed()
    assert history.size["width"] > 300
    assert not any(chart.is_displayed() for chart in modes)
    here.find_element(By.CSS_SELECTOR, "#timings summary").click()
    assert modes[0].is_displayed()


def test_search(page):
    """Search looks through names, sentences and eras; all words must occur."""
    page, id_ = page(), IDS[-1]
    page.find_element(By.ID, "search").send_keys(id_.replace(".", " "))
    found = shown(page)
    assert id_ in found
    assert len(found) < len(IDS)
    page.find_element(By.ID, "search").send_keys(" nowhere-to-be-found")
    assert shown(page) == []
    assert page.find_element(By.ID, "nothing").is_displayed()


def test_part(page):
    """A part of the notes can be chosen."""
    page = page()
    choose(page, "week", "Week 3")
    assert shown(page) == [statement.id for statement in CATALOGUE if statement.place.startswith("Week 3")]


def test_subject(page):
    """A subject can be chosen."""
    page, subject = page(), CATALOGUE[IDS[-1]].subject
    choose(page, "subject", subject)
    assert shown(page) == [statement.id for statement in CATALOGUE if statement.subject == subject]


def test_verdict(page):
    """A verdict can be chosen; then the statements that have it somewhere are visible."""
    page = page()
    choose(page, "verdict", "d")
    found = {
        statement.id
        for column in MATRIX.columns
        for statement in column.record.statements
        if statement.verdict is Verdict.DEFECT
    }
    assert shown(page) == [id_ for id_ in IDS if id_ in found]


def test_sort(page):
    """Statements can be sorted by name, and brought back to the order of the notes."""
    page = page()
    choose(page, "sort", "id")
    assert shown(page) == sorted(IDS)
    choose(page, "sort", "notes")
    assert shown(page) == IDS


def test_sort_by_impact(page):
    """Sorted by impact, a silent difference from the notes comes before an error, and that before mere looks."""
    page = page()
    choose(page, "sort", "impact")
    impacts = [*Impact, None]
    assert shown(page) == sorted(IDS, key=lambda id_: impacts.index(newest_form(CATALOGUE[id_]).impact))


def test_sort_by_latest_change(page):
    """Sorted by the latest change, a statement that changed in the newest release comes first."""
    page = page()
    choose(page, "sort", "latest")

    def latest(id_):
        return max((RELEASES.index(change.column) for change in changes_along(RELEASES, id_)), default=-1)

    assert shown(page) == sorted(IDS, key=latest, reverse=True)


def test_row_opens_and_closes(page):
    """A click opens a statement with its history, its forms and the source of its cases; another click closes it."""
    page = page()
    id_ = max(CATALOGUE, key=lambda statement: len(statement.forms)).id
    button = button_of(page, id_)
    button.click()
    detail = detail_of(page, id_)
    assert button.get_attribute("aria-expanded") == "true"
    for statement in filter(None, (column.statements.get(id_) for column in MATRIX.columns)):
        assert statement.says in detail.text
        follows = statement.reason or (statement.instead and f"Instead: {statement.instead}")
        assert not follows or follows in detail.text
    assert page.current_url.endswith(f"#{id_}")
    detail.find_element(By.TAG_NAME, "summary").click()
    assert f"def {CATALOGUE[id_].functions[0].name}(" in detail.text
    button.click()
    assert not detail.is_displayed()


def test_head_does_not_cover_what_has_the_focus(page):
    """Whoever goes up by keyboard sees the statement, or the form, that is reached: the head of the table makes room."""
    page = page(f"#{IDS[-1]}")
    for _ in range(3):
        page.switch_to.active_element.send_keys(Keys.ARROW_UP)
        assert has_the_focus_in_sight(page)
    page.switch_to.active_element.send_keys(Keys.ENTER, Keys.TAB, Keys.TAB)
    page.execute_script("document.activeElement.scrollIntoView()")
    assert page.switch_to.active_element.tag_name == "summary"
    assert has_the_focus_in_sight(page)


def has_the_focus_in_sight(page):
    """Whether nothing covers the element that has the focus."""
    return page.execute_script(
        """
        const { left, top, height } = document.activeElement.getBoundingClientRect();
        return document.activeElement.contains(document.elementFromPoint(left + 20, top + height / 2));
        """
    )


def test_cell_in_words(page):
    """A cell shows a letter; a screen reader says the verdict, and the mouse finds what the install meets."""
    page, id_ = page(), IDS[0]
    cell = page.find_element(By.CSS_SELECTOR, f"[id='{id_}'] td:last-child")
    statement = MATRIX.columns[-1].statements[id_]
    assert cell.accessible_name == statement.verdict
    assert cell.size["width"] < 2 * cell.size["height"]
    ActionChains(page).move_to_element(cell).perform()
    title = cell.get_attribute("title")
    assert title == "\n".join([MATRIX.columns[-1].title, statement.verdict, statement.reason or statement.says])


def test_link_to_a_statement(page):
    """The address of a statement opens it."""
    page = page(f"#{IDS[-1]}")
    assert detail_of(page, IDS[-1]).is_displayed()
    assert page.switch_to.active_element == button_of(page, IDS[-1])


def test_link_with_an_earlier_id(page):
    """The address that a statement had under an earlier id opens it, too."""
    assert detail_of(page("#reduce-lr.behaviour"), "reduce-lr.behavior").is_displayed()


@pytest.mark.parametrize(
    "pair", [("tf2.0", "tf2.21"), ("tf2.15", "tf2.16"), ("tf2.21", "tf2.21-legacy")], ids="..".join
)
def test_link_to_a_pair_of_installs(page, pair):
    """The address of a pair shows what the command diff lists, in the same order, and only those statements."""
    columns = [MATRIX[name] for name in pair]
    difference = difference_of(*columns)
    moves = [move for move in difference.moves if move.after.id in CATALOGUE]  # others have been taken out of the notes
    known = {statement.id for column in columns for statement in column.record.statements}
    uncompared = [id_ for id_ in IDS if id_ in difference.uncompared or id_ not in known]
    page = page("#" + "..".join(pair))
    section = page.find_element(By.ID, "difference")
    links = [link.text for link in section.find_elements(By.CSS_SELECTOR, "li > a")]
    ranks = {move.after.id: move.rank for move in moves}
    assert links == sorted(ranks, key=lambda id_: (ranks[id_], IDS.index(id_)))
    assert sorted(shown(page)) == sorted(links)
    assert section.find_element(By.TAG_NAME, "p").text == (
        f"{plural(len(moves), 'statement')} different, {len(IDS) - len(moves) - len(uncompared)} the same, "
        f"{len(uncompared)} not compared."
    )
    for move in moves[:5]:
        assert move.before.says in section.text
        assert move.after.says in section.text
        assert move.after.instead in section.text


def test_pair_is_chosen_by_hand(page):
    """Choosing two installs gives the page the address of the pair; Clear takes it away."""
    page = page()
    choose(page, "before", "tf2.15")
    choose(page, "after", "tf2.16")
    assert page.current_url.endswith("#tf2.15..tf2.16")
    page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
    settle(page)
    assert shown(page) == IDS
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
    assert shown(page) == IDS


@pytest.fixture
def resize(browser):
    """Gives the window a width, as on a phone if it is narrow; afterwards it is as before."""

    def to(width):
        metrics = {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 600}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    yield to
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [390, 1600])
def test_nothing_but_the_table_scrolls_sideways(resize, page, width):
    """On a phone and on a desktop the page itself is as wide as its window."""
    resize(width)
    assert page("#tf2.15..tf2.16").execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [390, 1600])
def test_the_table_begins_on_the_first_screen(resize, page, width):
    """Statements stand on the first screen; what the letters mean is folded on a phone, and opens."""
    resize(width)
    opened = page()
    first = opened.execute_script("return document.querySelector('tr.statement').getBoundingClientRect().top")
    assert 0 < first < 844
    legend = opened.find_element(By.CSS_SELECTOR, "#key dl")
    assert legend.is_displayed() == (width > 600)
    opened.find_element(By.CSS_SELECTOR, "#key summary").click()
    assert legend.is_displayed() == (width < 600)
