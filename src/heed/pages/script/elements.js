/* Elements of HTML and SVG in one call. */
const make = (tag, content = [], properties = {}) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...[content].flat().filter((each) => each !== null));
  return made;
};

const drawn = (tag, attributes = {}, content = []) => {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
  made.append(...content);
  return made;
};

const byId = (name) => document.getElementById(name);

const fixed = (number, digits) => number.toFixed(digits).replace("-", "\u2212");
