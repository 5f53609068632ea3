/* Sorts and filters the table of attributes, and shows an attribute's average maps. */
(() => {
  "use strict";
  const table = document.getElementById("attribute-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headings = [...table.tHead.querySelectorAll("th[data-sort]")];
  const form = document.getElementById("table-filter");
  const dock = document.getElementById("averages");
  let pinned = null;
  let returnTo = null;
  let closing = false;
  let dismissed = false;  /* closed by the reader: pointing opens it once the table was left */

  const button = (within) => {
    const made = document.createElement("button");
    made.type = "button";
    made.append(...within.childNodes);
    within.append(made);
    return made;
  };

  /* sorting: the largest first at the first click, missing numbers always last */
  const value = (row, column, kind) => {
    const text = row.cells[column].dataset.value;
    if (kind === "text") return text.toLowerCase();
    return text === "" ? null : Number(text);
  };
  const compare = (column, kind, sign) => (a, b) => {
    const [x, y] = [value(a, column, kind), value(b, column, kind)];
    if (x === null || y === null) return (x === null) - (y === null);
    return kind === "text" ? sign * x.localeCompare(y, "en") : sign * (x - y);
  };
  headings.forEach((heading, column) => {
    const kind = heading.dataset.sort;
    button(heading).addEventListener("click", () => {
      const was = heading.getAttribute("aria-sort");
      const first = kind === "text" ? "ascending" : "descending";
      const other = kind === "text" ? "descending" : "ascending";
      const now = was === first ? other : first;
      headings.forEach((each) => each.removeAttribute("aria-sort"));
      heading.setAttribute("aria-sort", now);
      body.append(...[...rows].sort(compare(column, kind, now === "ascending" ? 1 : -1)));
    });
  });

  /* filters */
  const filter = () => {
    const wanted = form.elements.name.value.trim().toLowerCase();
    const region = form.elements.region.value;
    const [low, high] = form.elements.rarer.value.split(",").map(Number);
    let count = 0;
    rows.forEach((row) => {
      const rarer = Number(row.cells[2].dataset.value);
      row.hidden = !(
        row.cells[0].dataset.value.toLowerCase().includes(wanted)
        && (region === "" || row.dataset.region === region)
        && low <= rarer && rarer < high
      );
      count += !row.hidden;
    });
    form.querySelector("output").textContent = `${count} of ${rows.length} attributes`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  /* the dock */
  const show = (row) => {
    if (row.classList.contains("shown") && !dock.hidden) return;
    rows.forEach((each) => each.classList.toggle("shown", each === row));
    const attribute = row.dataset.attribute;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "close";
    close.textContent = "\u00d7";
    close.setAttribute("aria-label", "Close the average maps");
    close.addEventListener("click", hide);
    dock.replaceChildren(document.getElementById(`averages-${attribute}`).content.cloneNode(true));
    if (document.getElementById("gallery")) {
      const link = document.createElement("a");
      link.href = `#gallery=${encodeURIComponent(attribute)}`;
      link.textContent = "its faces";
      dock.querySelector("h3 small").before(link, " ");
    }
    dock.append(close);
    dock.hidden = false;
  };
  const pin = (row) => {
    pinned = row;
    rows.forEach((each) => {
      each.querySelector("button").setAttribute("aria-pressed", String(each === row));
    });
  };
  const hide = () => {
    const inside = dock.contains(document.activeElement);
    dock.hidden = true;
    pin(null);
    rows.forEach((each) => each.classList.remove("shown"));
    if (inside && returnTo) {
      closing = true;
      returnTo.focus();
      closing = false;
    }
    dismissed = true;
  };
  rows.forEach((row) => {
    const name = button(row.cells[0]);
    name.setAttribute("aria-controls", dock.id);
    name.addEventListener("focus", () => {
      if (closing) return;
      returnTo = name;
      if (pinned !== row) pin(null);
      show(row);
    });
    row.addEventListener("mouseenter", () => {
      if (!pinned && !dismissed) show(row);
    });
    row.addEventListener("click", () => {
      const again = pinned === row;
      pin(again ? null : row);
      show(row);
    });
  });
  pin(null);
  document.addEventListener("mouseover", (event) => {
    if (!table.contains(event.target)) dismissed = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !dock.hidden) hide();
  });

  form.hidden = false;
  document.querySelectorAll(".scripted").forEach((each) => { each.hidden = false; });
})();
