// Drawing on the template face. Corners are in a text field, in pixels of the crop, so that they can
// be typed too; a draft stays in this tab of the browser until it is scored, and then in the address.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const DRAFT = "heed-region";
const DRAWN = ["region-points", "region-name"];
const field = (name = "region-points") => document.getElementById(name);
const kind = () => document.getElementById("region-kind")?.value ?? "box";
const round = (value) => Math.round(value * 10) / 10;

const corners = (text) => {
  const numbers = (text.replaceAll("\u2212", "-").match(/[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/gi) ?? []).map(Number);
  return Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
};

const draft = () => JSON.parse(sessionStorage.getItem(DRAFT) ?? "{}");
const keep = (name, text) => sessionStorage.setItem(DRAFT, JSON.stringify({ ...draft(), [name]: text }));

const fill = (text) => {
  window.dash_clientside.set_props("region-points", { value: text });
  keep("region-points", text);
  paint(text);
};

const say = (points) =>
  fill(points.map(([x, y]) => `${round(x)}, ${round(y)}`).join(kind() === "box" ? ", " : "; "));

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
  const polygon = points.length > 2 || kind() === "polygon";
  if (points.length === 2 && !polygon) {
    const [[x0, y0], [x1, y1]] = points;
    points = [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
  }
  const path = points.map((point) => point.join(",")).join(" ");
  for (const name of ["casing", "line"]) made("polygon", { points: path, class: name }, svg);
  if (polygon) for (const [x, y] of points) made("circle", { cx: x, cy: y, r: 2 }, svg);
};

const prepare = (canvas) => {
  const size = Number(canvas.dataset.size);
  made("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, canvas);
  let start = null;
  const at = (event) => {
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
    if (kind() === "polygon") return say([...corners(field().value), at(event)]);
    canvas.setPointerCapture(event.pointerId);
    start = at(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (start && kind() === "box") paint(rectangle(at(event)).flat().join(", "));
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!start) return;
    say(rectangle(at(event)));
    start = null;
  });
  for (const name of DRAWN) {
    const text = draft()[name];
    if (text && field(name) && !field(name).value) window.dash_clientside.set_props(name, { value: text });
  }
  const text = field()?.value || draft()["region-points"] || "";
  if (corners(text).length > 2) document.getElementById("region-kind").value = "polygon";
  paint(text);
};

new MutationObserver(() => {
  const canvas = document.getElementById("canvas");
  if (canvas && !canvas.querySelector("svg")) prepare(canvas);
}).observe(document.documentElement, { childList: true, subtree: true });

document.addEventListener("input", (event) => {
  if (!DRAWN.includes(event.target.id)) return;
  keep(event.target.id, event.target.value);
  if (event.target.id === "region-points") paint(event.target.value);
});

document.addEventListener("change", (event) => {
  if (event.target.id === "region-kind") say([]);
  if (event.target.id === "region-load" && event.target.value) {
    document.getElementById("region-kind").value = corners(event.target.value).length > 2 ? "polygon" : "box";
    fill(event.target.value);
  }
});

// What takes its time says so at once.
const BUSY = { "direct-start": "Starting …", "direct-stop": "Stopping …" };

document.addEventListener("click", (event) => {
  const name = event.target.id;
  if (name === "region-clear") {
    fill("");
    if (new URLSearchParams(location.search).has("drawn")) address({ drawn: "" });
  }
  if (name === "region-score") {
    const text = field().value.trim();
    if (text) event.target.textContent = "Scoring …";
    if (text === (new URLSearchParams(location.search).get("drawn") ?? "")) event.target.textContent = "Score all faces";
    if (text) address({ drawn: text });
    else window.dash_clientside.set_props("region-wrong", { children: "Nothing is drawn yet: draw on the face, or type the corners." });
  }
  if (BUSY[name]) window.dash_clientside.set_props("direct-said", { children: BUSY[name] });
});
