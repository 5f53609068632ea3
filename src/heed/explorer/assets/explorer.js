// What Dash has no part for: keys, and drawing on the template face.
"use strict";

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

// Menus and fields put what was chosen into the address; what they show is what the view has.
const set = (id, props) => window.dash_clientside.set_props(id, props);

document.addEventListener("change", (event) => {
  if (event.target.dataset.store) set(event.target.dataset.store, { data: event.target.value });
  const control = event.target.closest("[data-control]");
  if (!control) return;
  const query = new URLSearchParams(location.search);
  query.set(control.dataset.control, event.target.value);
  query.delete("page");
  set("url", { search: `?${query}` });
});

const show = () => {
  for (const menu of document.querySelectorAll("select[data-value]"))
    if (menu.value !== menu.dataset.value && document.activeElement !== menu) menu.value = menu.dataset.value;
  document.querySelector("#own-upload input[type=file]")?.setAttribute("aria-label", "Images of your own");
  for (const slider of document.querySelectorAll("[data-label]"))
    slider.querySelectorAll("[role=slider]").forEach((thumb, i) =>
      thumb.setAttribute("aria-label", `${slider.dataset.label}, ${i ? "at most" : "at least"}`));
};

// Dash makes what it shows anew; who was on a control is led to the one that took its place.
let last = null;
document.addEventListener("focusin", (event) => { last = event.target; });
const alike = (one, other) =>
  one.tagName === other.tagName && one.id === other.id && one.ariaLabel === other.ariaLabel && one.dataset.control === other.dataset.control;

const refocus = () => {
  if (!last || last.isConnected || document.activeElement !== document.body) return;
  const named = last.id || last.ariaLabel || last.dataset.control;
  const next = named && [...document.querySelectorAll(last.tagName)].find((each) => alike(each, last));
  if (next) next.focus({ preventScroll: true });
};

// Another face or tab begins at its top; a switch or a pin leaves the page where it is.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link && !link.matches(".chip, .pin") && link.getAttribute("href")?.startsWith("/?")) window.scrollTo(0, 0);
});

// Drawing. Corners are kept in the text field, in pixels of the crop, so that they can be typed too.
const SVG = "http://www.w3.org/2000/svg";
const field = () => document.getElementById("region-points");
const kind = () => document.getElementById("region-kind")?.value ?? "box";
const round = (value) => Math.round(value * 10) / 10;

const corners = (text) => {
  const numbers = (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
};

const say = (points) => {
  const text = points.map(([x, y]) => `${round(x)}, ${round(y)}`).join(kind() === "box" ? ", " : "; ");
  set("region-points", { value: text });
  paint(text);
};

const made = (name, attributes, parent) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  parent.append(element);
  return element;
};

const paint = (text) => {
  const svg = document.querySelector("#canvas svg");
  if (!svg) return;
  svg.replaceChildren();
  let points = corners(text);
  if (kind() === "box" && points.length === 2) {
    const [[x0, y0], [x1, y1]] = points;
    points = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }
  const path = points.map((point) => point.join(",")).join(" ");
  for (const name of ["casing", "line"]) made("polygon", { points: path, class: name }, svg);
  if (kind() === "polygon") for (const [x, y] of points) made("circle", { cx: x, cy: y, r: 2 }, svg);
};

const prepare = (canvas) => {
  const size = Number(canvas.dataset.size);
  made("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, canvas);
  let start = null;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, low, length) => Math.min(size, Math.max(0, ((value - low) / length) * size));
    return [within(event.clientX, box.left, box.width), within(event.clientY, box.top, box.height)];
  };
  const rectangle = (end) => [
    [Math.min(start[0], end[0]), Math.min(start[1], end[1])],
    [Math.max(start[0], end[0]), Math.max(start[1], end[1])],
  ];
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    if (kind() === "polygon") return say([...corners(field().value), place(event)]);
    canvas.setPointerCapture(event.pointerId);
    start = place(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (start && kind() === "box") paint(rectangle(place(event)).flat().join(", "));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    say(rectangle(place(event)));
    start = null;
  });
  paint(field()?.value ?? "");
};

new MutationObserver(() => {
  show();
  refocus();
  const canvas = document.getElementById("canvas");
  if (canvas && !canvas.querySelector("svg")) prepare(canvas);
}).observe(document.documentElement, { childList: true, subtree: true, attributeFilter: ["data-value"] });

document.addEventListener("input", (event) => {
  if (event.target.id === "region-points") paint(event.target.value);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "region-kind") say([]);
});
document.addEventListener("click", (event) => {
  if (event.target.id === "region-clear") say([]);
});
