/* The first element of each look whose text is shown: on what axe-core judges the contrast by, its
   own and of all that it stands in, it does not differ from those left out. */
() => {
  const asked = ["color", "fill", "backgroundColor", "backgroundImage", "opacity", "mixBlendMode",
    "filter", "textShadow", "fontSize", "fontWeight", "position", "display"];
  const known = new Map([[null, ""]]);
  const look = (each) => {
    if (!known.has(each)) {
      const style = getComputedStyle(each);
      const own = asked.map((name) => style[name]);
      known.set(each, [look(each.parentElement), each.tagName, ...own].join(" "));
    }
    return known.get(each);
  };
  const written = (each) => each.matches("input, select, textarea, button")
    || [...each.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim());
  const seen = new Set();
  return [...document.querySelectorAll("body *")].filter((each) => written(each)
    && each.checkVisibility() && !seen.has(look(each)) && seen.add(look(each)));
}
