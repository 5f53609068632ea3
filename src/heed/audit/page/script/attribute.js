/* One attribute: its numbers, its average maps, and faces. The address says which. */
(() => {
  const section = byId("attribute");
  if (!section) return;
  const form = byId("attribute-choice");
  const { averages, gallery, numbers } = data;
  const keys = data.attributes.map(([key]) => key);
  const PER_PAGE = 6;
  const DEFAULTS = { attribute: keys[0], of: "0", show: "all", sort: "spread", find: "", page: "1" };
  const state = { ...DEFAULTS };
  const plural = { all: "faces", hit: "hits", miss: "misses", false_alarm: "false alarms",
    rejection: "correct rejections" };

  const row = (name, cells) => make("tr", [
    Object.assign(make("th", name), { scope: "row" }),
    ...cells.map(([text, small]) => make("td", [text, ...(small
      ? [" ", make("small", small)] : [])], { className: "n" })),
  ]);
  const head = (first) => make("thead", make("tr", [
    first ? Object.assign(make("th", first), { scope: "col" }) : make("td"),
    ...data.networks.map((_, number) => Object.assign(make("th", swatch(number)), { scope: "col" })),
  ]));

  const showNumbers = () => {
    const of = numbers.of[state.attribute];
    const scores = numbers.columns.map((name, place) => row(name,
      of.cells.map((cells) => cells[place])));
    const groups = of.groups.map(([name, cells]) => row(name, cells));
    byId("attribute-numbers").replaceChildren(...[
      ["", scores, "Scores"], ["AMR, PE of faces", groups, "Scores by group"],
    ].map(([first, rows, label]) => {
      const scroll = make("div", make("table", [head(first), make("tbody", rows)],
        { className: "plain" }), { className: "scroll", tabIndex: 0 });
      scroll.setAttribute("role", "region");
      scroll.setAttribute("aria-label", label);
      return scroll;
    }));
  };

  const showAverages = () => {
    const place = keys.indexOf(state.attribute);
    const all = averages.of[state.attribute];
    byId("attribute-averages").replaceChildren(...data.networks.map((network, number) => make("div", [
      make("h4", swatch(number)),
      make("div", averages.groups.map(([, name], group) => make("figure", [
        laid({ face: averages.face, all, i: group, network: number, mask: averages.mask[place],
          evidence: averages.evidence?.[place], points: 56, average: true },
        `Average map of ${named[state.attribute]} by ${network.name}, ${name}`),
        make("figcaption", [name, make("br"), make("small", `n\u00a0=\u00a0${all[number].n[group]}`)]),
      ])), { className: "tiles" }),
    ])));
  };

  /* the faces that were asked for, in the order that was asked for */
  const chosen = () => {
    const of = gallery.of[state.attribute];
    const network = Number(state.of);
    const { scores } = of.maps[network];
    const all = of.faces.map((_, place) => place);
    const wanted = all.filter((place) => (
      (state.show === "all" || outcomeOf(of.has[place], scores[place][0]) === state.show)
      && gallery.faces[of.faces[place]][0].includes(state.find.trim())));
    if (state.sort === "spread") return wanted;
    const column = gallery.scores.findIndex(([key]) => key === state.sort.replace(/^-/, ""));
    const sign = state.sort.startsWith("-") ? -1 : 1;
    const value = (place) => scores[place][column];
    return wanted.sort((a, b) => {
      const [x, y] = [value(a), value(b)];
      return x === null || y === null ? (x === null) - (y === null) : sign * (x - y);
    });
  };

  const card = (place) => {
    const of = gallery.of[state.attribute];
    const [name, source] = gallery.faces[of.faces[place]];
    const common = { face: source, all: of.maps, i: place, mask: of.mask[place],
      evidence: of.evidence?.[place], points: 112 };
    const title = named[state.attribute];
    return make("article", [
      make("h4", [`${of.has[place] ? "" : "not "}${title}`, " ",
        make("small", name.replace(/\.\w+$/, ""))]),
      make("div", [
        make("figure", [laid({ ...common, network: null }, `Face ${name}`),
          make("figcaption", "face")]),
        ...data.networks.map((network, number) => {
          const [logit, contribution, amr, pe] = of.maps[number].scores[place];
          const empty = of.maps[number].peaks[place] === 0;
          const looks = empty ? "empty map" : amr === null ? "no mask"
            : `AMR\u00a0${fixed(amr, 2)}, PE\u00a0${fixed(pe, 2)}`;
          const parts = contribution === null ? "" : `, from the image\u00a0${fixed(contribution, 2)}`;
          return make("figure", [
            laid({ ...common, network: number }, `Map of ${title} by ${network.name} on ${name}: `
              + `${OUTCOMES[outcomeOf(of.has[place], logit)]}, ${looks}`),
            make("figcaption", [swatch(number), make("br"),
              logit >= 0 ? "yes, " : "no, ", verdict(of.has[place], logit), make("br"), looks,
              make("br"), make("small", `logit\u00a0${fixed(logit, 2)}${parts}`)]),
          ]);
        }),
      ], { className: "side-by-side" }),
    ]);
  };

  const showFaces = () => {
    if (!gallery) return;
    const of = gallery.of[state.attribute];
    const sizes = of.sizes[Number(state.of)];
    const outcomes = Object.keys(OUTCOMES);
    const total = state.show === "all" ? gallery.audited : sizes[outcomes.indexOf(state.show)];
    const found = chosen();
    const pages = Math.max(1, Math.ceil(found.length / PER_PAGE));
    const page = Math.min(Math.max(1, Number(state.page) || 1), pages);
    byId("gallery").replaceChildren(...found.slice((page - 1) * PER_PAGE, page * PER_PAGE).map(card));
    const whose = state.show === "all" ? "" : ` of ${data.networks[Number(state.of)].name}`;
    const nothing = total === 0 ? `${data.networks[Number(state.of)].name} has no `
      + `${plural[state.show]} of ${named[state.attribute]}.`
      : found.length === 0 && state.find.trim() ? "No face on this page has such a name." : "";
    byId("gallery-count").textContent = nothing || `${named[state.attribute]}: ${found.length} of ${total} `
      + `${plural[state.show]}${whose} are on this page`
      + `${pages > 1 ? `; page ${page} of ${pages}` : ""}.`;
    byId("gallery-before").disabled = page <= 1;
    byId("gallery-after").disabled = page >= pages;
    state.page = String(page);
  };

  const show = () => {
    byId("attribute-title").textContent = named[state.attribute];
    ["attribute", "of", "show", "sort", "find"].forEach((name) => {
      if (form.elements[name]) form.elements[name].value = state[name];
    });
    showNumbers();
    showAverages();
    showFaces();
  };

  /* #attribute=Bald&show=miss&of=1&sort=-amr&page=2; what is left out is as at first */
  const fromAddress = (event) => {
    const unknown = byId("attribute-unknown");
    unknown.textContent = "";
    if (event && location.hash === "") {  /* back to where the page was opened */
      Object.assign(state, DEFAULTS);
      show();
    }
    if (!location.hash.startsWith("#attribute=")) return false;
    const found = new URLSearchParams(location.hash.slice(1));
    Object.assign(state, DEFAULTS);
    Object.keys(DEFAULTS).forEach((name) => {
      const value = found.get(name);
      const field = form.elements[name];
      const options = field?.options ?? (field?.length ? field : null);
      const known = !options || [...options].some((option) => option.value === value);
      if (value !== null && known) state[name] = value;
    });
    const wanted = found.get("attribute");
    const meant = keys.find((key) => key.toLowerCase() === wanted.toLowerCase());
    if (meant) {
      state.attribute = meant;
    } else {
      unknown.textContent = `There is no attribute ${wanted}; this is ${named[state.attribute]}.`;
    }
    show();
    section.scrollIntoView({ behavior: "instant" });
    byId("attribute-title").focus({ preventScroll: true });
    return true;
  };
  const toAddress = () => {
    byId("attribute-unknown").textContent = "";
    const told = new URLSearchParams();
    Object.entries(state).forEach(([name, value]) => {
      if (name === "attribute" || value !== DEFAULTS[name]) told.set(name, value);
    });
    history.replaceState(null, "", `#${told}`);
  };

  form.addEventListener("input", (event) => {
    if (!(event.target.name in DEFAULTS)) return;
    state[event.target.name] = event.target.value;
    state.page = "1";
    show();
    toAddress();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  [["gallery-before", -1], ["gallery-after", 1]].forEach(([name, step]) => {
    byId(name)?.addEventListener("click", () => {
      state.page = String(Number(state.page) + step);
      showFaces();
      if (byId(name).disabled) byId(step > 0 ? "gallery-before" : "gallery-after").focus();
      toAddress();
    });
  });
  [["attribute-before", -1], ["attribute-after", 1]].forEach(([name, step]) => {
    byId(name).addEventListener("click", () => {
      const place = (keys.indexOf(state.attribute) + step + keys.length) % keys.length;
      Object.assign(state, { attribute: keys[place], page: "1" });
      show();
      toAddress();
    });
  });
  document.addEventListener("scale", show);
  window.addEventListener("hashchange", fromAddress);
  section.hidden = false;
  if (!fromAddress()) show();
})();
