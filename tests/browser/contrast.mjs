// Which texts on the screen are too faint: WCAG 2 asks for a contrast of 4.5 to 1.
// Runs inside the page, so it may use nothing from outside the function.
export function faintTexts() {
  const LEAST = 4.5;
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

  // Any CSS colour as [red, green, blue, opacity].
  const read = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (above, below) =>
    [0, 1, 2].map((i) => above[i] * above[3] + below[i] * (1 - above[3])).concat(1);
  const luminance = (colour) => {
    const [red, green, blue] = colour.slice(0, 3).map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ancestors = (element) => {
    const all = [];
    for (let one = element; one; one = one.parentElement) all.push(one);
    return all;
  };
  const backgroundOf = (element) => {
    const layers = ancestors(element).map((one) => read(getComputedStyle(one).backgroundColor));
    const opaque = layers.findIndex((layer) => layer[3] === 1);
    const seen = opaque < 0 ? layers : layers.slice(0, opaque + 1);
    return seen.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());

  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const { width, height } = element.getBoundingClientRect();
    // What cannot be used may be faint.
    if (!hasText(element) || !width || !height || element.closest(":disabled")) continue;
    const background = backgroundOf(element);
    const colour = read(getComputedStyle(element).color);
    colour[3] *= ancestors(element)
      .map((one) => Number(getComputedStyle(one).opacity))
      .reduce((a, b) => a * b);
    const [a, b] = [luminance(over(colour, background)), luminance(background)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast >= LEAST) continue;
    faint.push(`${contrast.toFixed(2)} ${element.className}: ${element.textContent.slice(0, 40)}`);
  }
  return faint;
}
