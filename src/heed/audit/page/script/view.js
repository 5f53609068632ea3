/* What the page knows of faces and maps, and how it lays one over the other. */
const data = JSON.parse(byId("page-data").textContent);
const colours = bytes(data.colours);
const named = Object.fromEntries(data.attributes);
const view = { common: false };  /* whether colours are on one scale for all networks */

/* the cells of map number i in what the page holds of some maps of a network */
const cellsOf = (maps, i, network) => {
  maps.bytes ??= bytes(maps.cells);
  const area = network.grid[0] * network.grid[1];
  return maps.bytes.subarray(i * area, (i + 1) * area);
};

/* the part of the colours' range that a map uses, beside the highest of all networks' maps */
const shareOf = (all, i, network) => {
  const peaks = all.map((maps) => maps.peaks[i] ?? 0);
  const highest = Math.max(...peaks);
  return view.common && highest > 0 ? peaks[network] / highest : 1;
};

const outline = (kind, path) => [
  drawn("path", { class: `casing ${kind}`, d: path }),
  drawn("path", { class: `line ${kind}`, d: path }),
];

/* A face, a network's map over it, and the outlines of mask, evidence and active area.
   of: { face, all, i, network (null: the face alone), mask, evidence, points, average } */
const laid = (of, label) => {
  const { size } = data;
  const box = make("div", [], { className: "laid" });
  if (of.face) box.append(make("img", [], { src: of.face, alt: of.network === null ? label : "" }));
  const lines = [...outline("mask", data.paths[of.mask ?? 0]),
    ...outline("evidence", data.paths[of.evidence ?? 0])];
  if (of.network !== null) {
    const network = data.networks[of.network];
    const maps = of.all[of.network];
    const canvas = make("canvas");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", label);
    if (maps.peaks[of.i] !== null) {
      const levels = enlarged(cellsOf(maps, of.i, network), network, size, of.points, of.average);
      paint(canvas, levels, of.points, colours, shareOf(of.all, of.i, of.network));
      if (!of.average && maps.peaks[of.i] > 0) {
        const coarse = enlarged(cellsOf(maps, of.i, network), network, size, 56);
        const path = lineAt(coarse, 56, data.threshold, size);
        lines.push(drawn("path", { class: "casing active", d: path }),
          drawn("path", { class: `line active m${of.network}`, d: path }));
      }
      box.append(canvas);
    }
  }
  box.append(drawn("svg", { viewBox: `0 0 ${size} ${size}`, "aria-hidden": "true" }, lines));
  return box;
};

const swatch = (network) => {
  const svg = drawn("svg", { viewBox: "-7 -7 14 14", width: 14, height: 14, "aria-hidden": "true" },
    [drawn("use", { href: `#shape-${network % 4}` })]);
  return make("span", [svg, ` ${data.networks[network].name}`],
    { className: `swatch m${network}` });
};

/* What a network said of a face: its decision, whether that is right, and its scores. */
const OUTCOMES = { hit: "hit", miss: "miss", false_alarm: "false alarm", rejection: "right" };
const outcomeOf = (has, logit) => (has
  ? (logit >= 0 ? "hit" : "miss") : (logit >= 0 ? "false_alarm" : "rejection"));
const verdict = (has, logit) => make("span", OUTCOMES[outcomeOf(has, logit)],
  { className: (logit >= 0) === Boolean(has) ? "right" : "wrong" });

/* Switches of what is drawn: every form of them shows and sets the same. */
(() => {
  const forms = [...document.querySelectorAll("form.layers")];
  const apply = (from) => {
    ["mask", "evidence", "active", "common", "opacity"].forEach((name) => {
      const field = from.elements[name];
      if (!field) return;
      forms.forEach((form) => {
        const same = form.elements[name];
        if (same) Object.assign(same, { checked: field.checked, value: field.value });
      });
      if (name === "opacity") {
        document.body.style.setProperty("--opacity", String(field.value / 100));
      } else if (name !== "common") {
        document.body.classList.toggle(`hide-${name}`, !field.checked);
      } else if (view.common !== field.checked) {
        view.common = field.checked;
        document.dispatchEvent(new Event("scale"));
      }
    });
  };
  forms.forEach((form) => {
    form.addEventListener("input", () => apply(form));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.hidden = false;
  });
  if (forms.length) apply(forms[0]);
})();
