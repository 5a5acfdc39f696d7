// The WebSocket to the playground: requests with answers, events in between, and coming back.

// Milliseconds until it is tried again, at first and at most. The playground is near by, and back
// within seconds of a restart.
const SOON = 250, LATEST = 1000;

export class Connection extends EventTarget {
  #socket = null;
  #number = 0;
  #waiting = new Map();
  #delay = SOON;

  /** Connects and stays connected; emits "open", "closed", and each event by its kind. */
  open() {
    const key = new URLSearchParams(location.search).get("key");
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const query = key ? `?key=${encodeURIComponent(key)}` : "";
    const socket = new WebSocket(`${scheme}://${location.host}/people/socket${query}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#delay = SOON;
      this.dispatchEvent(new Event("open"));
    });
    socket.addEventListener("message", ({ data }) => this.#receive(JSON.parse(data)));
    socket.addEventListener("close", () => {
      for (const { refuse } of this.#waiting.values()) refuse(new Error("The connection was lost."));
      this.#waiting.clear();
      this.dispatchEvent(new Event("closed"));
      setTimeout(() => this.open(), this.#delay);
      this.#delay = Math.min(this.#delay * 2, LATEST);
    });
  }

  #receive(data) {
    if (data.event) {
      this.dispatchEvent(new CustomEvent(data.event, { detail: data }));
      return;
    }
    const waiting = this.#waiting.get(data.re);
    this.#waiting.delete(data.re);
    if (!waiting) return;
    if (data.error) waiting.refuse(new Error(data.error));
    else waiting.accept(data);
  }

  /** Ask the server to do something; resolves with its answer, rejects with its reason. */
  ask(what, data = {}) {
    return new Promise((accept, refuse) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        refuse(new Error("Not connected just now."));
        return;
      }
      const n = ++this.#number;
      this.#waiting.set(n, { accept, refuse });
      this.#socket.send(JSON.stringify({ do: what, n, ...data }));
    });
  }
}

const MAX_FILE = 10 * 1024 * 1024;

/** Send a file ahead; resolves with the key that messages and forms name it by. */
export async function sendFile(file, secret) {
  if (file.size > MAX_FILE) throw new Error(`${file.name} is larger than 10 MiB.`);
  const response = await fetch(`/people/files?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { "X-Seat": secret, "Content-Type": "application/octet-stream" },
    body: file,
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()).file;
}
