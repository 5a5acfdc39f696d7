// Carries operations to the server: numbered, kept until they are acknowledged, sent again after a
// lost connection, a reload or a crash, in order and each once (go-back-N).

const FINAL = new Map([
  [4401, "pad.bad_link"],
  [4404, "pad.no_sheet"],
  [4409, "pad.moved"],
  [4410, "pad.expired"],
  [4411, "pad.over"],
]);
const AT_ONCE = 64; // operations in a message
const BYTES = 20000; // of a message, about
const UNDER_WAY = 6; // messages that may wait for an acknowledgement
const DAY = 24 * 3600 * 1000;

const newName = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (n) => "abcdefghijklmnopqrstuvwxyz012345"[n % 32]).join("");

/** The operations of one client: `first` is the number of the oldest that is not acknowledged. */
class Outbox {
  constructor(client = newName(), first = 1, operations = []) {
    Object.assign(this, { client, first, operations, sent: 0, waiting: 0 });
  }
}

/** Emits "sheet" (all of it), "ops" (of other tabs), "terms", "state", and "closed" with the key of
 * the text that says why. */
export class Courier extends EventTarget {
  #token;
  #address;
  #closed = false;
  #sheet; // what outboxes are kept under
  #socket = null;
  #welcome = false;
  #delay = 300;
  #retry = 0;
  #saving = 0;
  #own = new Outbox();
  #others = []; // of earlier lives of this page

  /** token: the signed words of a link. address: of the server's socket, as http or https. */
  constructor(token, address) {
    super();
    this.#token = token;
    this.#address = new URL(address);
    this.#address.protocol = this.#address.protocol.replace("http", "ws");
    this.#address.hash = this.#address.search = "";
    this.#sheet = nameOfSheet(token);
    this.#others = this.#stored();
    addEventListener("pagehide", () => this.#save());
    addEventListener("online", () => this.open());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.#save() : this.open()));
  }

  /** A name for a stroke that no other tab gives. */
  get client() {
    return this.#own.client;
  }

  /** What the server has not acknowledged yet, in order. */
  get pending() {
    return [...this.#others, this.#own].flatMap((box) => box.operations);
  }

  get connected() {
    return this.#welcome;
  }

  /** Connects and stays connected, until the server says that it is over. */
  open() {
    if (this.#closed || (this.#socket && this.#socket.readyState <= WebSocket.OPEN)) return;
    clearTimeout(this.#retry);
    const socket = new WebSocket(this.#address);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      const clients = [this.#own, ...this.#others].map((box) => box.client);
      socket.send(JSON.stringify({ t: "hello", token: this.#token, clients }));
    });
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#receive(JSON.parse(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#welcome = false;
      const reason = FINAL.get(code);
      if (reason) this.dispatchEvent(new CustomEvent("closed", { detail: reason }));
      else {
        this.#retry = setTimeout(() => this.open(), this.#delay * (0.75 + Math.random() / 2));
        this.#delay = Math.min(this.#delay * 2, 5000);
      }
      this.#changed();
    });
  }

  /** Stay away from now on; what was not sent yet is kept for the next courier. */
  close() {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#save();
    this.#socket?.close();
  }

  /** Send an operation now, or when there is a connection again. */
  send(operation) {
    this.#own.operations.push(operation);
    this.#pump(this.#own);
    this.#changed();
  }

  #receive({ t, ...said }) {
    if (t === "sheet") {
      this.#welcome = true;
      this.#delay = 300;
      for (const box of [this.#own, ...this.#others]) {
        if (box.client in said.last) {
          this.#drop(box, said.last[box.client]);
          box.sent = box.waiting = 0;
        }
      }
      this.#forgetEmpty();
      this.dispatchEvent(new CustomEvent(t, { detail: said }));
      for (const box of [...this.#others, this.#own]) this.#pump(box);
    } else if (t === "ack") this.#acknowledged(said);
    else this.dispatchEvent(new CustomEvent(t, { detail: said }));
    this.#changed();
  }

  #acknowledged({ client, n, refused, again }) {
    const box = [this.#own, ...this.#others].find((each) => each.client === client);
    if (!box) return;
    box.waiting = Math.max(0, box.waiting - 1);
    this.#drop(box, n);
    if (again) box.sent = 0;
    this.#forgetEmpty();
    this.#pump(box);
    // The drawing here has something that the sheet did not take: look at the sheet anew.
    if (refused.length) this.#socket.close(4000);
  }

  /** Forget what the server has, up to number `last`. */
  #drop(box, last) {
    const known = last - box.first + 1;
    if (known < 0) {
      // It lacks what is gone here, so it can't follow these numbers: begin to count anew.
      const fresh = new Outbox(newName(), 1, box.operations);
      if (box === this.#own) this.#own = fresh;
      else this.#others[this.#others.indexOf(box)] = fresh;
      this.#forget(box);
      this.#socket?.close(4000);
      return;
    }
    box.operations.splice(0, known);
    box.sent = Math.max(0, box.sent - known);
    box.first = last + 1;
  }

  #pump(box) {
    if (!this.#welcome || this.#socket?.readyState !== WebSocket.OPEN) return;
    while (box.sent < box.operations.length && box.waiting < UNDER_WAY) {
      const ops = [];
      let bytes = 0;
      for (const operation of box.operations.slice(box.sent, box.sent + AT_ONCE)) {
        bytes += JSON.stringify(operation).length;
        if (ops.length && bytes > BYTES) break;
        ops.push(operation);
      }
      this.#socket.send(JSON.stringify({ t: "ops", client: box.client, first: box.first + box.sent, ops }));
      box.sent += ops.length;
      box.waiting += 1;
    }
  }

  #changed() {
    this.#saving ||= setTimeout(() => this.#save(), 250);
    this.dispatchEvent(new Event("state"));
  }

  // -- across reloads

  #key(box) {
    return `pad:${this.#sheet}:${box.client}`;
  }

  #save() {
    clearTimeout(this.#saving);
    this.#saving = 0;
    const { first, operations } = this.#own;
    try {
      if (operations.length) localStorage.setItem(this.#key(this.#own), JSON.stringify({ first, operations, at: Date.now() }));
      else localStorage.removeItem(this.#key(this.#own));
    } catch {
      // Without storage, a reload in a lost connection costs what was not sent.
    }
  }

  #forget(box) {
    try {
      localStorage.removeItem(this.#key(box));
    } catch {
      // As above.
    }
  }

  #forgetEmpty() {
    for (const box of this.#others) if (!box.operations.length) this.#forget(box);
    this.#others = this.#others.filter((box) => box.operations.length);
  }

  #stored() {
    const found = [];
    try {
      for (const key of Object.keys(localStorage).filter((each) => each.startsWith("pad:"))) {
        const { first, operations, at } = JSON.parse(localStorage.getItem(key));
        const end = key.lastIndexOf(":");
        if (Date.now() - at > DAY) localStorage.removeItem(key);
        else if (key.slice(4, end) === this.#sheet && found.length < 12) found.push(new Outbox(key.slice(end + 1), first, operations));
      }
    } catch {
      // As above.
    }
    return found;
  }
}

/** The sheet's id: the first of the signed words of a link. */
function nameOfSheet(token) {
  try {
    return JSON.parse(atob(token.split(".")[0].replaceAll("-", "+").replaceAll("_", "/")))[0];
  } catch {
    return "";
  }
}
