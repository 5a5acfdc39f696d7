// How hard a pen is pressed, in few steps: each is a stroke of its own for those who look on.
import { measures } from "./measures.js";

const FOLLOW = 0.4; // of the way to a new pressure, at each point: hands and sensors tremble
const SURE = 0.75; // steps by which the pressure has to differ from that of the line
const [SHORTEST, LONGER] = [110, 45]; // of the paper's numbers: a step is so long, and each so much longer

export class Pressure {
  #felt;
  #steps = 1;
  #length = 0; // since the last step

  /** first: 0 to 1, or null for a finger or a mouse, which press evenly. */
  constructor(first) {
    this.#felt = first;
    this.level = first === null ? measures.even : this.#rounded;
  }

  get #rounded() {
    return Math.round(this.#felt * (measures.pressures.length - 1));
  }

  /** Go on by a length. Returns how hard the line is to be pressed from here on, or null if that
   * is as before. */
  after(press, length) {
    if (press === null || this.#felt === null) return null;
    this.#felt += FOLLOW * (press - this.#felt);
    this.#length += length;
    const far = Math.abs(this.#felt * (measures.pressures.length - 1) - this.level) > SURE;
    if (!far || this.#length < SHORTEST + LONGER * this.#steps || this.#steps >= measures.limits.presses_at_most) return null;
    this.#length = 0;
    this.#steps += 1;
    return this.#rounded;
  }
}
