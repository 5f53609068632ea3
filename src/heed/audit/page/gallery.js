/* Shows faces of a chosen attribute and group, and draws the networks' maps over them. */
(() => {
  "use strict";
  const source = document.getElementById("gallery-data");
  if (!source) return;
  const data = JSON.parse(source.textContent);
  const form = document.getElementById("gallery-choice");
  const gallery = document.getElementById("gallery");
  const count = document.getElementById("gallery-count");
  const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const colours = bytes(data.colours);
  const [height, width] = data.grid;
  const size = data.size;
  const named = Object.fromEntries(data.attributes);

  const make = (tag, content, properties = {}) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...[content].flat());
    return made;
  };

  /* the weights of bilinear enlargement: between two cells, cell i at pixel stride * i + offset */
  const between = (cells, [stride, offset]) => Array.from({ length: size }, (_, pixel) => {
    const place = Math.min(Math.max((pixel - offset) / stride, 0), cells - 1);
    const low = Math.floor(place);
    return [low, Math.min(low + 1, cells - 1), place - low];
  });
  const lines = data.placements.map(([y, x]) => [between(height, y), between(width, x)]);

  /* a map's cells, 0..255, to its canvas: enlarged, stretched to the full range, coloured */
  const draw = (canvas, cells, [down, across]) => {
    const pixels = new Float32Array(size * size);
    let [lowest, highest] = [Infinity, -Infinity];
    down.forEach(([top, bottom, v], y) => across.forEach(([left, right, u], x) => {
      const above = cells[top * width + left] * (1 - u) + cells[top * width + right] * u;
      const below = cells[bottom * width + left] * (1 - u) + cells[bottom * width + right] * u;
      const level = above * (1 - v) + below * v;
      pixels[y * size + x] = level;
      lowest = Math.min(lowest, level);
      highest = Math.max(highest, level);
    }));
    const scale = highest > lowest ? 255 / (highest - lowest) : 0;
    const image = new ImageData(size, size);
    pixels.forEach((level, place) => {
      const colour = 3 * Math.round((level - lowest) * scale);
      image.data.set(colours.subarray(colour, colour + 3), 4 * place);
      image.data[4 * place + 3] = 255;
    });
    canvas.getContext("2d").putImageData(image, 0, 0);
  };

  const fixed = (number, digits) => number.toFixed(digits).replace("-", "\u2212");

  const mapOf = (of, place, network, face, title) => {
    const [logit, amr, empty, present, right] = of.maps[place][network];
    const verdict = right === null ? "undecided" : ["wrong", "right"][right];
    const says = ["absent", "present"][present];
    const looks = empty ? "empty map" : amr === null ? "no mask" : `AMR ${fixed(amr, 2)}`;
    const canvas = make("canvas", [], { width: size, height: size });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label",
      `Map of ${title} by ${data.models[network]} on ${face[0]}: ${says}, ${verdict}, ${looks}`);
    const area = height * width;
    const start = (place * data.models.length + network) * area;
    draw(canvas, of.bytes.subarray(start, start + area), lines[network]);
    const name = make("b", data.models[network]);
    name.style.setProperty("--c", `var(--model-${network})`);
    return make("figure", [
      make("div", [make("img", [], { src: face[1], alt: "" }), canvas], { className: "laid" }),
      make("figcaption", [
        name, `${says}, `, make("span", verdict, { className: verdict }), make("br", []),
        `${looks}, logit\u00a0${fixed(logit, 2)}`,
      ]),
    ]);
  };

  const show = () => {
    const attribute = form.elements.attribute.value;
    const group = form.elements.group.value;
    const model = form.elements.model.value;
    const title = named[attribute];
    const of = data.of[attribute];
    of.bytes ??= bytes(of.cells);
    const { size: members, shown } = of.groups[model][group];
    gallery.replaceChildren(...shown.map((place) => {
      const face = data.faces[of.faces[place]];
      return make("article", [
        make("h3", [make("b", `${title}: ${of.has[place] ? "yes" : "no"}`), ` ${face[0]}`]),
        make("div", [
          make("figure", [
            make("div", make("img", [], { src: face[1], alt: `Face ${face[0]}` }),
              { className: "laid" }),
            make("figcaption", "face"),
          ]),
          ...data.models.map((_, network) => mapOf(of, place, network, face, title)),
        ], { className: "side-by-side" }),
      ]);
    }));
    const name = data.groups.find(([key]) => key === group)[1];
    const by = data.models.length > 1 && !group.startsWith("gt_") ? ` of ${model}` : "";
    count.textContent = members
      ? `${title}, ${name.toLowerCase().replace("amr", "AMR")}${by}: `
        + `${shown.length} of ${members} faces`
      : `${title}, ${name.toLowerCase().replace("amr", "AMR")}${by}: none of the `
        + `${data.audited} faces`;
  };

  /* #gallery=Bald,incorrect,balanced; what is left out stays as it is */
  const PREFIX = "#gallery=";
  const fromAddress = () => {
    if (!location.hash.startsWith(PREFIX)) return;
    const parts = location.hash.slice(PREFIX.length).split(",").map((part) => {
      try { return decodeURIComponent(part); } catch { return ""; }
    });
    ["attribute", "group", "model"].forEach((name, place) => {
      const field = form.elements[name];
      const options = field.options ?? (field.length ? field : [field]);
      if ([...options].some((each) => each.value === parts[place])) field.value = parts[place];
    });
    show();
    document.getElementById("faces-title").scrollIntoView({ behavior: "instant" });
  };
  const toAddress = () => {
    const parts = ["attribute", "group", "model"].map((name) => form.elements[name].value);
    history.replaceState(null, "", PREFIX + parts.map(encodeURIComponent).join(","));
  };

  form.addEventListener("input", (event) => {
    if (event.target.name === "opacity") {
      gallery.style.setProperty("--opacity", String(event.target.value / 100));
      return;
    }
    show();
    toAddress();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  window.addEventListener("hashchange", fromAddress);
  gallery.style.setProperty("--opacity", String(data.opacity));
  form.hidden = false;
  show();
  fromAddress();
})();
