/* What the page lacks for readers who do not see it well, or at all; a sentence for each. */
() => {
  const faults = [];
  const shown = (each) => each.checkVisibility();
  const nameOf = (each) => (each.getAttribute("aria-label")
    ?? [...(each.labels ?? [])].map((label) => label.textContent).join(" ")
    ) || each.textContent.trim() || each.title;
  document.querySelectorAll("input, select, button, a, summary").forEach((each) => {
    if (!nameOf(each).trim()) faults.push(`no name: ${each.outerHTML.slice(0, 80)}`);
  });
  document.querySelectorAll("img").forEach((each) => {
    if (!each.hasAttribute("alt")) faults.push(`no alt: ${each.outerHTML.slice(0, 80)}`);
  });
  document.querySelectorAll("[role=img], [role=region], [role=group]").forEach((each) => {
    if (!each.hasAttribute("aria-label") && !each.hasAttribute("aria-labelledby")) {
      faults.push(`no label: ${each.outerHTML.slice(0, 80)}`);
    }
  });
  const names = [...document.querySelectorAll("[id]")].map((each) => each.id);
  names.forEach((name, place) => {
    if (names.indexOf(name) !== place) faults.push(`twice: ${name}`);
  });
  ["aria-labelledby", "aria-describedby", "aria-controls"].forEach((kind) => {
    document.querySelectorAll(`[${kind}]`).forEach((each) => {
      each.getAttribute(kind).split(" ").forEach((name) => {
        if (!document.getElementById(name)) faults.push(`${kind} leads nowhere: ${name}`);
      });
    });
  });
  let level = 0;
  [...document.querySelectorAll("h1, h2, h3, h4")].filter(shown).forEach((each) => {
    const now = Number(each.tagName[1]);
    if (now > level + 1) faults.push(`heading skips a level: ${each.textContent}`);
    level = now;
  });
  /* contrast of every text with what is behind it */
  const parse = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => parse(colour).slice(0, 3)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const behind = (each) => {
    for (let at = each; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const [, , , opacity = 1] = parse(colour);
      if (opacity > 0) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const walker = document.createTreeWalker(document.querySelector("body"), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const each = node.parentElement;
    if (!node.textContent.trim() || each.closest("script, noscript, :disabled, .skip, svg")
      || !shown(each) || each.closest("label:has(:disabled)")) continue;
    const [one, other] = [luminance(getComputedStyle(each).color), luminance(behind(each))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${node.textContent.trim()}`);
  }
  return [...new Set(faults)];
}
