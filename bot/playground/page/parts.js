// Components and embeds of a message as elements. What they do is told by data attributes, which
// messages.js listens for, so an edit can change them in place.
import { fileSize, h, localPath } from "./dom.js";
import { markdown, inline } from "./markdown.js";
import { channelTitle, state } from "./state.js";

const STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link" };

const BUILD = {
  1: (part) => h("div", { class: "row" }, part.components.map(component)),
  2: button,
  3: (part) => select(part, part.options.map((o) => ({ value: o.value, label: emojiText(o.emoji) + o.label, hint: o.description, chosen: o.default }))),
  5: (part) => select(part, people()),
  6: (part) => select(part, roles()),
  7: (part) => select(part, [...people(), ...roles()]),
  8: (part) => select(part, channels(part.channel_types)),
  9: (part) => h("div", { class: "section" }, h("div", {}, part.components.map(component)), part.accessory && component(part.accessory)),
  10: (part) => markdown(part.content),
  11: (part) => picture(part.media, part.description, part.spoiler, "thumbnail"),
  12: (part) => h("div", { class: `gallery of-${Math.min(part.items.length, 4)}` }, part.items.map((item) => picture(item.media, item.description, item.spoiler))),
  13: (part) => fileCard(part.file, part.name ?? fileName(part.file.url), part.size),
  14: (part) => h("hr", { class: `separator spacing-${part.spacing ?? 1}${part.divider === false ? " unseen" : ""}` }),
  17: container,
};

/** One component of a message, with everything in it. */
export function component(part) {
  return BUILD[part.type]?.(part) ?? h("p", { class: "small" }, `(component ${part.type} is not shown here)`);
}

// Emoji that fonts draw in one dark colour, which nobody sees on slate: they take their label's.
const INKED = /^[➕➖➗✖✔➰➿〰]/u;

const emojiText = (emoji) => (emoji?.name ? `${emoji.id ? `:${emoji.name}:` : emoji.name} ` : "");

export const people = () => [...state.people.values()].map((p) => ({ value: p.id, label: p.name }));
export const roles = () => [...state.roles.values()].map((r) => ({ value: r.id, label: r.name }));
export const channels = (types) =>
  [...state.channels.values()]
    .filter((c) => c.type !== 1 && !c.elsewhere && (!types?.length || types.includes(c.type)))
    .map((c) => ({ value: c.id, label: channelTitle(c) }));

function button(part) {
  const style = STYLES[part.style] ?? "secondary";
  const face = [part.emoji && h("span", { class: INKED.test(part.emoji.name) ? "emoji inked" : "emoji", "aria-hidden": part.label ? "true" : null }, emojiText(part.emoji).trim()), part.label && h("span", {}, part.label)];
  if (part.style === 5) return h("a", { class: "ink link", href: part.url, target: "_blank", rel: "noopener noreferrer" }, face, h("span", { "aria-hidden": "true" }, "↗"));
  return h("button", { type: "button", class: `ink ${style}`, disabled: part.disabled, data: { press: part.custom_id, key: part.custom_id } }, face);
}

function select(part, offered) {
  const set = new Set((part.default_values ?? []).map((value) => value.id));
  const options = offered.map((option) => ({ ...option, chosen: option.chosen || set.has(option.value) }));
  const least = part.min_values ?? 1;
  const most = part.max_values ?? 1;
  const placeholder = part.placeholder || "Choose…";
  if (most > 1) return manySelect(part, options, least, most, placeholder);
  const chosen = options.find((option) => option.chosen);
  return h("select", { class: "select", "aria-label": placeholder, disabled: part.disabled, data: { choose: part.custom_id, key: part.custom_id } },
    h("option", { value: "", disabled: !!least, selected: !chosen, hidden: !!least }, placeholder),
    options.map((option) => h("option", { value: option.value, selected: option.chosen }, option.hint ? `${option.label} (${option.hint})` : option.label)));
}

