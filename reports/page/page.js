"use strict";
// The table works without this script, which filters and sorts it, opens its rows and compares two installs.

const { columns, met, aliases } = JSON.parse(document.getElementById("data").textContent);
const control = (id) => document.getElementById(id);
const [form, search, week, subject, verdict, sort, before, after] =
  ["controls", "search", "week", "subject", "verdict", "sort", "before", "after"].map(control);
const tbodies = [...document.querySelectorAll("tbody[data-place]")];
const rows = [...document.querySelectorAll("tr.statement")].map((tr, order) => ({
  tr, order, ...tr.dataset,
  detail: tr.nextElementSibling,
  button: tr.querySelector("button"),
  home: tr.parentElement,
  changes: tr.querySelector("td.changes").textContent.trim().split(/\s+/).filter(Boolean),
  cells: [...tr.querySelectorAll("td:not(.changes)")],
  history: [...tr.nextElementSibling.querySelectorAll(".history tr")].map(meetingIn),
  text: [tr.cells[0], ...tr.nextElementSibling.querySelectorAll(".history td, summary, p")].map((part) => part.textContent).join(" ").toLowerCase(),
}));
const heads = [...document.querySelectorAll(".versions th")];
const unsorted = document.createElement("tbody"); // has the rows of all places while they are sorted across places
tbodies.at(-1).after(unsorted);

// On a phone the table comes first.
document.getElementById("key").open = !matchMedia("(max-width: 60rem)").matches;

const columnOf = (name) => columns.findIndex((column) => column.name === name);
const verdictOf = (row, column) => row.cells[column].textContent.trim();

// What installs meet of a statement, in a row of its history: the parts are elements, or null where there is none.
function meetingIn(tr) {
  return Object.fromEntries(["says", "impact", "reason", "instead"].map((part) => [part, tr.querySelector(`.${part}`)]));
}

// What an install meets of a statement; undefined if its record does not have the statement.
const metBy = (row, column) => row.history[met[row.tr.id][column]];

function comparison(row, from, to) {
  const [before, after] = [metBy(row, from), metBy(row, to)];
  if (!before || !after || [from, to].some((column) => verdictOf(row, column) === "unchecked")) return "uncompared";
  const same = verdictOf(row, from) === verdictOf(row, to) && before.says.textContent === after.says.textContent;
  return same ? "same" : "changed";
}

// The worst comes first, as in python -m tf_conformance diff: a violation, then the impacts in their order.
const impacts = ["silent", "error", "looks"];
const rankOf = (impact) => impacts.includes(impact) ? impacts.indexOf(impact) : impacts.length;
function rankBetween(row, from, to) {
  if ([from, to].some((column) => verdictOf(row, column) === "violated")) return -1;
  return rankOf((metBy(row, to).impact ?? metBy(row, from).impact)?.textContent);
}

function matches(row, [from, to]) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => row.text.includes(word))
    && (!week.value || row.week === week.value)
    && (!subject.value || row.subject === subject.value)
    && (!verdict.value || row.cells.some((cell) => cell.classList.contains(verdict.value)))
    && (from < 0 || to < 0 || comparison(row, from, to) === "changed");
}

const newest = (row) => Math.max(-1, ...row.changes.map((label) => heads.findIndex((head) => head.textContent === label)));
const orders = {
  notes: (a, b) => a.order - b.order,
  id: (a, b) => a.tr.id < b.tr.id ? -1 : 1,
  impact: (a, b) => rankOf(a.impact) - rankOf(b.impact) || a.order - b.order,
  changes: (a, b) => b.changes.length - a.changes.length || a.order - b.order,
  latest: (a, b) => newest(b) - newest(a) || a.order - b.order,
};

function arrange() {
  const asInNotes = sort.value === "notes";
  for (const row of [...rows].sort(orders[sort.value])) {
    (asInNotes ? row.home : unsorted).append(row.tr, row.detail);
  }
}

function update() {
  const pair = [before, after].map((select) => columnOf(select.value));
  let shown = 0;
  for (const row of rows) {
    const match = matches(row, pair);
    row.tr.hidden = !match;
    row.detail.hidden = !match || row.button.getAttribute("aria-expanded") !== "true";
    shown += match;
  }
  for (const body of tbodies) body.hidden = !body.querySelector("tr.statement:not([hidden])");
  control("shown").textContent = shown === rows.length ? `${shown} statements` : `${shown} of ${rows.length} statements`;
  control("nothing").hidden = shown > 0;
  document.querySelectorAll(".chosen").forEach((cell) => cell.classList.remove("chosen"));
  pair.filter((at) => at >= 0).forEach((at) => heads[at].classList.add("chosen"));
  showDifference(...pair);
}

