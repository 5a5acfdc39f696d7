// The pad by itself: the sheet of the link that was opened.
import { Courier } from "./courier.js";
import { sit } from "./desk.js";

// A link that is opened in the place of another, in the same tab.
addEventListener("hashchange", () => location.reload());

sit(new Courier(location.hash.slice(1), new URL("socket", location.href)));
