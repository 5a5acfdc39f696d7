// The line to the bot: what is to be seen comes in, what somebody says goes out.

const FINAL = [4401, 4410]; // the pass is good no longer: ask for another

/** Emits "scene" and "said" with what the bot tells, "lost" while there is no connection, and
 * "closed" when another pass is needed. */
export class Link extends EventTarget {
  #pass;
  #address;
  #socket = null;
  #delay = 300;
  #retry = 0;

  /** pass: the signed words from the door. address: of the socket, as http or https. */
  constructor(pass, address) {
    super();
    this.#pass = pass;
    this.#address = address;
    this.#address.protocol = address.protocol.replace("http", "ws");
    this.#address.search = "";
    document.addEventListener("visibilitychange", () => document.hidden || this.open());
  }

  /** Connects and stays connected, as long as the pass is good. */
  open() {
    if (this.#pass === null || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    clearTimeout(this.#retry);
    const socket = (this.#socket = new WebSocket(this.#address));
    socket.addEventListener("open", () => this.#send({ t: "hello", token: this.#pass, language: document.documentElement.lang }));
    socket.addEventListener("message", ({ data }) => {
      const { t, ...detail } = JSON.parse(data);
      this.#delay = 300;
      this.dispatchEvent(new CustomEvent(t, { detail }));
    });
    socket.addEventListener("close", ({ code }) => {
      if (FINAL.includes(code)) {
        this.#pass = null;
        this.dispatchEvent(new Event("closed"));
        return;
      }
      this.dispatchEvent(new Event("lost"));
      this.#retry = setTimeout(() => this.open(), this.#delay * (0.75 + Math.random() / 2));
      this.#delay = Math.min(this.#delay * 2, 5000);
    });
  }

  /** Say something. Returns whether there is a connection to say it over. */
  say(message) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#send(message);
    return true;
  }

  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }
}
