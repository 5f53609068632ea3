/* Says which point the reader points at, and lets arrow keys go through the points. */
document.querySelectorAll(".scatter-figure").forEach((figure) => {
  const points = [...figure.querySelectorAll("a.point")];
  const readout = figure.querySelector(".readout");
  const tell = (event) => {
    const point = event.target.closest?.("a.point");
    if (point) readout.textContent = point.getAttribute("aria-label");
  };
  figure.addEventListener("mouseover", tell);
  figure.addEventListener("focusin", tell);
  figure.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const at = points.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    const next = points[(at + step + points.length) % points.length];
    points[at].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  });
});
