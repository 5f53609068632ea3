/* Says what a term means where the reader points at it, or reaches it by keyboard. */
(() => {
  const tip = make("div", [], { className: "tip", id: "tip", hidden: true });
  tip.setAttribute("role", "tooltip");
  document.body.append(tip);
  let of = null;
  const hide = () => {
    tip.hidden = true;
    of?.removeAttribute("aria-describedby");
    of = null;
  };
  const show = (term) => {
    const told = byId(term.hash.slice(1));
    if (!told) return;
    hide();
    of = term;
    tip.textContent = told.querySelector("dd").textContent;
    term.setAttribute("aria-describedby", "tip");
    tip.hidden = false;
    const box = term.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8);
    const below = box.bottom + 6 + tip.offsetHeight < innerHeight;
    tip.style.left = `${Math.max(left, 8)}px`;
    tip.style.top = `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
  };
  const term = (event) => event.target.closest?.("a.term");
  document.addEventListener("mouseover", (event) => { if (term(event)) show(term(event)); });
  document.addEventListener("mouseout", (event) => { if (term(event)) hide(); });
  document.addEventListener("focusin", (event) => { if (term(event)) show(term(event)); });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
  addEventListener("scroll", hide, { passive: true });
})();
