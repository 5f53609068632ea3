/* Sorts and filters the table of attributes. */
(() => {
  const table = document.getElementById("attribute-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const headings = [...table.tHead.querySelectorAll("th[data-sort]")];
  const form = document.getElementById("table-filter");

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
    const [low, high] = form.elements.minority.value.split(",").map(Number);
    let count = 0;
    rows.forEach((row) => {
      const minority = Number(row.cells[2].dataset.value);
      row.hidden = !(
        row.cells[0].dataset.value.toLowerCase().includes(wanted)
        && (region === "" || row.dataset.region === region)
        && low <= minority && minority < high
      );
      count += !row.hidden;
    });
    form.querySelector("output").textContent = `${count} of ${rows.length} attributes`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());

  form.hidden = false;
  document.querySelectorAll(".scripted").forEach((each) => { each.hidden = false; });
})();
