/* Maps from their cells: enlarged as the audit enlarges them, coloured, and outlined. */
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

/* Between which two cells each of n points of an axis lies: cell i at pixel stride * i + offset. */
const between = (n, size, cells, [stride, offset]) => Array.from({ length: n }, (_, point) => {
  const pixel = (point + 0.5) * size / n - 0.5;
  const place = Math.min(Math.max((pixel - offset) / stride, 0), cells - 1);
  const low = Math.floor(place);
  return [low, Math.min(low + 1, cells - 1), place - low];
});

/* A map of a network on n x n points, from 0 to 1 (its own range, or from 0 to its peak). */
const enlarged = (cells, network, size, n, fromZero = false) => {
  const [height, width] = network.grid;
  network.lines ??= {};
  network.lines[n] ??= [between(n, size, height, network.placement[0]),
    between(n, size, width, network.placement[1])];
  const [down, across] = network.lines[n];
  const levels = new Float32Array(n * n);
  let [lowest, highest] = [Infinity, -Infinity];
  down.forEach(([top, bottom, v], y) => across.forEach(([left, right, u], x) => {
    const above = cells[top * width + left] * (1 - u) + cells[top * width + right] * u;
    const below = cells[bottom * width + left] * (1 - u) + cells[bottom * width + right] * u;
    const level = above * (1 - v) + below * v;
    levels[y * n + x] = level;
    lowest = Math.min(lowest, level);
    highest = Math.max(highest, level);
  }));
  if (fromZero) lowest = 0;
  const factor = highest > lowest ? 1 / (highest - lowest) : 0;
  return levels.map((level) => (level - lowest) * factor);
};

/* Colours a canvas of n x n; share: how much of the colours' range the map may use. */
const paint = (canvas, levels, n, colours, share = 1) => {
  const image = new ImageData(n, n);
  levels.forEach((level, place) => {
    const colour = 3 * Math.round(255 * share * level);
    image.data.set(colours.subarray(colour, colour + 3), 4 * place);
    image.data[4 * place + 3] = 255;
  });
  canvas.width = n;
  canvas.height = n;
  canvas.getContext("2d").putImageData(image, 0, 0);
};

/* The line at a threshold through levels on n x n points, as a path in an image of `size` pixels. */
const lineAt = (levels, n, threshold, size) => {
  const at = (value) => ((value + 0.5) * size / n).toFixed(1);
  const parts = [];
  for (let y = 0; y < n - 1; y += 1) {
    for (let x = 0; x < n - 1; x += 1) {
      const [a, b, c, d] = [levels[y * n + x], levels[y * n + x + 1],
        levels[(y + 1) * n + x + 1], levels[(y + 1) * n + x]];
      const cut = (p, q) => (p > threshold) !== (q > threshold) && (threshold - p) / (q - p);
      const [top, right, bottom, left] = [cut(a, b), cut(b, c), cut(d, c), cut(a, d)];
      const points = [];
      if (top !== false) points.push(`${at(x + top)} ${at(y)}`);
      if (right !== false) points.push(`${at(x + 1)} ${at(y + right)}`);
      if (bottom !== false) points.push(`${at(x + bottom)} ${at(y + 1)}`);
      if (left !== false) points.push(`${at(x)} ${at(y + left)}`);
      for (let i = 0; i + 1 < points.length; i += 2) parts.push(`M${points[i]}L${points[i + 1]}`);
    }
  }
  return parts.join("");
};