function manySelect(part, options, least, most, placeholder) {
  return h("details", { class: "select many", data: { key: part.custom_id } },
    h("summary", {}, options.filter((option) => option.chosen).map((option) => option.label).join(", ") || placeholder),
    h("fieldset", { disabled: part.disabled, data: { least, most } },
      h("legend", {}, least === most ? `Choose ${most}` : `Choose ${least} to ${most}`),
      options.map((option) => h("label", {}, h("input", { type: "checkbox", value: option.value, checked: option.chosen }), h("span", {}, option.label, option.hint && h("small", {}, option.hint)))),
      h("button", { type: "button", class: "ink primary", data: { chooseMany: part.custom_id } }, "Done")));
}

function container(part) {
  const box = h("div", { class: "container" }, part.components.map(component));
  tint(box, part.accent_color);
  return part.spoiler ? hidden(box) : box;
}

function tint(box, colour) {
  if (Number.isInteger(colour)) box.style.setProperty("--accent", `#${colour.toString(16).padStart(6, "0")}`);
}

function hidden(content) {
  return h("div", { class: "spoiler block", role: "button", tabindex: "0", "aria-label": "Hidden content", data: { reveal: "" } }, content);
}

function fileName(url) {
  return decodeURIComponent(url.split("?")[0].split("/").pop() || "file");
}

/** A picture that opens large; one from elsewhere stays a link, so that nobody's address leaks. */
export function picture(media, description, spoiler = false, extra = "") {
  const source = localPath(media.url);
  if (!source) {
    const away = media.url.startsWith("http");
    return away
      ? h("a", { class: "file", href: media.url, target: "_blank", rel: "noopener noreferrer" }, "Picture on another site ↗")
      : h("p", { class: "small" }, "(a picture that was not sent along)");
  }
  const image = h("img", { src: source, alt: description || "picture", width: media.width, height: media.height, decoding: "async" });
  const frame = h("a", { class: `picture ${extra}`, href: source, target: "_blank", rel: "noopener", data: { enlarge: source } }, image);
  if (media.width && media.height) frame.style.setProperty("--shape", media.width / media.height);
  return spoiler ? hidden(frame) : frame;
}

function fileCard(media, name, size) {
  const source = localPath(media.url);
  return h("a", { class: "file", href: source ?? "#", download: name },
    h("span", { class: "file-icon", "aria-hidden": "true" }, "▤"),
    h("span", {}, h("span", { class: "file-name" }, name), size !== undefined && h("small", {}, fileSize(size))));
}

/** What was attached: pictures shown, everything else as a card to download. */
export function attachments(files) {
  const seen = files.filter((file) => /^image\/(png|jpeg|gif|webp)$/.test(file.content_type ?? ""));
  const cards = files.filter((file) => !seen.includes(file));
  return [
    seen.length > 0 && h("div", { class: `gallery of-${Math.min(seen.length, 4)}` },
      seen.map((file) => picture(file, file.description ?? file.filename, file.filename.startsWith("SPOILER_")))),
    ...cards.map((file) => fileCard(file, file.filename, file.size)),
  ];
}

/** An embed: a card with a coloured edge. */
export function embed(data) {
  const card = h("article", { class: "embed" },
    h("div", { class: "embed-body" },
      data.author && h("p", { class: "embed-author" }, data.author.name),
      data.title && h("p", { class: "embed-title" }, data.url ? h("a", { href: data.url, target: "_blank", rel: "noopener noreferrer" }, inline(data.title)) : inline(data.title)),
      data.description && markdown(data.description),
      data.fields?.length > 0 && h("dl", { class: "embed-fields" },
        data.fields.map((field) => h("div", { class: field.inline ? "inline" : null }, h("dt", {}, inline(field.name)), h("dd", {}, markdown(field.value))))),
    ),
    data.thumbnail?.url && picture(data.thumbnail, "", false, "thumbnail"),
    data.image?.url && h("div", { class: "embed-image" }, picture(data.image, data.image.description ?? data.title ?? "picture")),
    (data.footer || data.timestamp) && h("p", { class: "embed-footer" },
      [data.footer?.text, data.timestamp && new Date(data.timestamp).toLocaleString()].filter(Boolean).join(" · ")));
  tint(card, data.color);
  return card;
}
