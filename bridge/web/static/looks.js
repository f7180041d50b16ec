// How each player looks: colours that colour-blind eyes tell apart (Okabe and Ito, 2008), and a shape, for when none do.

export const HUMAN = { colour: "#f2f5fa", shape: "pill" };

export const VOICES = {
  keys: { colour: "#e69f00", shape: "square" },
  guitar: { colour: "#56b4e9", shape: "diamond" },
  bass: { colour: "#009e73", shape: "triangle" },
  drums: { colour: "#f0e442", shape: "cross" },
  lead: { colour: "#e07bb4", shape: "circle" },
  strings: { colour: "#5b8def", shape: "bar" },
  other: { colour: "#d55e00", shape: "star" },
};

/** Draw the head of a note at its onset: `x` its left edge, `y` its middle, `size` its height. */
export function drawHead(canvas, shape, x, y, size) {
  const r = size / 2;
  canvas.beginPath();
  switch (shape) {
    case "square":
      canvas.rect(x, y - r, size, size);
      break;
    case "diamond":
      canvas.moveTo(x - r * 0.3, y);
      canvas.lineTo(x + r, y - r * 1.3);
      canvas.lineTo(x + r * 2.3, y);
      canvas.lineTo(x + r, y + r * 1.3);
      break;
    case "triangle":
      canvas.moveTo(x, y - r * 1.2);
      canvas.lineTo(x + size * 1.3, y);
      canvas.lineTo(x, y + r * 1.2);
      break;
    case "cross":
      for (const [dx, dy] of [[1, 1], [1, -1]]) {
        canvas.moveTo(x + r - dx * r, y - dy * r);
        canvas.lineTo(x + r + dx * r, y + dy * r);
      }
      canvas.lineWidth = Math.max(2, size / 4);
      canvas.strokeStyle = canvas.fillStyle;
      canvas.stroke();
      return;
    case "circle":
      canvas.arc(x + r, y, r * 1.25, 0, 2 * Math.PI);
      break;
    case "bar":
      canvas.rect(x, y - r * 1.5, Math.max(3, size / 3), size * 1.5);
      break;
    case "star":
      for (let n = 0; n < 10; n++) {
        const out = n % 2 ? 0.55 : 1.35, angle = (n * Math.PI) / 5 - Math.PI / 2;
        canvas.lineTo(x + r + r * out * Math.cos(angle), y + r * out * Math.sin(angle));
      }
      break;
    default:
      canvas.arc(x + r, y, r, 0, 2 * Math.PI);
  }
  canvas.closePath();
  canvas.fill();
}
