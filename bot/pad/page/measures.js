// What the server says that all sheets are measured in; filled in before anything is drawn.
export const measures = {
  unit: 10000, // the paper's side in its own numbers
  pens: [], // widths in the paper's numbers
  pressures: [1], // of those widths, by how hard the pen is pressed
  even: 0, // how hard a finger presses
  limits: {},
};
