/* The first screen: one face, the maps of all networks, an attribute to choose and to switch. */
(() => {
  const { first } = data;
  const form = byId("first-choice");
  if (!first || !form) return;
  const pictures = byId("first-pictures");
  const switched = form.elements.namedItem("drawn");
  let face = first.face ?? 0;

  const gauge = (network, logit) => {
    const half = first.largest;
    const at = 50 + 50 * Math.max(-1, Math.min(1, logit / half));
    const svg = drawn("svg", { class: "gauge", width: "100%", height: 12, "aria-hidden": "true" }, [
      drawn("line", { class: "rule", x1: "0", x2: "100%", y1: 6, y2: 6 }),
      drawn("line", { class: "zero", x1: "50%", x2: "50%", y1: 0, y2: 12 }),
      drawn("rect", { class: `m${network}`, x: `${Math.min(50, at)}%`, y: 3,
        width: `${Math.abs(at - 50)}%`, height: 6 }),
    ]);
    return svg;
  };

  const caption = (network, has, scores) => {
    const [logit, , amr, pe] = scores;
    const told = [make("b", logit >= 0 ? "yes" : "no"), ", ", verdict(has, logit)];
    const looks = amr === null ? "no mask" : `AMR\u00a0${fixed(amr, 2)}, PE\u00a0${fixed(pe, 2)}`;
    return make("figcaption", [swatch(network), make("p", [...told, " ",
      make("small", `logit\u00a0${fixed(logit, 2)}`)]), gauge(network, logit),
    make("p", make("small", looks))]);
  };

  const show = () => {
    const attribute = form.elements.attribute.value;
    const of = first.of[attribute];
    const [name, picture] = first.faces[face];
    const flip = first.flips?.[attribute]?.[face] ?? null;
    const choices = [...form.querySelectorAll("[name=drawn]")];
    choices.forEach((each) => { each.disabled = flip === null; });
    if (flip === null && choices.length) choices[0].checked = true;
    const on = flip !== null && switched.value === "switched";
    const has = on ? 1 - of.has[face] : of.has[face];
    const all = on ? flip.maps : of.maps;
    const source = on ? flip.face : picture;
    const title = named[attribute];
    const common = { face: source, all, i: on ? 0 : face, mask: of.mask[face],
      evidence: of.evidence?.[face], points: data.size };
    pictures.replaceChildren(
      make("figure", [
        laid({ ...common, network: null }, `Face ${name}, ${has ? "with" : "without"} ${title}`),
        make("figcaption", [make("b", `${has ? "" : "not "}${title}`), make("p", make("small",
          on ? "drawn again, nothing else changed" : `face ${name.replace(/\.\w+$/, "")}`))]),
      ]),
      ...data.networks.map((network, place) => {
        const scores = all[place].scores[on ? 0 : face];
        return make("figure", [
          laid({ ...common, network: place }, `Map of ${title} by ${network.name}: it says `
            + `${scores[0] >= 0 ? "yes" : "no"}, ${OUTCOMES[outcomeOf(has, scores[0])]}`),
          caption(place, has, scores),
        ]);
      }),
    );
    byId("first-why").hidden = attribute !== first.start;
    const note = byId("first-note");
    if (note) {
      note.textContent = flip === null ? "This face cannot be drawn again with that changed." : "";
    }
  };

  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("scale", show);
  byId("first-next")?.addEventListener("click", () => {
    face = (face + 1) % first.faces.length;
    show();
  });
  byId("first-more")?.addEventListener("click", () => {
    location.hash = `attribute=${form.elements.attribute.value}`;
  });
  form.hidden = false;
  show();
})();
