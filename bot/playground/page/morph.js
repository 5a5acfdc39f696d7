// Turns a tree of elements into another in place: what stays the same stays the same node, so
// focus, scroll and animations survive an edit, and a picture changes only once it has arrived.

/** Make `old` look like `next`; `next` is used up. Returns the node that stands there now. */
export function morph(old, next) {
  if (old.nodeType !== next.nodeType || old.nodeName !== next.nodeName || old.dataset?.key !== next.dataset?.key) {
    old.replaceWith(next);
    return next;
  }
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== next.data) old.data = next.data;
    return old;
  }
  if (old.nodeName === "IMG") swapPicture(old, next);
  if (!old.classList.contains("revealed")) copyAttributes(old, next);
  const fresh = [...next.childNodes];
  const present = [...old.childNodes];
  fresh.forEach((child, index) => {
    if (index < present.length) morph(present[index], child);
    else old.append(child);
  });
  present.slice(fresh.length).forEach((child) => child.remove());
  return old;
}

function copyAttributes(old, next) {
  const picture = old.nodeName === "IMG";
  for (const { name } of [...old.attributes]) {
    const kept = picture && name === "src" || old.nodeName === "DETAILS" && name === "open";
    if (!kept && !next.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of [...next.attributes]) {
    if (picture && name === "src") continue;
    if (old.getAttribute(name) === value) continue;
    // the page's policy lets scripts set styles, but not the attribute
    if (name === "style") old.style.cssText = value;
    else old.setAttribute(name, value);
  }
}

function swapPicture(old, next) {
  const source = next.getAttribute("src");
  old.dataset.wanted = source;
  next.dataset.wanted = source;
  if (old.getAttribute("src") === source) return;
  const ahead = new Image();
  ahead.src = source;
  const show = () => {
    if (old.dataset.wanted === source) old.src = source;
  };
  ahead.decode().then(show, show);
}
