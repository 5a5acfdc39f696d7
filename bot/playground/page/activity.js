// An Activity in this page: where one runs, its frame, and the way in and out.
import { answer } from "./activity_rpc.js";
import { byId, h } from "./dom.js";
import { person, state } from "./state.js";

const panel = byId("activity");
const joinButton = byId("activity-join");
const running = new Map(); // id -> { id, channel, people }
let open = null; // { id, frame, stop }
let ask = () => Promise.reject(new Error("Not connected just now."));

/** request: asks the server. tell: shows a line for the person. */
export function setUpActivities(request, tell) {
  ask = request;
  joinButton.addEventListener("click", async () => {
    const here = runningHere();
    if (!here) return;
    try {
      await ask("enter", { activity: here.id });
      show(here.id);
    } catch (error) {
      tell(error.message);
    }
  });
}

const runningHere = () => [...running.values()].find((one) => one.channel === state.here);

byId("activity-leave").addEventListener("click", () => close());

/** All that run when somebody comes in, in place of those known before. */
export function resetActivities(all) {
  if (open && !all.some((one) => one.id === open.id)) close();
  running.clear();
  for (const one of all) running.set(one.id, one);
  showJoin();
}

/** One began, ended, or has other people in it. */
export function keepActivity(activity) {
  if (activity.people.length) running.set(activity.id, activity);
  else running.delete(activity.id);
  showJoin();
}

/** Offer the way into what runs in the open channel. */
export function showJoin() {
  const here = runningHere();
  joinButton.hidden = !here || open !== null;
  if (here) joinButton.textContent = `Join ${here.people.map((id) => person(id).name).join(", ")}`;
}

/** Frame an Activity that this person is in, as Discord's client does. */
export function show(id) {
  close();
  const frameId = crypto.randomUUID?.() ?? String(Math.random());
  const frame = h("iframe", {
    title: `${person(state.bot).name}’s Activity`,
    allow: "autoplay; encrypted-media",
  });
  const stop = answer(frame, {
    client: state.bot,
    origin: location.origin, // the SDK listens to Discord's pages and to its own origin alone
    id: frameId,
    authorize: async () => ({ code: (await ask("authorize")).code }),
    authenticate: async (token) => (await ask("authenticate", { token })).said,
  });
  const phone = matchMedia("(pointer: coarse)").matches;
  frame.src = `/.proxy/?${new URLSearchParams({
    instance_id: id,
    frame_id: frameId,
    platform: phone ? "mobile" : "desktop",
    channel_id: running.get(id)?.channel ?? state.here,
    ...(phone && { mobile_app_version: "280.0" }),
  })}`;
  open = { id, frame, stop };
  byId("activity-name").textContent = person(state.bot).name;
  panel.append(frame);
  panel.hidden = false;
  frame.focus();
  showJoin();
}

/** Take the frame away, and be no part of the Activity any more. */
function close() {
  if (!open) return;
  const { id, frame, stop } = open;
  open = null;
  stop();
  frame.remove();
  panel.hidden = true;
  ask("leave", { activity: id }).catch(() => {}); // it may be over by now
  showJoin();
}