function element(name, text, className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function showDifference(from, to) {
  const section = control("difference");
  section.hidden = from < 0 || to < 0;
  if (section.hidden) return;
  const groups = { changed: [], same: [], uncompared: [] };
  for (const row of rows) groups[comparison(row, from, to)].push(row);
  groups.changed.sort((a, b) => rankBetween(a, from, to) - rankBetween(b, from, to) || a.order - b.order);
  const noun = groups.changed.length === 1 ? "statement" : "statements";
  section.querySelector("h2").textContent = `From ${columns[from].title} to ${columns[to].title}`;
  section.querySelector("p").textContent = `${groups.changed.length} ${noun} different, ${groups.same.length} the same, `
    + `${groups.uncompared.length} not compared.`;
  section.querySelector("ol").replaceChildren(...groups.changed.map((row) => differenceItem(row, from, to)));
}

function differenceItem(row, from, to) {
  const item = document.createElement("li");
  const link = element("a", row.tr.id);
  link.href = `#${row.tr.id}`;
  item.append(link);
  for (const column of [from, to]) {
    const { says, reason } = metBy(row, column);
    const verdict = element("span", verdictOf(row, column), row.cells[column].classList[0]);
    item.append(verdict, ...[says, reason].filter(Boolean).map((part) => part.cloneNode(true)));
  }
  const { impact, instead } = metBy(row, to);
  item.append(...[impact, instead].filter(Boolean).map((part) => part.cloneNode(true)));
  return item;
}

// What the mouse finds: the sentence in full, or what the install below the mouse meets.
function tip(row, cell) {
  const at = row.cells.indexOf(cell);
  if (at < 0) return row.button.querySelector("span").textContent;
  const { reason, says } = metBy(row, at) ?? {};
  return [columns[at].title, verdictOf(row, at), (reason ?? says)?.textContent].filter(Boolean).join("\n");
}

function toggle(row, open) {
  row.button.setAttribute("aria-expanded", String(open));
  row.detail.hidden = !open;
}

function reveal(id) {
  const row = rows.find((each) => each.tr.id === id);
  if (!row) return;
  if (row.tr.hidden) clear();
  toggle(row, true);
  row.tr.scrollIntoView({ block: "start" });
  row.button.focus({ preventScroll: true });
}

// Goes where the address points: #statement or #installA..installB.
function follow() {
  const fragment = decodeURIComponent(location.hash.slice(1));
  const [from, to] = fragment.split("..");
  if (to !== undefined && columnOf(from) >= 0 && columnOf(to) >= 0) {
    [before.value, after.value] = [from, to];
    update();
  } else reveal(aliases[fragment] ?? fragment);
}

function setAddress(fragment) {
  history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
}

function clear() {
  form.reset();
  arrange();
  update();
}

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => setTimeout(() => { setAddress(""); arrange(); update(); })); // once the controls are reset
for (const type of ["input", "change"]) form.addEventListener(type, (event) => {
  if (event.target === sort) arrange();
  if (before.value && after.value) setAddress(`${before.value}..${after.value}`);
  update();
});
document.querySelector("main").addEventListener("click", (event) => {
  const row = rows.find((each) => each.button.contains(event.target));
  if (!row) return;
  const open = row.button.getAttribute("aria-expanded") !== "true";
  toggle(row, open);
  if (open) setAddress(row.tr.id);
});
document.querySelector("main").addEventListener("mouseover", (event) => {
  const cell = event.target.closest("tr.statement > *");
  const row = cell && rows.find((each) => each.tr === cell.parentElement);
  if (row) cell.title = tip(row, cell);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.target.matches("input, select")) {
    event.preventDefault();
    search.focus();
  } else if (event.key === "Escape") {
    form.reset();
  } else if (["ArrowUp", "ArrowDown"].includes(event.key) && !event.target.matches("select")) {
    const visible = [...document.querySelectorAll("tr.statement:not([hidden]) button")];
    const at = visible.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (event.target === search && event.key === "ArrowUp") return;
    event.preventDefault();
    visible[Math.min(Math.max(at, 0), visible.length - 1)]?.focus();
  }
});
window.addEventListener("hashchange", follow);
window.addEventListener("load", () => setTimeout(follow)); // after the browser's own jump, which takes the focus away
update();
