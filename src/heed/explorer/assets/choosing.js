// Menus, fields and keys. What is chosen goes into the address; what is shown comes from there.
"use strict";

const set = (id, props) => window.dash_clientside.set_props(id, props);

const address = (changes) => {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) value === "" ? query.delete(name) : query.set(name, value);
  query.delete("page");
  set("url", { search: `?${query}` });
};

// Keys press what says so itself: data-key is the key's name, as browsers have it.
const typing = (element) =>
  element.closest("input, textarea, select, button, [contenteditable], [role=listbox], [role=combobox], [role=slider], [role=dialog], .js-plotly-plot");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  const asked = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === event.key);
  if (!asked) return;
  event.preventDefault();
  const [part] = asked.querySelectorAll("input, a, button");
  if (part.matches("input")) part.focus();
  else part.click();
});

// A menu in which letters are typed changes with each of them: wait until no more come.
const QUIET = 700;
let typed = 0;
let waiting = null;

const choose = (control) => {
  clearTimeout(waiting);
  waiting = null;
  const value = control.querySelector("input")?.value ?? control.value;
  address({ [control.dataset.control]: value });
};

document.addEventListener("keydown", (event) => {
  if (!event.target.matches("select[data-control]")) return;
  typed = Date.now();
  if (event.key === "Enter" && waiting) choose(event.target);
  else if (waiting) {
    clearTimeout(waiting);
    waiting = setTimeout(choose, QUIET, event.target);
  }
});

document.addEventListener("change", (event) => {
  if (event.target.dataset.store) set(event.target.dataset.store, { data: event.target.value });
  const control = event.target.closest("[data-control]");
  if (!control) return;
  if (control.matches("select") && Date.now() - typed < QUIET) {
    clearTimeout(waiting);
    waiting = setTimeout(choose, QUIET, control);
  } else choose(control);
});

document.addEventListener("focusout", (event) => {
  if (waiting && event.target.matches("select[data-control]")) choose(event.target);
});

// Another face or tab begins at its top; back from a face the list is where it was.
const places = new Map();
const view = (search) => new URLSearchParams(search).toString();
let wanted = null;

document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const href = link?.getAttribute("href");
  if (!href?.startsWith("/?") || link.matches(".chip, .pin")) return;
  places.set(view(location.search), scrollY);
  wanted = link.closest("[data-key=Escape]") ? (places.get(view(href.slice(1))) ?? 0) : 0;
}, true); // before Dash changes the address

let settled = null;

const place = () => {
  if (wanted === null) return;
  if (document.documentElement.scrollHeight >= wanted + innerHeight) scrollTo({ top: wanted, behavior: "instant" });
  clearTimeout(settled); // the parts of a page come one after the other
  settled = setTimeout(() => { wanted = null; }, 500);
};

for (const moved of ["wheel", "touchmove"])
  document.addEventListener(moved, () => { wanted = null; }, { passive: true });

// Dash makes what it shows anew; who was on a control is led to the one that took its place.
let last = null;
document.addEventListener("focusin", (event) => { last = event.target; });
const alike = (one, other) =>
  one.tagName === other.tagName && one.id === other.id && one.ariaLabel === other.ariaLabel && one.dataset.control === other.dataset.control;

const refocus = () => {
  if (!last || last.isConnected || document.activeElement !== document.body) return;
  const named = last.id || last.ariaLabel || last.dataset.control;
  const next = named && [...document.querySelectorAll(last.tagName)].find((each) => alike(each, last));
  (next || document.getElementById("results"))?.focus({ preventScroll: true });
};

const show = () => {
  for (const menu of document.querySelectorAll("select[data-value]"))
    if (menu.value !== menu.dataset.value && !(waiting && document.activeElement === menu)) menu.value = menu.dataset.value;
  document.querySelector("#own-upload input[type=file]")?.setAttribute("aria-label", "Images of your own");
  for (const slider of document.querySelectorAll("[data-label]"))
    slider.querySelectorAll("[role=slider]").forEach((thumb, i) =>
      thumb.setAttribute("aria-label", `${slider.dataset.label}, ${i ? "at most" : "at least"}`));
  const bar = document.querySelector(".bar .links");
  const current = bar?.querySelector(".current");
  if (current) bar.scrollLeft = current.offsetLeft - bar.offsetLeft - 40;
};

new MutationObserver(() => {
  show();
  refocus();
  place();
}).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-value"] });
